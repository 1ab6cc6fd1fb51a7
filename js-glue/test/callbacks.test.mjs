import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listening, open, settled } from './support/package.mjs'

async function running(options = {}, script = {}) {
  const app = listening()
  const opened = open({ script })
  const uploader = new opened.VODUpload({ userId: 1, ...app, ...options })
  uploader.addFile('a.mp4')
  uploader.addFile('b.mp4')
  await settled()
  const { engine: core } = opened
  core.emit('patch', 1, { state: 'Uploading' })
  app.log.length = 0
  return { uploader, core, log: app.log, printed: opened.printed, info: uploader.listFiles()[0] }
}

const facts = { code: 'NoSuchBucket', message: 'why', stage: 'send', httpStatus: 404, requestId: 'R', part: 2, retryable: false }

test('in the order of the engine, later, with what each is promised', async () => {
  const { core, log, info } = await running()
  core.emit('started', 1)
  core.emit('progress', 1, { percent: 40, loaded: 4, total: 10, bytesPerSecond: 2, secondsLeft: 3 })
  core.emit('expired', 1, { code: 'SecurityTokenExpired', message: 'm' })
  core.emit('patch', 1, { state: 'Success', loaded: 100 })
  core.emit('progress', 1, { percent: 100, loaded: 10, total: 10, bytesPerSecond: 2, secondsLeft: 0 })
  core.emit('succeed', 1)
  core.emit('failed', 2, facts)
  core.emit('canceled', 2, {})
  core.emit('end', 2)
  assert.equal(info.state, 'Success', 'patches are at once')
  assert.deepEqual(log, [], 'callbacks are not')
  await settled()
  assert.deepEqual(log, [
    ['started', 'a.mp4'], ['progress', 'a.mp4', 10, 40], ['expired', 'a.mp4'], ['progress', 'a.mp4', 10, 100], ['succeed', 'a.mp4'], ['failed', 'b.mp4', 'NoSuchBucket', 'why'], ['canceled', 'b.mp4'],
    ['end', 'b.mp4'],
  ].filter(([name]) => !/started|expired/.test(name)), 'these came too late: the file had ended')
})

test('started, progress and expiry of a file no longer in upload are dropped', async () => {
  const { core, log } = await running()
  core.emit('started', 1)
  core.emit('progress', 1, { percent: 1, total: 10 })
  core.emit('expired', 1, { code: 'SecurityTokenExpired', message: 'm' })
  core.emit('patch', 1, { state: 'Stoped' })
  await settled()
  assert.deepEqual(log, [])
  core.emit('patch', 1, { state: 'Uploading' })
  core.emit('started', 1)
  core.emit('expired', 1, { code: 'SecurityTokenExpired', message: 'm' })
  await settled()
  assert.deepEqual(log, [['started', 'a.mp4'], ['expired', 'a.mp4']])
})

test('progressScale 1 is the scale of callback, detail and info alike', async () => {
  let seen
  const { core, info } = await running({ progressScale: 1, onUploadProgress: (...args) => (seen = args) })
  core.emit('patch', 1, { loaded: 25 })
  core.emit('progress', 1, { percent: 25, loaded: 1, total: 4, bytesPerSecond: 8, secondsLeft: 9 })
  await settled()
  assert.equal(info.loaded, 0.25)
  assert.deepEqual(seen, [info, 4, 0.25, { percent: 0.25, loaded: 1, total: 4, bytesPerSecond: 8, secondsLeft: 9 }])
})

for (const [how, throwing] of [
  ['an exception', (boom) => { throw boom }],
  ['a rejection', (boom) => Promise.reject(boom)],
])
  test(`${how} of the app is printed and changes nothing else`, async () => {
    const boom = new Error('boom')
    const fails = () => throwing(boom)
    const { core, log, printed } = await running({ onUploadSucceed: fails, onUploadProgress: fails, log: fails })
    core.emit('progress', 1, { percent: 1, total: 4 })
    core.emit('succeed', 1)
    core.emit('log', 0, { level: 'info', event: 'x' })
    core.emit('end', 1)
    await settled()
    assert.deepEqual(log, [['end', 'a.mp4']])
    assert.deepEqual(printed.map(([how, , error]) => [how, error]), Array(3).fill(['error', boom]))
  })

