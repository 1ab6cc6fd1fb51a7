// The command itself: an address, until Ctrl-C.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../serve.mjs', import.meta.url))

// watch(text, child) sees the output grow. → { code, out, error, left }
function serve(args, watch = () => {}) {
  return new Promise((resolve) => {
    const temp = mkdtempSync(join(tmpdir(), 'serve-test-'))
    const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, TMPDIR: temp } })
    const printed = { out: '', error: '' }
    child.stdout.on('data', (data) => {
      printed.out += data
      watch(printed.out, child)
    })
    child.stderr.on('data', (data) => {
      printed.error += data
    })
    child.on('close', (code) => {
      const left = readdirSync(temp)
      rmSync(temp, { recursive: true })
      resolve({ code, ...printed, left })
    })
  })
}

test('it prints its address, serves, and goes without a trace, somebody watching or not', { timeout: 180_000 }, async () => {
  const seen = []
  let begun = false
  const ended = await serve(['--port', '0'], async (out, child) => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(out) ?? []
    if (!address || begun) return
    begun = true
    const get = (path, headers) => fetch(address + path, { headers })
    const watched = await get('panel/requests')
    for (const path of ['', 'phone.html', 'program/index.json', 'program/miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br']) seen.push((await get(path)).status)
    for (const path of ['nothing', '../serve.mjs', '%2e%2e/serve.mjs', 'program/project.config.json', 'panel/nothing']) seen.push((await get(path)).status)
    seen.push((await (await get('healthz', { 'x-forwarded-host': 'app.example.com' })).json()).ok)
    child.kill('SIGINT')
    await watched.text().catch(() => {})
  })
  assert.deepEqual(seen, [200, 200, 200, 200, 404, 404, 404, 404, 404, true])
  assert.deepEqual([ended.code, ended.error, ended.left], [0, '', []])
})

test('a port that is taken, and one that is none: one line each', { timeout: 180_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address()
  const taken = await serve(['--port', String(port)])
  other.close()
  assert.deepEqual([taken.code, taken.error, taken.left], [1, `preview: port ${port} is taken; choose another with --port\n`, []])
  const none = await serve(['--port', 'x'])
  assert.deepEqual([none.code, none.error], [1, 'preview: --port wants a number up to 65535, not "x"\n'])
})

test('--app shows another mini program; what is wrong with it takes one line', { timeout: 180_000 }, async () => {
  const fixture = fileURLToPath(new URL('fixture', import.meta.url))
  const shown = await serve(['--port', '0', '--app', fixture], (out, child) => out.includes('Ctrl-C') && child.kill('SIGINT'))
  assert.match(shown.out, /^Your mini program is at http/)
  assert.deepEqual([shown.code, shown.error], [0, ''])
  const none = await serve(['--app', '/no/such/folder'])
  assert.deepEqual([none.code, none.error, none.left], [1, 'preview: there is no folder /no/such/folder\n', []])
  const empty = await serve(['--app', join(fixture, 'pages')])
  assert.deepEqual([empty.code, empty.error, empty.left], [1, `preview: ${join(fixture, 'pages')} is not a mini program: it has no app.json\n`, []])
})
