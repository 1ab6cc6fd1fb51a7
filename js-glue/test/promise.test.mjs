// createUploader: one promise a file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, settled } from './support/package.mjs'

const state = (core, id, value) => core.emit('patch', id, { state: value })
const facts = { code: 'AccessDenied', message: 'why', stage: 'send', httpStatus: 403, requestId: 'R', part: 2, retryable: true }

const SCRIPT = {
  cancelFile(core, id) {
    state(core, id, 'Canceled')
    core.emit('canceled', id)
  },
  pauseFile: (core, id) => state(core, id, 'Stoped'),
  resumeFile: (core, id) => state(core, id, 'Ready'),
}

function fresh(more = {}) {
  const opened = open({ script: SCRIPT, ...more })
  const made = opened.VODUpload.createUploader({ getAuth: () => ({}), ...more.options })
  /** How a promise stands. */
  const watch = (handle) => {
    const seen = { state: 'pending' }
    handle.then((value) => Object.assign(seen, { state: 'done', value }), (error) => Object.assign(seen, { state: 'failed', error }))
    return seen
  }
  return { ...made, opened, watch, core: () => opened.engine, UploadError: opened.VODUpload.UploadError }
}

test('resolves with what was made of the file, which leaves the list', async () => {
  const { upload, uploader, watch, core } = fresh()
  const seen = watch(upload('a.mp4'))
  await settled()
  assert.deepEqual(core().methods, ['addFile', 'start'])
  core().emit('patch', 1, { state: 'Success', videoId: 'v' })
  core().emit('succeed', 1)
  core().emit('end', 1)
  await settled()
  assert.equal(seen.state, 'done')
  assert.equal(seen.value.videoId, 'v')
  assert.deepEqual(uploader.listFiles(), [])
  await settled()
  assert.deepEqual(core().calls.at(-1), ['removeFile', 1])
})

test('a failure: all facts of it, and the stored parts of the file are kept for the next try', async () => {
  const { upload, uploader, watch, core, UploadError } = fresh()
  const seen = watch(upload('a.mp4'))
  await settled()
  state(core(), 1, 'Failure')
  core().emit('failed', 1, facts)
  core().emit('end', 1)
  await settled()
  assert.ok(seen.error instanceof UploadError)
  for (const name in facts) assert.equal(seen.error[name], facts[name], name)
  assert.deepEqual(uploader.listFiles(), [])
  assert.ok(!core().methods.includes('removeFile'), 'the engine would throw the parts away')
  upload('a.mp4')
  assert.deepEqual(core().methods.slice(2), ['addFile', 'clear', 'addFile', 'start'], 'emptied before the next run, lest it bring the failed one back')
})

test('several at once share one run', async () => {
  const { upload, uploader, watch, core } = fresh()
  const seen = ['a.mp4', 'b.mp4'].map((path) => watch(upload(path)))
  await settled()
  state(core(), 1, 'Failure')
  core().emit('failed', 1, facts)
  await settled()
  assert.deepEqual(seen.map((s) => s.state), ['failed', 'pending'])
  assert.deepEqual(uploader.listFiles().map((f) => f.url), ['b.mp4'])
})

test('progress, meta and paramData go where they belong', async () => {
  const progress = []
  const asked = []
  const { upload, core } = fresh({ options: { getAuth: (context) => (asked.push(context), {}) } })
  upload({ tempFilePath: 'a.mp4' }, { meta: { id: 7 }, onProgress: (p) => progress.push(p), paramData: { Vod: { Title: 't' } }, bucket: 'b' })
  await settled()
  state(core(), 1, 'Uploading')
  core().emit('credential', 1, { kind: 'create-video', videoId: '' })
  core().emit('progress', 1, { percent: 50, loaded: 5, total: 10, bytesPerSecond: 1, secondsLeft: 5 })
  await settled()
  assert.deepEqual(asked[0].meta, { id: 7 })
  assert.deepEqual(progress, [{ percent: 50, loaded: 5, total: 10, bytesPerSecond: 1, secondsLeft: 5 }])
  const { bucket, paramData } = core().added[0]
  assert.deepEqual([bucket, paramData], ['b', '{"Vod":{"Title":"t"}}'])
})

test('cancel rejects with Canceled, before and after the engine is there, once', async () => {
  for (const wait of [false, true]) {
    const { upload, uploader, watch, core } = fresh()
    const handle = upload('a.mp4')
    const seen = watch(handle)
    if (wait) await settled()
    handle.cancel()
    handle.cancel()
    await settled()
    assert.equal(seen.error.code, 'Canceled')
    assert.deepEqual(uploader.listFiles(), [])
    assert.equal(core().methods.filter((m) => m === 'cancelFile').length, wait ? 1 : 0)
    handle.pause()
    handle.resume()
    assert.equal(uploader.listFiles().length, 0)
  }
})

