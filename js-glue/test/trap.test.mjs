// An engine that breaks, and the next one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listening, open, settled } from './support/package.mjs'

const trap = () => { throw new Error('unreachable') }

function fresh(script = {}, wx = {}) {
  const app = listening()
  const opened = open({ script, wx })
  const make = (options = {}) => new opened.VODUpload({ userId: 1, ...app, ...options })
  return { opened, make, uploader: make(), log: app.log }
}

const added = (core) => core.added.map((file) => file.path)

test('in upload: failed once; the rest goes on in a fresh engine', async () => {
  const { opened, uploader, log } = fresh({ handleTimeout: trap })
  for (const name of 'abcd') uploader.addFile(`${name}.mp4`)
  uploader.startUpload()
  await settled()
  const first = opened.engine
  first.emit('patch', 1, { state: 'Success' })
  first.emit('patch', 2, { state: 'Uploading' })
  first.emit('patch', 4, { state: 'Canceled' })
  log.length = 0
  first.host.setTimer(first.id, 0)
  await settled()
  await settled()
  assert.deepEqual(log.map(([kind, name, code]) => [kind, name, code]), [['failed', 'b.mp4', 'InternalError']])
  assert.match(log[0][3], /unreachable/)
  assert.deepEqual(uploader.listFiles().map((f) => f.state), ['Success', 'Failure', 'Ready', 'Canceled'])
  assert.equal(opened.engines.length, 2)
  assert.deepEqual(added(opened.engine), ['c.mp4'])
  assert.deepEqual(opened.engine.methods, ['addFile', 'start'])

  first.emit('patch', 3, { state: 'Failure' })
  first.emit('succeed', 3)
  await settled()
  assert.equal(uploader.listFiles()[2].state, 'Ready', 'events of a crashed instance are ignored')
  assert.equal(log.length, 1)

  assert.equal(uploader.resumeFile(3), true)
  opened.engine.emit('end', 3)
  await settled()
  uploader.startUpload()
  assert.deepEqual(added(opened.engine), ['c.mp4', 'd.mp4', 'b.mp4'], 'a start brings back the one that failed')
})

test('the last one in upload: the run ends', async () => {
  const { opened, uploader, log } = fresh({ handleTimeout: trap })
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  opened.engine.emit('patch', 1, { state: 'Uploading' })
  opened.engine.host.setTimer(opened.engine.id, 0)
  await settled()
  await settled()
  assert.deepEqual(log.slice(1).map(([kind, name, code]) => [kind, name, code]), [['failed', 'a.mp4', 'InternalError'], ['end', 'a.mp4', undefined]])
  uploader.startUpload()
  await settled()
  assert.deepEqual(opened.engine.methods, ['addFile', 'start'])
})

test('a file that failed with its engine has had its end: canceling it calls nothing back', async () => {
  const { opened, uploader, log } = fresh({ handleTimeout: trap })
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  opened.engine.emit('patch', 1, { state: 'Uploading' })
  opened.engine.host.setTimer(opened.engine.id, 0)
  await settled()
  await settled()
  log.length = 0
  assert.equal(uploader.cancelFile(0), true)
  assert.equal(uploader.listFiles()[0].state, 'Canceled')
  await settled()
  assert.deepEqual(log, [])
})

test('a trap in an async task counts as well: a promise that the host has settled', async () => {
  const { opened, uploader, log } = fresh()
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  const { engine } = opened
  engine.emit('patch', 1, { state: 'Uploading' })
  // As wasm-bindgen-futures runs its tasks.
  opened.queueMicrotask(trap)
  await settled()
  assert.equal(log[1][2], 'InternalError')
  assert.match(log[1][3], /unreachable/)
})

