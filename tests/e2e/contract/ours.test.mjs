// Additions to the vendor's interface (tests/contract/additions.md): load, version, requiredDomains, and the options that are ours.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../support/session.mjs'
import { KB, MB, row } from './kit.mjs'

const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
const rejected = (promise) => promise.then(() => assert.fail('it did not reject'), (error) => error)

row('VODUpload.load() loads the module ahead of time, once', { switches: { 'wasm.instantiateDelayMs': 2000 } }, async (t) => {
  const loading = t.package.load()
  assert.equal(typeof loading.then, 'function')
  assert.equal(await loading, undefined)
  await t.package.load()
  const up = t.make()
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.phone.wasmLoads(), 1)
})

row('VODUpload.load() of a module that is not there rejects, and may be tried again', async (t) => {
  const error = await rejected(t.package.load(t.inner({ wasmPath: 'lib/nowhere.wasm.br' })))
  assert.equal(error.code, 'WasmLoadFailed')
  assert.match(error.message, /lib\/nowhere\.wasm\.br/)
  await t.package.load()
})

row('wasmPath: where the module lies', async (t) => {
  const up = t.make({ wasmPath: 'miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br' })
  up.go()
  await up.wait('onUploadSucceed')
})

row('fallback: the engine in JavaScript where WXWebAssembly is missing', async (t) => {
  t.phone.eval('delete WXWebAssembly.instantiate')
  const bare = t.make()
  bare.go()
  assert.equal((await bare.wait('onUploadFailed')).args[1], 'WasmLoadFailed')
  const up = t.make({}, 'auth', { fallback: () => t.phone.require('vod-upload-miniprogram/fallback') })
  up.go({ seed: 2, size: 500 * KB })
  await up.wait('onUploadSucceed')
})

row('version is the package\'s', async (t) => {
  assert.equal(t.package.version.split('+')[0], manifest.version)
  assert.match(t.package.version, /\+([0-9a-f]{12}(-dirty)?|unknown)$/, 'the commit it was built from')
})

row('default and named exports', async (t) => {
  const { VODUpload, createUploader, UploadError, VODUploadError } = t.package
  assert.equal(t.package.default, t.package)
  assert.equal(VODUpload, t.package)
  assert.equal(UploadError, VODUploadError)
  assert.equal(typeof createUploader, 'function')
  assert.equal(t.package.__esModule, true)
})

row('no runtime dependency, types for all of it', async () => {
  assert.deepEqual([manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies], [undefined, undefined, undefined])
  assert.ok(readFileSync(join(packageRoot, manifest.types), 'utf8').length > 5000)
})

// ---- requiredDomains

const list = (domains) => JSON.parse(JSON.stringify(domains))

row('requiredDomains before anything is known: the pattern of the region', async (t) => {
  assert.deepEqual(list(t.make({}, 'none').call('requiredDomains')), { request: ['https://{bucket}.oss-cn-shanghai.aliyuncs.com'], uploadFile: [] })
  assert.deepEqual(list(t.make({ region: 'eu-central-1' }, 'getSTSToken').call('requiredDomains')), { request: ['https://vod.eu-central-1.aliyuncs.com', 'https://{bucket}.oss-eu-central-1.aliyuncs.com'], uploadFile: [] })
  assert.deepEqual(list(t.promise({ transport: 'uploadFile' }).call('requiredDomains')), { request: [], uploadFile: ['https://{bucket}.oss-cn-shanghai.aliyuncs.com'] })
})

for (const flow of ['auth', 'sts']) {
  for (const transport of ['auto', 'request', 'uploadFile']) {
    row(`requiredDomains, ${flow}, ${transport}: what it names is enough for the upload`, async (t) => {
      const probe = t.make({ transport }, flow)
      probe.go()
      await probe.wait('onUploadSucceed')
      const named = list(probe.call('requiredDomains'))
      const bucket = `https://${t.cloud.bucketOf('cn-shanghai')}.oss-cn-shanghai.aliyuncs.com`
      assert.deepEqual(named[transport === 'uploadFile' ? 'uploadFile' : 'request'].filter((host) => host === bucket), [bucket])
      assert.equal(named.request.includes('https://vod.cn-shanghai.aliyuncs.com'), flow === 'sts')
      assert.equal(new Set(named.request).size, named.request.length)
    })

    row(`and with just these on the lists, ${flow}, ${transport}: it goes`, { domains: { request: [], uploadFile: [] } }, async (t) => {
      const bucket = `https://${t.cloud.bucketOf('cn-shanghai')}.oss-cn-shanghai.aliyuncs.com`
      const up = t.make({ transport, partSize: 100 * KB }, flow)
      const fill = (pattern) => pattern.replace('{bucket}', t.cloud.bucketOf('cn-shanghai'))
      const named = list(up.call('requiredDomains'))
      t.domains.request.push(...named.request.map(fill), ...(flow === 'sts' ? ['https://vod.cn-shanghai.aliyuncs.com'] : []))
      t.domains.uploadFile.push(...named.uploadFile.map(fill))
      up.go({ size: 500 * KB })
      await up.wait('onUploadSucceed')
      assert.ok([...t.domains.request, ...t.domains.uploadFile].includes(bucket))
    })
  }
}

