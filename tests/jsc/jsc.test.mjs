// The package and its fallback in JavaScriptCore: with a JIT, without one as on every iPhone, and without WebAssembly.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { Accounts } from '../../miniprogram-demo/server/cloud/accounts.js'
import { Crc64 } from '../../miniprogram-demo/server/cloud/crc64.js'
import { authenticate } from '../../miniprogram-demo/server/cloud/oss/authenticate.js'
import { findJsc, howToInstall, isBuilt, run } from './engine.mjs'

const jsc = findJsc()
if (!jsc) console.error(`\n!!! SKIPPED: ${howToInstall}\n`)
const skip = !isBuilt ? 'the package is not built: cargo xtask build' : jsc ? false : howToInstall

const MB = 1024 * 1024
const BUCKET = 'outin-0123456789abcdef'
const REGION = 'cn-shanghai'
const BROKEN = '{"Vod":{"Title":"test","CateId":"234"}"}'

const engines = [
  { title: 'the module, with a JIT', flags: [], useFallback: false },
  { title: 'the module, without a JIT', flags: ['--useJIT=0'], useFallback: false },
  { title: 'the fallback, without WebAssembly', flags: ['--useWasm=0'], useFallback: true },
  { title: 'the fallback, without a JIT and WebAssembly', flags: ['--useJIT=0', '--useWasm=0'], useFallback: true },
]

const uploads = [
  { name: '200-é文件😀.mp4', size: 200, paramData: '{"Vod":{"Title":"标题 😀","UserData":"{\\"a\\":1}"}}', options: { signature: 'v1' }, ops: ['PUT'] },
  { name: '1.3.mp4', size: Math.round(1.3 * MB), options: { partSize: 2 * MB }, ops: ['PUT'] },
  // The second part is stored with a wrong byte: its checksum tells, and it is sent again.
  { name: '7.3.mp4', size: Math.round(7.3 * MB), options: { partSize: MB, parallel: 3, retryDuration: 1 }, damage: [2], parts: 8, again: 1 },
]

test('the checksum by which uploads are compared', () => {
  const crc64 = runInNewContext(`${readFileSync(new URL('shell/crc64.js', import.meta.url), 'utf8')}; crc64`)
  assert.equal(crc64(Buffer.from('123456789')), String(0x995dc9bbdf1939fan))
  const bytes = randomBytes(5000)
  assert.equal(crc64(bytes), new Crc64().update(bytes).value().toString())
})

for (const { title, flags, useFallback } of engines) {
  test(title, { skip, timeout: 180_000 }, async (t) => {
    const accounts = new Accounts(() => Date.now())
    const planned = uploads.map((one, index) => ({ ...one, key: `sv/${index}/标题 ${one.name}`, ...credential(accounts, `sv/${index}/标题 ${one.name}`) }))
    const report = await run(jsc, flags, 'conformance.js', { useFallback, uploads: planned, brokenParamData: BROKEN })

    assert.equal(report.error, undefined)
    for (const [i, result] of report.uploads.entries()) {
      const one = planned[i]
      assert.deepEqual(result.events, ['succeed'], one.name)
      assert.equal(result.size, one.size)
      assert.ok(result.same, `${one.name}: the object is not the file`)
      const methods = result.requests.map((request) => request.method)
      if (one.parts) assert.deepEqual(methods, ['POST', ...Array(one.parts + one.again).fill('PUT'), 'POST'])
      else assert.deepEqual(methods, ['PUT'])
      for (const request of result.requests) checkSignature(request, accounts, one.key)
    }
    assert.equal(report.broken.taken, false)
    assert.equal(report.broken.code, 'InvalidParamData')
    assert.match(report.broken.message, /line 1, column 39/)
    assert.deepEqual(report.left, [])
    assert.ok(report.output.every((line) => !/trap|InternalError/.test(line)), report.output.join('\n'))
    const ms = report.uploads.map((one) => `${Math.round(one.ms)}`).join(' / ')
    t.diagnostic(`${title}: instantiated in ${Math.round(report.times.instantiate)} ms; uploads in ${ms} ms; ${(report.peak / MB).toFixed(0)} MB at most`)
  })
}

test('the bench of what starting costs runs', { skip, timeout: 180_000 }, () => {
  const bench = fileURLToPath(new URL('../bench/start.bench.mjs', import.meta.url))
  const output = execFileSync(process.execPath, [bench], { encoding: 'utf8', env: { ...process.env, BENCH_RUNS: '1' } })
  for (const row of ['index.js', 'vod_upload.wasm.br', 'fallback/index.js', 'V8, module', 'JavaScriptCore without JIT, module', 'JavaScriptCore without JIT, fallback']) assert.match(output, new RegExp(`^${row} .*\\d`, 'm'))
})

function credential(accounts, key) {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = accounts.upload({ bucket: BUCKET, key })
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
  return {
    credential: {
      UploadAuth: encode({ SecurityToken, AccessKeyId, ExpireUTCTime: Expiration, AccessKeySecret, Expiration: '3000', Region: REGION }),
      UploadAddress: encode({ Endpoint: `https://oss-${REGION}.aliyuncs.com`, Bucket: BUCKET, FileName: key }),
    },
  }
}

// By the local cloud's own check, which is the vendor's code.
function checkSignature({ method, url, headers }, accounts, key) {
  const { host, pathname, searchParams } = new URL(url)
  assert.equal(host, `${BUCKET}.oss-${REGION}.aliyuncs.com`)
  assert.equal(decodeURIComponent(pathname.slice(1)), key)
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  authenticate({ method, headers: lower, query: new Map(searchParams), bucket: BUCKET, key, signingRegion: REGION }, accounts, Date.now())
}