test('a panic is reported with its message and line, also to the log, with the version', async () => {
  const logged = []
  const app = fresh()
  const uploader = app.make({ log: (level, event) => logged.push([level, event.event, event.version, event.message]) })
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  const { engine } = app.opened
  engine.emit('patch', 1, { state: 'Uploading' })
  engine.host.onPanic('panicked at src/engine/mod.rs:12:5:\nwhat happened')
  app.opened.queueMicrotask(trap)
  await settled()
  assert.match(app.log.find(([kind]) => kind === 'failed')[3], /src\/engine\/mod\.rs:12:5:\nwhat happened/)
  assert.deepEqual(logged, [['error', 'engine-crashed', '9.9.9', 'panicked at src/engine/mod.rs:12:5:\nwhat happened']])
})

test("the requests of a crashed instance are aborted, and it gets no more events", async () => {
  const sent = []
  const files = []
  const wx = { request: (o) => (sent.push(o), { abort: () => (o.aborted = true) }), getFileSystemManager: () => ({ stat: (o) => files.push(o) }) }
  const { opened, uploader } = fresh({ handleTimeout: trap }, wx)
  uploader.startUpload()
  await settled()
  const { engine: core } = opened
  core.host.request({ uploaderId: core.id, id: 1, url: 'https://h/', method: 'PUT', headers: {}, timeout: 1 }, '').then(() => assert.fail('the dead are not answered'), () => assert.fail('the dead are not answered'))
  core.host.statFile('a').then(() => assert.fail('the dead are not answered'))
  core.host.setTimer(core.id, 0)
  await settled()
  await settled()
  files[0].success({ stats: { size: 1 } })
  await settled()
  assert.equal(sent[0].aborted, true)
  assert.deepEqual(core.methods, ['start', 'handleTimeout'])
})

test('two uploaders share the module: both recover, the idle one when it is next used', async () => {
  const { opened, make, uploader } = fresh({ cancelFile: trap })
  const other = make()
  const idle = make()
  for (const u of [uploader, other, idle]) u.addFile('a.mp4')
  uploader.startUpload()
  other.startUpload()
  await settled()
  assert.equal(opened.loads, 1)
  assert.equal(opened.engines.length, 3)
  opened.engines[1].emit('patch', 1, { state: 'Uploading' })
  uploader.cancelFile(0)
  await settled()
  assert.equal(opened.loads, 2)
  assert.equal(opened.engines.length, 4, 'the idle one waits')
  assert.equal(other.listFiles()[0].state, 'Failure')
  assert.equal(uploader.listFiles()[0].state, 'Ready')
  assert.equal(idle.setUploadAuthAndAddress(idle.listFiles()[0], 'a', 'b', 'c'), false)
  idle.startUpload()
  await settled()
  assert.deepEqual(opened.engine.methods, ['addFile', 'setUploadAuth', 'start'])
})

test('an engine that panics when it is created, or at every addFile, is not created again without end', async () => {
  for (const script of [{ create: trap }, { addFile: trap }]) {
    const { opened, uploader, log } = fresh(script)
    uploader.addFile('a.mp4')
    uploader.addFile('b.mp4')
    uploader.startUpload()
    await settled()
    await settled()
    assert.deepEqual(log.slice(2).map(([kind, name, code]) => [kind, name, code]), [['failed', 'a.mp4', 'InternalError'], ['failed', 'b.mp4', 'InternalError'], ['end', 'b.mp4', undefined]])
    assert.equal(opened.engines.length, 2)
    uploader.startUpload()
    await settled()
    assert.ok(opened.engines.length <= 4)
    assert.equal(log.at(-1)[0], 'end')
  }
})

test('methods answer while the next engine is on its way', async () => {
  const { uploader } = fresh({ setUploadAuth: trap })
  uploader.addFile('a.mp4')
  uploader.startUpload()
  await settled()
  const [info] = uploader.listFiles()
  assert.equal(uploader.setUploadAuthAndAddress(info, 'a', 'b', 'c'), false)
  assert.equal(uploader.addFile('a.mp4'), false)
  assert.equal(uploader.addFile('b.mp4'), true)
  assert.equal(uploader.cancelFile(0), true)
  assert.deepEqual(uploader.listFiles().map((f) => f.state), ['Canceled', 'Ready'])
})