test('a signal cancels; one that has aborted already lets nothing begin', async () => {
  const { upload, uploader, watch } = fresh()
  const controller = new AbortController()
  const seen = watch(upload('a.mp4', { signal: controller.signal }))
  await settled()
  controller.abort()
  await settled()
  assert.equal(seen.error.code, 'Canceled')
  const late = watch(upload('b.mp4', { signal: controller.signal }))
  assert.deepEqual(uploader.listFiles(), [])
  await settled()
  assert.equal(late.error.code, 'Canceled')
})

test('a signal is let go of when its file has ended', async () => {
  const { upload } = fresh()
  const listeners = new Set()
  const signal = { aborted: false, addEventListener: (_, listener) => listeners.add(listener), removeEventListener: (_, listener) => listeners.delete(listener) }
  const handle = upload('a.mp4', { signal })
  await settled()
  assert.equal(listeners.size, 1)
  handle.cancel()
  await assert.rejects(handle)
  await settled()
  assert.equal(listeners.size, 0)
})

test('pause and resume', async () => {
  const { upload, uploader, watch, core } = fresh()
  const handle = upload('a.mp4')
  const seen = watch(handle)
  await settled()
  handle.pause()
  assert.equal(uploader.listFiles()[0].state, 'Stoped')
  handle.resume()
  assert.equal(uploader.listFiles()[0].state, 'Ready')
  assert.deepEqual(core().methods, ['addFile', 'start', 'pauseFile', 'resumeFile', 'start'])
  assert.equal(seen.state, 'pending')
})

test('a paused file stays so when others start', async () => {
  const { upload, core, uploader } = fresh({ script: { ...SCRIPT, start: (core) => state(core, 1, 'Ready') } })
  const handle = upload('a.mp4')
  await settled()
  handle.pause()
  core().emit('end', 0)
  upload('b.mp4')
  assert.deepEqual(uploader.listFiles().map((f) => f.state), ['Stoped', 'Ready'])
})

test('paused before the engine is there: not handed to it until resumed', async () => {
  const { upload, core, uploader } = fresh()
  const handle = upload('a.mp4')
  handle.pause()
  upload('b.mp4')
  await settled()
  assert.deepEqual(core().calls.map(([m, file]) => [m, file && file.id]), [['addFile', 2], ['start', undefined]])
  assert.equal(uploader.listFiles()[0].state, 'Stoped')
  handle.resume()
  assert.deepEqual(core().calls.slice(2).map(([m, file]) => [m, file && file.id]), [['addFile', 1], ['start', undefined]])
})

test('what is not taken rejects', async () => {
  const { upload, watch } = fresh()
  upload('a.mp4').catch(() => {})
  const twice = watch(upload('a.mp4'))
  const none = watch(upload({}))
  const broken = watch(upload('b.mp4', { paramData: '{"Vod":' }))
  await settled()
  assert.deepEqual([twice, none, broken].map((s) => s.error.code), ['InvalidOption', 'InvalidOption', 'InvalidParamData'])
})

test('leaving the list by the other interface rejects', async () => {
  for (const leave of ['cleanList', 'deleteFile']) {
    const { upload, uploader, watch } = fresh()
    const seen = watch(upload('a.mp4'))
    await settled()
    uploader[leave](0)
    await settled()
    assert.equal(seen.error.code, 'Canceled')
  }
})

test('a module that does not load, and one that breaks, reject', async () => {
  const dead = fresh({ instantiate: () => Promise.reject(new Error('no')) })
  const unloaded = dead.watch(dead.upload('a.mp4'))
  await settled()
  assert.equal(unloaded.error.code, 'WasmLoadFailed')
  const broken = fresh({ script: { handleTimeout() { throw new Error('unreachable') } } })
  const lost = broken.watch(broken.upload('a.mp4'))
  await settled()
  state(broken.core(), 1, 'Uploading')
  broken.core().host.setTimer(broken.core().id, 0)
  await settled()
  await settled()
  assert.equal(lost.error.code, 'InternalError')
  assert.deepEqual(broken.uploader.listFiles(), [])
})

test('options are checked here too, but no account is needed', () => {
  const { createUploader } = open().VODUpload
  assert.throws(() => createUploader({ retryCount: -1 }), { code: 'InvalidOption' })
  const getAuth = () => {}
  assert.deepEqual(createUploader({ getAuth, region: 'cn-beijing' }).requiredDomains().request, ['https://{bucket}.oss-cn-beijing.aliyuncs.com'])
})

test('upload() is a bound property of the uploader, too: a copy in the data of a page has it, and meta reaches getAuth', async () => {
  const asked = []
  const opened = open({ script: SCRIPT })
  const copy = { ...new opened.VODUpload({ userId: 1, getAuth: (context) => asked.push(context.meta) }) }
  const { upload } = copy
  const handle = upload('a.mp4', { meta: { order: 7 } })
  await settled()
  state(opened.engine, 1, 'Uploading')
  opened.engine.emit('credential', 1, { kind: 'create-video', videoId: '' })
  await settled()
  assert.deepEqual(asked, [{ order: 7 }])
  handle.cancel()
  await assert.rejects(handle, { code: 'Canceled' })
  await assert.rejects(new opened.VODUpload({ userId: 1 }).upload('a.mp4'), { code: 'InvalidOption' })
})
