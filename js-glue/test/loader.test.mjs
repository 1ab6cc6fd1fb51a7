import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, listening, open, settled } from './support/package.mjs'

const good = { exports: {} }
const DEFAULT = 'miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br'

function fresh({ instantiate, options = {}, ...more }) {
  const app = listening()
  const asked = []
  const opened = open({
    instantiate: (path, imports) => {
      asked.push(path)
      assert.equal(typeof imports, 'object')
      return instantiate(asked.length, imports)
    },
    ...more,
  })
  return { opened, asked, log: app.log, make: (extra) => new opened.VODUpload({ userId: 1, ...app, ...options, ...extra }) }
}

test('one instantiation for the import, two uploaders and load()', async () => {
  for (const result of [{ instance: good, module: {} }, good]) {
    const { opened, asked, make } = fresh({ instantiate: () => Promise.resolve(result) })
    assert.deepEqual(asked, [], 'the import is not held up')
    make().addFile('a.mp4')
    make().addFile('a.mp4')
    await opened.VODUpload.load()
    await settled()
    assert.deepEqual(asked, [DEFAULT])
    assert.equal(opened.engines.length, 2)
  }
})

test('the import alone begins to load, and keeps a failure to itself', async () => {
  const { opened, asked, make, log } = fresh({ instantiate: (n) => (n < 3 ? Promise.reject(new Error('once')) : Promise.resolve(good)) })
  await settled()
  assert.equal(asked.length, 2, 'tried twice')
  assert.deepEqual(opened.printed, [])
  const uploader = make()
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  assert.equal(asked.length, 3)
  assert.deepEqual(opened.engine.methods, ['addFile', 'start'])
  assert.deepEqual(log, [['added', 'a.mp4']])
})

test('a path of the app', async () => {
  const { asked, make } = fresh({ instantiate: () => Promise.resolve(good), options: { wasmPath: 'packageA/x.wasm' } })
  make()
  make()
  await settled()
  assert.deepEqual(asked, ['packageA/x.wasm', DEFAULT])
})

const failures = {
  rejects: () => Promise.reject(new Error('CompileError: invalid wasm file')),
  throws: () => { throw new TypeError('CompileError: invalid wasm file') },
  'gives nothing': () => Promise.resolve(undefined),
}
for (const [how, instantiate] of Object.entries(failures))
  test(`a module that ${how}: every file fails at once, then the end`, async () => {
    const { make, log } = fresh({ instantiate })
    const uploader = make()
    uploader.addFile('a.mp4')
    uploader.addFile('b.mp4')
    uploader.addFile('c.mp4')
    uploader.cancelFile(2)
    uploader.startUpload()
    await settled()
    const failed = log.filter(([kind]) => kind === 'failed')
    assert.deepEqual(failed.map(([, name, code]) => [name, code]), [['a.mp4', 'WasmLoadFailed'], ['b.mp4', 'WasmLoadFailed']])
    assert.ok(failed[0][3].includes(DEFAULT) && failed[0][3].includes('wasmPath') && failed[0][3].includes('fallback'))
    assert.deepEqual(log.at(-1), ['end', 'b.mp4'])
    assert.deepEqual(uploader.listFiles().map((f) => f.state), ['Failure', 'Failure', 'Canceled'])
    log.length = 0
    uploader.startUpload()
    await settled()
    assert.deepEqual(log.map(([kind]) => kind), ['failed', 'failed', 'end'], 'the next use tries again')
  })

test('files that wait for no start are not failed by a module that does not load', async () => {
  const { make, log, opened } = fresh({ instantiate: (n) => (n < 3 ? Promise.reject(new Error('no')) : Promise.resolve(good)) })
  const uploader = make()
  uploader.addFile('a.mp4')
  await settled()
  assert.deepEqual(log, [['added', 'a.mp4']])
  uploader.startUpload()
  await settled()
  assert.deepEqual(opened.engine.methods, ['addFile', 'start'])
})

test('load() rejects with an error of ours', async () => {
  const { opened } = fresh({ instantiate: failures.rejects })
  const error = await opened.VODUpload.load({ wasmPath: 'x/y.wasm' }).catch((e) => e)
  assert.ok(error instanceof opened.VODUpload.UploadError)
  assert.equal(error.code, 'WasmLoadFailed')
  assert.match(error.message, /x\/y\.wasm .*invalid wasm file/)
})

test('a client without WXWebAssembly', async () => {
  const { opened } = fresh({ instantiate: failures.rejects, WXWebAssembly: undefined })
  assert.equal((await opened.VODUpload.load().catch((e) => e)).code, 'WasmLoadFailed')
})