test('whatever a callback returns is harmless: an arrow function may give back the task of wx.request', async () => {
  for (const returned of [{ abort() {} }, { then: 5 }, { then: null }, Object.create(null), 'then', 0]) {
    const { core, log, printed } = await running({ onUploadSucceed: () => returned, onUploadProgress: () => returned })
    core.emit('progress', 1, { percent: 1, total: 4 })
    core.emit('succeed', 1)
    core.emit('end', 1)
    await settled()
    assert.deepEqual(log, [['end', 'a.mp4']])
    assert.deepEqual(printed, [])
  }
})

test('every method may be called from a callback', async () => {
  const { uploader, core, log } = await running(
    {
      onUploadFailed() {
        log.push(['in'])
        uploader.stopUpload()
        uploader.deleteFile(0)
        uploader.cleanList()
        uploader.addFile('c.mp4')
        uploader.startUpload()
        log.push(['out'])
      },
    },
    { stop: (c) => c.emit('patch', 2, { state: 'Stoped' }), removeFile: (c, id) => (c.emit('patch', id, { state: 'Canceled' }), c.emit('canceled', id)) },
  )
  core.emit('failed', 1, facts)
  core.emit('end', 1)
  await settled()
  assert.deepEqual(log, [['in'], ['out'], ['end', 'a.mp4'], ['canceled', 'a.mp4'], ['added', 'c.mp4']])
  assert.deepEqual(core.methods, ['addFile', 'addFile', 'stop', 'removeFile', 'stop', 'clear', 'addFile', 'start'].filter((m, i) => i !== 4))
})

test('an end without a file, and callbacks the app has not set', async () => {
  const { core, log } = await running({ onUploadSucceed: undefined, onUploadCanceled: 'no function' })
  core.emit('end', 0)
  core.emit('succeed', 1)
  core.emit('canceled', 1)
  core.emit('patch', 77, { state: 'Failure' })
  core.emit('failed', 77, facts)
  await settled()
  assert.deepEqual(log, [['end', undefined]])
})

test('onUploadStarted is an alias, and the small s wins', async () => {
  for (const names of [['onUploadStarted'], ['onUploadstarted', 'onUploadStarted']]) {
    const called = []
    const { core } = await running(Object.assign({ onUploadstarted: undefined }, ...names.map((name) => ({ [name]: () => called.push(name) }))))
    core.emit('started', 1)
    await settled()
    assert.deepEqual(called, [names[0]])
  }
})

test('log lines go to the app, or warnings and errors to the console', async () => {
  const lines = ['debug', 'info', 'warn', 'error'].map((level) => ({ level, event: `e-${level}`, detail: 'd' }))
  const logged = []
  const app = await running({ log: (...args) => logged.push(args) })
  for (const line of lines) app.core.emit('log', 0, line)
  await settled()
  assert.deepEqual(logged, lines.map((line) => [line.level, line]))
  assert.deepEqual(app.printed, [])
  const silent = await running()
  for (const line of lines) silent.core.emit('log', 0, line)
  await settled()
  assert.deepEqual(silent.printed, [['warn', '[vod-upload]', lines[2]], ['error', '[vod-upload]', lines[3]]])
})

test('a file deleted from the list still gets its last word', async () => {
  const { uploader, core, log } = await running({}, {
    removeFile(c, id) {
      c.emit('patch', id, { state: 'Canceled' })
      c.emit('canceled', id)
      c.emit('end', id)
    },
  })
  const [info] = uploader.listFiles()
  uploader.deleteFile(0)
  assert.equal(info.state, 'Canceled')
  await settled()
  assert.deepEqual(log, [['canceled', 'a.mp4'], ['end', 'a.mp4']])
  assert.deepEqual(core.methods, ['addFile', 'addFile', 'removeFile'])
})