for (const [endpoint, bucket, host, options = {}] of [
  ['https://oss-cn-beijing.aliyuncs.com', 'own', 'own.oss-cn-beijing.aliyuncs.com'],
  ['oss-cn-beijing.aliyuncs.com', 'own', 'own.oss-cn-beijing.aliyuncs.com'],
  ['http://oss-cn-beijing.aliyuncs.com/', 'own', 'own.oss-cn-beijing.aliyuncs.com'],
  [' https://OSS-cn-beijing.aliyuncs.com:443/x?y#z', 'own', 'own.oss-cn-beijing.aliyuncs.com'],
  ['https://oss-cn-beijing.aliyuncs.com:8443/', 'own', 'own.oss-cn-beijing.aliyuncs.com:8443'],
  ['https://own.oss-cn-beijing.aliyuncs.com', 'own', 'own.oss-cn-beijing.aliyuncs.com'],
  ['https://owner.example.net', 'own', 'own.owner.example.net'],
  ['https://upload.example.net', null, 'upload.example.net', { cname: true }],
  ['https://upload.example.net/', 'own', 'upload.example.net', { cname: true }],
  ['upload.example.net:80', 'own', 'upload.example.net', { cname: true }],
]) {
  row(`requiredDomains with ${endpoint}, ${bucket}${options.cname ? ', cname' : ''}: ${host}`, async (t) => {
    const up = t.make(options, 'none')
    up.add({ url: t.file() }, endpoint, bucket, 'a.mp4', null)
    assert.deepEqual(list(up.call('requiredDomains')), { request: [`https://${host}`], uploadFile: [] })
  })
}

// ---- another wx

row('a framework that puts another wx in place: it is called, and uploaders made from then on follow its events', async (t) => {
  t.make({}, 'none')
  await t.rest(100)
  const other = t.phone.eval(`
    const calls = { show: [], hide: [], requests: 0 }
    const real = wx
    wx = Object.assign({}, real, {
      onAppShow: (listener) => calls.show.push(listener),
      onAppHide: (listener) => calls.hide.push(listener),
      request: (options) => (calls.requests++, real.request(options)),
    })
    return calls
  `)
  const up = t.make()
  t.make({}, 'none')
  assert.deepEqual([other.show.length, other.hide.length], [1, 1], 'one listener each')
  other.hide[0]()
  up.go()
  await t.rest(60_000)
  assert.deepEqual(up.named('onUploadstarted'), [], 'in the background nothing is begun')
  other.show[0]()
  await up.wait('onUploadSucceed')
  assert.equal(other.requests, 1)
})

row('an app that went to the background under one wx is in the foreground under the next', async (t) => {
  t.make({}, 'none')
  await t.rest(100)
  t.phone.hide()
  t.phone.eval('wx = Object.assign({}, wx)')
  const up = t.make()
  t.phone.show()
  up.go()
  await up.wait('onUploadSucceed')
})

row('events of WeChat that are missing or throw: no error for the app, and it uploads', async (t) => {
  t.phone.eval(`
    for (const name of ['onAppShow', 'onAppHide', 'onNetworkStatusChange', 'getNetworkType', 'onMemoryWarning']) {
      if (name > 'onB') wx[name] = () => { throw new Error('not in plugins') }
      else delete wx[name]
    }
  `)
  const up = t.make()
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
})

// ---- signature, integrity, checkpoint, log

for (const signature of ['v4', 'v1']) {
  row(`signature ${signature}: every kind of request is signed so, and the cloud agrees`, async (t) => {
    const seen = []
    const request = t.phone.wx.request
    t.phone.wx.request = (options) => {
      seen.push(options.header.authorization || options.header.Authorization)
      return request(options)
    }
    t.phone.setUplink(2 * MB)
    const up = t.make({ signature, partSize: 100 * KB })
    up.go({ size: 500 * KB, name: '名 字+&.mp4', target: [null, null, null], paramData: '{"Vod":{}}' })
    await up.wait('onUploadSucceed')
    up.go({ size: 2 * MB, seed: 2 })
    await up.wait('onUploadProgress', (one) => one.args[2] > 30 && one.args[2] < 90)
    up.call('cancelFile', 1)
    await t.rest(10_000)
    assert.deepEqual(t.cloud.uploads(), [])
    assert.ok(seen.length > 5)
    for (const text of seen) assert.match(text, signature === 'v4' ? /^OSS4-HMAC-SHA256 / : /^OSS /)
    assert.ok(t.cloud.requests.every((one) => !(one.status >= 400)))
  })
}