test('no answer in 20 s is a failure, and what comes after 176 s is not used', async () => {
  const timers = clock()
  let late
  const { make, log, opened } = fresh({ instantiate: () => new Promise((resolve) => (late = resolve)), timers })
  const uploader = make()
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await timers.pass(19_000)
  assert.equal(log.length, 1)
  await timers.pass(1_000)
  assert.deepEqual(log.slice(1).map(([kind, , code]) => [kind, code]), [['failed', 'WasmLoadFailed'], ['end', undefined]])
  assert.match(log[1][3], /20 s/)
  late(good)
  await timers.pass(156_000)
  assert.equal(opened.engines.length, 0)
})

test('an answer in time leaves no timer behind', async () => {
  const timers = clock()
  const { opened } = fresh({ instantiate: () => Promise.resolve(good), timers })
  await opened.VODUpload.load()
  await timers.pass(0)
  assert.equal(timers.pending, 0)
})

test('a fallback in JavaScript, however it is handed over', async () => {
  const fallbackModule = (imports) => (assert.equal(typeof imports, 'object'), { memory: {} })
  const ways = [fallbackModule, () => fallbackModule, () => Promise.resolve(fallbackModule), Promise.resolve(fallbackModule), { default: fallbackModule }, () => Promise.resolve({ default: fallbackModule }), () => ({ instance: { exports: {} } })]
  for (const fallback of ways) {
    const { opened, make } = fresh({ instantiate: failures.rejects, options: { fallback } })
    make().addFile('a.mp4')
    await settled()
    assert.equal(opened.engines.length, 1)
  }
  const { opened, make } = fresh({ instantiate: () => Promise.resolve(good), options: { fallback: () => assert.fail('not needed') } })
  make().addFile('a.mp4')
  await settled()
  assert.equal(opened.engines.length, 1)
})

test('the import has no fallback to offer; an uploader that comes while it still waits has', async () => {
  const timers = clock()
  const { opened, asked, make, log } = fresh({ instantiate: () => new Promise(() => {}), timers, options: { fallback: () => ({ memory: {} }) } })
  await timers.pass(0)
  assert.equal(asked.length, 1)
  await timers.pass(15_000)
  const uploader = make()
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await timers.pass(5_000)
  assert.deepEqual(opened.engine.methods, ['addFile', 'start'])
  assert.deepEqual(log.map(([kind]) => kind), ['added'])
  assert.equal(asked.length, 1, 'the twenty seconds are waited for once')
})

test('two uploaders share one fallback; who offered none has it too', async () => {
  let made = 0
  const fallback = () => (made++, { memory: {} })
  const { opened, asked, make } = fresh({ instantiate: failures.rejects, options: { fallback } })
  make().addFile('a.mp4')
  make().addFile('a.mp4')
  await settled()
  make().addFile('a.mp4')
  make({ fallback: undefined }).addFile('a.mp4')
  await settled()
  assert.equal(opened.engines.length, 4)
  assert.deepEqual([made, asked.length], [1, 2])
})

test('the fallback of one uploader fails, that of another does not', async () => {
  const { opened, make, log } = fresh({ instantiate: failures.rejects })
  const [bad, fine] = [() => { throw new Error('not there') }, () => ({ memory: {} })].map((fallback) => make({ fallback }))
  for (const uploader of [bad, fine]) {
    uploader.addFile('a.mp4')
    uploader.startUpload()
  }
  await settled()
  await settled()
  assert.deepEqual(log.filter(([kind]) => kind === 'failed').map(([, , code]) => code), ['WasmLoadFailed'])
  assert.equal(opened.engines.length, 1)
})

test('a fallback that throws, one that lies nowhere and one that is nothing', async () => {
  for (const fallback of [() => { throw new Error('not there') }, Promise.reject(new Error('not there')), () => undefined]) {
    const { opened } = fresh({ instantiate: failures.rejects })
    const error = await opened.VODUpload.load({ fallback }).catch((e) => e)
    assert.ok(error instanceof opened.VODUpload.UploadError, String(error))
    assert.equal(error.code, 'WasmLoadFailed')
  }
})

test('a path in a sub-package or a plugin is handed on as it is given', async () => {
  for (const wasmPath of ['packageA/miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br', '/packageA/a.wasm', 'static/vod_upload.wasm.br', 'assets/vod_upload.wasm']) {
    const { asked, opened } = fresh({ instantiate: (n) => (n < 3 ? Promise.reject(new Error('not downloaded yet')) : Promise.resolve(good)) })
    const error = await opened.VODUpload.load({ wasmPath }).catch((e) => e)
    assert.ok(error.message.includes(wasmPath) && error.message.includes('not downloaded yet'))
    await opened.VODUpload.load({ wasmPath })
    assert.deepEqual(asked.filter((path) => path !== DEFAULT), [wasmPath, wasmPath, wasmPath], 'tried twice, and once more when asked again')
  }
})

test('a fallback that fails is a failure to load', async () => {
  const { opened } = fresh({ instantiate: failures.rejects })
  const error = await opened.VODUpload.load({ fallback: () => Promise.reject(new Error('subpackage gone')) }).catch((e) => e)
  assert.equal(error.code, 'WasmLoadFailed')
  assert.match(error.message, /subpackage gone/)
})
