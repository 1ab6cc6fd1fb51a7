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

test('getAuth gets its context, and its answer is passed on as JSON', async () => {
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

test('one call at a time for each file however often it is asked for, and files do not wait for each other', async () => {
  const open = []
  const { ask, answers } = await running({ getSTSToken: ({ file, kind }) => new Promise((resolve) => open.push([`${file.name} ${kind}`, resolve])) })
  const calls = () => open.map(([name]) => name)
  ask(1)
  ask(2)
  ask(1)
  await settled()
  assert.deepEqual(calls(), ['a.mp4 create-video', 'b.mp4 create-video'])
  ask(1, 'refresh-video', 'v')
  await settled()
  assert.equal(open.length, 2, 'the first call of a.mp4 is under way')
  open[1][1]({ AccessKeyId: 'B' })
  await settled()
  assert.deepEqual(answers(), [['setCredential', 2, '{"AccessKeyId":"B"}']])
  open[0][1]({ AccessKeyId: 'A' })
  await settled()
  assert.deepEqual(answers()[1], ['setCredential', 1, '{"AccessKeyId":"A"}'])
  assert.deepEqual(calls().slice(2), ['a.mp4 refresh-video'])
  ask(2)
  await settled()
  assert.deepEqual(calls().slice(3), ['b.mp4 create-video'], 'the next expiry asks again')
})

test('a rejection, an exception and nonsense fail that file only', async () => {
  const ways = [
    [() => Promise.reject(new Error('server says no')), ['rejectCredential', 1, '{"message":"server says no"}']],
    [() => { throw Object.assign(new Error('quota'), { code: 'Quota' }) }, ['rejectCredential', 1, '{"code":"Quota","message":"quota"}']],
    [() => Promise.reject({ errMsg: 'request:fail' }), ['rejectCredential', 1, '{"errMsg":"request:fail"}']],
    [() => Promise.reject(), ['rejectCredential', 1, '']],
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
    const [ofFirst, ofSecond] = [1, 2].map((id) => answers().find((answer) => answer[1] === id))
    if (wanted === 'circular') assert.equal(ofFirst[0], 'rejectCredential')
    else assert.deepEqual(ofFirst, wanted)
    assert.deepEqual(ofSecond, ['setCredential', 2, '{"UploadAuth":"fine"}'])
  }
  const { ask, answers } = await running({ getSTSToken: () => Promise.reject(new Error('x')) })
  ask(1)
  await settled()
  assert.equal(answers()[0][2], '{"message":"x"}')
})

test('who never answers is given up after the timeout, and other files do not wait for that', async () => {
  const timers = clock()
  const { ask, answers } = await running({ timeout: 5000, getAuth: ({ file }) => (file.name === 'a.mp4' ? new Promise(() => {}) : { UploadAuth: 'b' }) }, undefined, { timers })
  ask(1)
  ask(2)
  await settled()
  await timers.pass(4999)
  assert.deepEqual(answers(), [['setCredential', 2, '{"UploadAuth":"b"}']])
  await timers.pass(1)
  assert.equal(answers()[1][0], 'rejectCredential')
  assert.equal(JSON.parse(answers()[1][2]).code, 'RequestTimeout')
})

test('a file that was stopped meanwhile is not asked for, but an answer under way is handed on: its video exists', async () => {
  const open = []
  const { ask, answers, core } = await running({ getAuth: ({ file }) => new Promise((resolve) => open.push([file.name, resolve])) })
  ask(1)
  await settled()
  ask(2)
  core.emit('patch', 1, { state: 'Stoped' })
  core.emit('patch', 2, { state: 'Canceled' })
  open[0][1]({ VideoId: 'v' })
  await settled()
  assert.equal(open.length, 1)
  assert.deepEqual(answers(), [['setCredential', 1, '{"VideoId":"v"}']])
  core.emit('patch', 2, { state: 'Uploading' })
  ask(2)
  await settled()
  assert.equal(open.length, 2)
})

test('stopped and started while the app answers: it is not asked twice', async () => {
  const open = []
  const { ask, answers, core } = await running({ getAuth: () => new Promise((resolve) => open.push(resolve)) })
  ask(1)
  await settled()
  core.emit('patch', 1, { state: 'Stoped' })
  core.emit('patch', 1, { state: 'Uploading' })
  ask(1)
  open[0]({ VideoId: 'v' })
  await settled()
  assert.equal(open.length, 1)
  assert.deepEqual(answers(), [['setCredential', 1, '{"VideoId":"v"}']])
})

test('an answer after the time-out is handed on, a rejection is not', async () => {
  for (const [late, wanted] of [[['resolve', { VideoId: 'v' }], [['setLateCredential', 1, '{"VideoId":"v"}']]], [['reject', new Error('late')], []]]) {
    const timers = clock()
    let call
    const { ask, answers } = await running({ timeout: 5000, getAuth: () => new Promise((resolve, reject) => (call = { resolve, reject })) }, undefined, { timers })
    ask(1)
    await settled()
    await timers.pass(5000)
    assert.equal(JSON.parse(answers()[0][2]).code, 'RequestTimeout')
    call[late[0]](late[1])
    await settled()
    assert.deepEqual(answers().slice(1), wanted)
  }
})

test('the network is looked at before a rejection is handed on: phones report its change after the requests that it broke', async () => {
  const wx = { getNetworkType: ({ success }) => success({ networkType: network }), onNetworkStatusChange() {} }
  let network = 'wifi'
  const { ask, core } = await running({
    getAuth() {
      network = '4g'
      return Promise.reject({ errMsg: 'request:fail' })
    },
  }, undefined, { wx })
  ask(1)
  await settled()
  assert.deepEqual(core.calls.slice(-2), [['networkChanged', true, '4g'], ['rejectCredential', 1, '{"errMsg":"request:fail"}']])
})

test('a credential of another kind, wanted because of a rejection, is asked for once', async () => {
  const kinds = []
  const { ask, answers } = await running({
    getAuth({ kind }) {
      kinds.push(kind)
      return kind === 'refresh-video' ? Promise.reject({ Code: 'InvalidVideo.NotFound', Message: 'gone' }) : { VideoId: 'w' }
    },
  }, undefined, {
    script: {
      rejectCredential(engine, id) {
        engine.emit('credential', id, { kind: 'create-video', videoId: '' })
        engine.emit('credential', id, { kind: 'create-video', videoId: '' })
      },
    },
  })
  ask(1, 'refresh-video', 'v')
  await settled()
  assert.deepEqual(kinds, ['refresh-video', 'create-video'])
  assert.deepEqual(answers(), [['rejectCredential', 1, '{"Code":"InvalidVideo.NotFound","Message":"gone"}'], ['setCredential', 1, '{"VideoId":"w"}']])
  ask(1, 'create-video')
  await settled()
  assert.equal(kinds.length, 3)
})