row('integrity crc64: an object that OSS put together differently is IntegrityError', async (t) => {
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, times: Infinity, do: { wrongCrc: true } })
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 500 * KB })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'IntegrityError')
})

row('integrity crc64: a part that arrives changed is sent again', async (t) => {
  const rule = t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { corrupt: true } })
  const up = t.make({ partSize: 100 * KB })
  const path = up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(rule.hits, 1)
  assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
})

row('integrity off: no CRC is compared', async (t) => {
  t.cloud.faults.add({ when: { op: /UploadPart|Complete/ }, times: Infinity, do: { wrongCrc: true } })
  const up = t.make({ partSize: 100 * KB, integrity: 'off' })
  up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
})

row('checkpoint: an unfinished upload is remembered, a finished one forgotten', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  assert.ok(Object.keys(t.remembered()).length > 0)
  await up.wait('onUploadSucceed')
  assert.deepEqual(t.remembered(), {})
})

row('checkpoint false: nothing is stored, and after a restart it begins anew', { switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB, checkpoint: false })
  const url = up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  assert.deepEqual(t.phone.stored(), {})
  t.restart()
  const again = t.make({ partSize: 100 * KB, checkpoint: false })
  again.go({ url })
  assert.equal((await again.wait('onUploadstarted')).info.videoId, '')
  await again.wait('onUploadSucceed')
  assert.equal(t.cloud.videos.size, 2)
  assert.deepEqual(t.phone.stored(), {})
})

row('log(level, event): a level, and an event with its name; then the console stays silent', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 503, code: 'ServiceUnavailable' } })
  const up = t.make({ region: 'xx-atlantis-1' })
  up.go()
  await up.wait('onUploadSucceed')
  const lines = up.named('log')
  assert.ok(lines.length >= 2)
  for (const { args: [level, event] } of lines) {
    assert.match(level, /^(debug|info|warn|error)$/)
    assert.equal(event.level, level)
    assert.ok(event.event.length > 2)
  }
  assert.deepEqual(t.phone.console.filter((one) => /vod-upload/.test(one.text)), [])
})

// ---- parallelFiles

for (const [parallelFiles, at] of [[1, 1], [2, 2], [3, 3]]) {
  row(`parallelFiles ${parallelFiles}: ${at} in upload at once, with fair shares`, async (t) => {
    t.phone.setUplink(3 * MB)
    let peak = 0
    const up = t.make({ parallelFiles, partSize: 100 * KB }, 'auth', { onUploadProgress: () => (peak = Math.max(peak, up.states.filter((state) => state === 'Uploading').length)) })
    for (let seed = 1; seed <= 4; seed++) up.add({ url: t.file({ seed, size: 3 * MB }) })
    up.start()
    await up.wait('onUploadSucceed')
    const loaded = Array.from(up.list, (info) => info.loaded)
    const others = loaded.slice(1, parallelFiles)
    assert.ok(others.every((one) => one > 60), `${loaded}`)
    assert.ok(loaded.slice(parallelFiles + 1).every((one) => one === 0), `${loaded}`)
    await up.end()
    assert.equal(peak, at)
    assert.deepEqual(up.states, Array(4).fill('Success'))
  })
}

row('parallelFiles: a large file does not keep the small ones from their turn', async (t) => {
  t.phone.setUplink(2 * MB)
  const up = t.make({ parallelFiles: 2, partSize: 100 * KB })
  up.add({ url: t.file({ seed: 1, size: 12 * MB }) })
  for (let seed = 2; seed <= 5; seed++) up.add({ url: t.file({ seed, size: 500 * KB }) })
  up.start()
  const end = await up.end()
  assert.equal(end.live, up.list[0], 'the large one ends last')
})

row('parallelFiles: one fails or is canceled, the others go on', async (t) => {
  t.phone.setUplink(2 * MB)
  t.cloud.faults.add({ when: { op: 'UploadPart', test: (one) => one.key === t.cloud.videos.get(up.list[1].videoId)?.key }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make({ parallelFiles: 3, partSize: 100 * KB })
  for (let seed = 1; seed <= 4; seed++) up.add({ url: t.file({ seed, size: MB }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.live === up.list[2])
  up.call('cancelFile', 2)
  await up.end()
  assert.equal(up.named('onUploadSucceed').length, 2)
  assert.deepEqual([up.named('onUploadFailed').length, up.named('onUploadCanceled').length], [1, 1])
})
