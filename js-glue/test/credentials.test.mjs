import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, listening, open, settled } from './support/package.mjs'

async function running(options, files = ['a.mp4', 'b.mp4'], more = {}) {
  const app = listening()
  const opened = open(more)
  const uploader = new opened.VODUpload({ userId: 1, ...app, ...options })
  for (const file of files) uploader.addFile(file)
  uploader.startUpload()
  await settled()
  const { engine: core } = opened
  files.forEach((_, i) => core.emit('patch', i + 1, { state: 'Uploading' }))
  const answers = () => core.calls.filter(([m]) => /Credential/.test(m))
  const ask = (id, kind = 'create-video', videoId = '') => core.emit('credential', id, { kind, videoId })
  return { uploader, core, ask, answers, log: app.log }
}

test('getAuth is told what it is for, and its answer goes on as JSON', async () => {
  const asked = []
  const { uploader, ask, answers } = await running({
    getAuth(context) {
      asked.push(context)
      return Promise.resolve({ UploadAuth: 'x', VideoId: 'v' })
    },
  }, [{ url: 'wxfile://a.mp4', name: '片.mp4', size: 3, coverUrl: 'wxfile://c.jpg' }])
  ask(1)
  await settled()
  ask(1, 'refresh-video', 'v')
  await settled()
  const [uploadInfo] = uploader.listFiles()
  const file = { name: '片.mp4', size: 3, url: 'wxfile://a.mp4', coverUrl: 'wxfile://c.jpg', type: 'video/mp4' }
  assert.deepEqual(asked, [{ kind: 'create-video', file, meta: undefined, videoId: undefined, uploadInfo }, { kind: 'refresh-video', file, meta: undefined, videoId: 'v', uploadInfo }])
  assert.deepEqual(answers(), Array(2).fill(['setCredential', 1, '{"UploadAuth":"x","VideoId":"v"}']))
})

test('one call at a time, in order, each file once however often it is asked for', async () => {
  const open = []
  const { ask, answers } = await running({ getSTSToken: ({ file }) => new Promise((resolve) => open.push([file.name, resolve])) })
  ask(1)
  ask(2)
  ask(1)
  await settled()
  assert.deepEqual(open.map(([name]) => name), ['a.mp4'])
  ask(1)
  open[0][1]({ AccessKeyId: 'A' })
  await settled()
  assert.deepEqual(open.map(([name]) => name), ['a.mp4', 'b.mp4'])
  open[1][1]({ AccessKeyId: 'B' })
  await settled()
  assert.deepEqual(answers(), [['setCredential', 1, '{"AccessKeyId":"A"}'], ['setCredential', 2, '{"AccessKeyId":"B"}']])
  assert.equal(open.length, 2)
  ask(1)
  await settled()
  assert.equal(open.length, 3, 'the next expiry asks again')
})

test('a rejection, an exception and nonsense fail that file only', async () => {
  const ways = [
    [() => Promise.reject(new Error('server says no')), ['rejectCredential', 1, '', 'server says no']],
    [() => { throw Object.assign(new Error('quota'), { code: 'Quota' }) }, ['rejectCredential', 1, 'Quota', 'quota']],
    [() => Promise.reject({ errMsg: 'request:fail' }), ['rejectCredential', 1, '', 'request:fail']],
    [() => Promise.reject(), ['rejectCredential', 1, '', 'getAuth failed']],
    [() => undefined, ['setCredential', 1, 'null']],
    [() => '{"UploadAuth":"text"}', ['setCredential', 1, '{"UploadAuth":"text"}']],
    [() => { const circular = {}; return (circular.me = circular) }, 'circular'],
  ]
  for (const [way, wanted] of ways) {
    let first = true
    const { ask, answers } = await running({ getAuth: () => (first ? ((first = false), way()) : { UploadAuth: 'fine' }) })
    ask(1)
    ask(2)
    await settled()
    if (wanted === 'circular') assert.equal(answers()[0][0], 'rejectCredential')
    else assert.deepEqual(answers()[0], wanted)
    assert.deepEqual(answers()[1], ['setCredential', 2, '{"UploadAuth":"fine"}'])
  }
  const { ask, answers } = await running({ getSTSToken: () => Promise.reject(new Error('x')) })
  ask(1)
  await settled()
  assert.equal(answers()[0][2], '')
})

test('who never answers is given up after the timeout, and the next is asked', async () => {
  const timers = clock()
  const { ask, answers } = await running({ timeout: 5000, getAuth: ({ file }) => (file.name === 'a.mp4' ? new Promise(() => {}) : { UploadAuth: 'b' }) }, undefined, { timers })
  ask(1)
  ask(2)
  await settled()
  await timers.pass(4999)
  assert.deepEqual(answers(), [])
  await timers.pass(1)
  assert.deepEqual(answers().map(([m, id, code]) => [m, id, code]), [['rejectCredential', 1, 'RequestTimeout'], ['setCredential', 2, '{"UploadAuth":"b"}']])
})

test('a file that was stopped meanwhile is neither asked for nor answered', async () => {
  const open = []
  const { ask, answers, core } = await running({ getAuth: ({ file }) => new Promise((resolve) => open.push([file.name, resolve])) })
  ask(1)
  ask(2)
  await settled()
  core.emit('patch', 1, { state: 'Stoped' })
  core.emit('patch', 2, { state: 'Canceled' })
  open[0][1]({})
  await settled()
  assert.equal(open.length, 1)
  assert.deepEqual(answers(), [])
  core.emit('patch', 2, { state: 'Uploading' })
  ask(2)
  await settled()
  assert.equal(open.length, 2)
})
