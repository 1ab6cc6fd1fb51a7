// The list and its methods, before and after the engine is there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listening, open, settled } from './support/package.mjs'

/** The engine's part in what the list shows. */
const state = (core, id, value) => core.emit('patch', id, { state: value })
const SCRIPT = {
  cancelFile(core, id) {
    state(core, id, 'Canceled')
    core.emit('canceled', id)
  },
  resumeFile: (core, id) => state(core, id, 'Ready'),
}

function fresh(options = {}, world = {}) {
  const app = listening()
  const opened = open({ script: SCRIPT, ...world })
  const uploader = new opened.VODUpload({ userId: 1, ...app, ...options })
  return { opened, uploader, log: app.log, core: () => opened.engine, states: () => uploader.listFiles().map((f) => f.state) }
}

const CHOSEN = [
  ['wxfile://tmp_a1.mp4', { url: 'wxfile://tmp_a1.mp4', name: 'tmp_a1.mp4', coverUrl: '', size: 0, kind: 'unknown' }],
  [{ url: 'wxfile://a.mp4', coverUrl: 'wxfile://c.jpg', name: '我的.mp4', size: 9, fileType: 'video' }, { name: '我的.mp4', coverUrl: 'wxfile://c.jpg', size: 9, kind: 'video' }],
  [{ tempFilePath: 'http://tmp/x.mov', size: 5, fileType: 'video', duration: 3, thumbTempFilePath: 'http://tmp/t.jpg' }, { url: 'http://tmp/x.mov', name: 'x.mov', coverUrl: 'http://tmp/t.jpg', size: 5, kind: 'video' }],
  [{ tempFilePath: 'http://tmp/x', fileType: 'image', size: 0 }, { name: 'x', kind: 'image', size: 0 }],
  [{ path: 'wxfile://store_1', name: 'talk.mp3', size: 7, type: 'file', time: 1 }, { url: 'wxfile://store_1', name: 'talk.mp3', kind: 'unknown' }],
  [{ path: 'wxfile://i.png', size: 3 }, { url: 'wxfile://i.png', kind: 'unknown' }],
  [{ url: 'wxfile://s', fileType: 'audio/mpeg' }, { kind: 'audio' }],
]

test('files as the choosers give them', async () => {
  const { uploader, core } = fresh()
  for (const [given] of CHOSEN) assert.equal(uploader.addFile(given), true)
  await settled()
  CHOSEN.forEach(([, wanted], i) => {
    const { id, path, name, kind, endpoint, bucket, object, paramData, cover } = core().added[i]
    const got = { url: path, name, size: uploader.listFiles()[i].fileSize, kind, coverUrl: cover }
    for (const key in wanted) assert.equal(got[key], wanted[key], `${key} of ${JSON.stringify(CHOSEN[i][0])}`)
    assert.deepEqual([id, endpoint, bucket, object, paramData], [i + 1, '', '', '', ''])
  })
})

test('what has no path is not taken', () => {
  const { uploader } = fresh()
  for (const file of [undefined, null, '', {}, 7, { url: '' }, { name: 'a.mp4' }, []]) assert.equal(uploader.addFile(file), false, JSON.stringify(file))
  assert.deepEqual(uploader.listFiles(), [])
})

test('a path in the list is taken again only when it has ended', async () => {
  const { uploader, core } = fresh()
  assert.equal(uploader.addFile('a.mp4'), true)
  assert.equal(uploader.addFile({ tempFilePath: 'a.mp4' }), false)
  await settled()
  for (const [value, taken] of [['Uploading', false], ['Stoped', false], ['Failure', true]]) {
    state(core(), 1, value)
    assert.equal(uploader.addFile('a.mp4'), taken, value)
  }
  assert.equal(uploader.listFiles().length, 2)
})

test('uploadInfo: plain, complete, of one identity', async () => {
  const { uploader, core } = fresh()
  uploader.addFile({ url: 'wxfile://a.jpg', size: 4 }, 'https://oss-cn-beijing.aliyuncs.com', 'b', 'o/a.jpg', '{"Vod":{"Title":"标题"}}')
  const [info] = uploader.listFiles()
  const { ri, ...rest } = info
  assert.ok(ri.length > 8)
  const target = { endpoint: 'https://oss-cn-beijing.aliyuncs.com', bucket: 'b', object: 'o/a.jpg' }
  assert.deepEqual(rest, {
    url: 'wxfile://a.jpg', coverUrl: '', file: { name: 'a.jpg', size: 4, url: 'wxfile://a.jpg', type: '' }, checkpoint: {}, fileSize: 4, fileHash: '', isImage: true, state: 'Ready', loaded: 0,
    videoId: '', imageId: '', imageUrl: '', ...target, Endpoint: target.endpoint, Bucket: target.bucket, Object: target.object, region: 'cn-shanghai',
    userData: Buffer.from('{"Vod":{"Title":"标题"}}').toString('base64'), videoInfo: { Title: '标题' },
  })
  assert.deepEqual(JSON.parse(JSON.stringify(info)), { ...info })
  await settled()
  core().emit('patch', 1, { fileSize: 77, fileHash: 'abc', endpoint: 'e', bucket: 'x', object: 'y', videoId: 'v', loaded: 50, region: 'cn-beijing', isImage: false })
  assert.equal(uploader.listFiles()[0], info)
  assert.deepEqual([info.fileSize, info.file.size, info.file.name, info.Endpoint, info.Bucket, info.Object, info.videoId, info.loaded, info.region, info.isImage],
    [77, 77, 'a.jpg', 'e', 'x', 'y', 'v', 50, 'cn-beijing', false])
})

test('before the engine: right answers at once, and the same list afterwards', async () => {
  const { uploader, core, states, log } = fresh()
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(uploader.addFile(`${name}.mp4`), true)
  uploader.startUpload()
  assert.equal(uploader.cancelFile(1), true)
  assert.equal(uploader.cancelFile(1), false)
  assert.equal(uploader.cancelFile(9), false)
  assert.equal(uploader.resumeFile(0), false)
  assert.equal(uploader.deleteFile(2), true)
  assert.equal(uploader.deleteFile(3), false)
  assert.equal(uploader.deleteFile(-1), false)
  assert.deepEqual(states(), ['Ready', 'Canceled', 'Ready'])
  assert.equal(uploader.setUploadAuthAndAddress(uploader.listFiles()[0], 'a', 'b', 'c'), false)
  assert.equal(uploader.setSTSToken(uploader.listFiles()[0], 'a', 'b', 'c'), false)
  assert.equal(uploader.setSTSTokenDirectlyUpload(uploader.listFiles()[0], 'a', 'b', 'c', 'd'), false)
  assert.equal(uploader.resumeUploadWithAuth('a'), false)
  assert.equal(uploader.resumeUploadWithSTSToken('a', 'b', 'c', 'd'), false)
  assert.deepEqual(log, [], 'nothing is called back inside a method')
  await settled()
  assert.deepEqual(core().calls.map(([m, file]) => [m, file && file.id, file && file.path]), [['addFile', 1, 'a.mp4'], ['addFile', 4, 'd.mp4'], ['start', undefined, undefined]])
  assert.deepEqual(log, [['added', 'a.mp4'], ['added', 'b.mp4'], ['added', 'c.mp4'], ['added', 'd.mp4'], ['canceled', 'b.mp4']])
  assert.equal(uploader.resumeFile(1), true)
  assert.deepEqual([core().methods.at(-1), core().added.at(-1).path], ['addFile', 'b.mp4'])
  assert.deepEqual(states(), ['Ready', 'Ready', 'Ready'])
})

test('before the engine: canceled and resumed, stopped and cleaned', async () => {
  const { uploader, core } = fresh()
  uploader.addFile('a.mp4')
  uploader.cancelFile(0)
  assert.equal(uploader.resumeFile(0), true)
  uploader.startUpload()
  uploader.stopUpload()
  await settled()
  assert.deepEqual(core().methods, ['addFile', 'start', 'stop'])

  const other = fresh()
  other.uploader.addFile('a.mp4')
  other.uploader.startUpload()
  other.uploader.cleanList()
  other.uploader.addFile('b.mp4')
  await settled()
  assert.deepEqual(other.core().calls.map(([m, file]) => [m, file.path]), [['addFile', 'b.mp4']])
  assert.deepEqual(other.uploader.listFiles().map((f) => f.url), ['b.mp4'])
})

test('with the engine: commands go through, states come back at once', async () => {
  const { uploader, core, states, log } = fresh()
  uploader.addFile('a.mp4')
  uploader.addFile('b.mp4')
  await settled()
  assert.equal(uploader.cancelFile(0), true)
  assert.deepEqual(states(), ['Canceled', 'Ready'])
  assert.equal(uploader.resumeFile(0), true)
  assert.deepEqual(states(), ['Ready', 'Ready'])
  state(core(), 1, 'Success')
  assert.equal(uploader.cancelFile(0), false)
  uploader.stopUpload()
  assert.equal(uploader.deleteFile(0), true)
  assert.deepEqual(uploader.listFiles().map((f) => f.url), ['b.mp4'])
  uploader.cleanList()
  assert.deepEqual(uploader.listFiles(), [])
  assert.deepEqual(core().calls.slice(2), [['cancelFile', 1], ['resumeFile', 1], ['stop'], ['removeFile', 1], ['clear']])
  await settled()
  assert.deepEqual(log.slice(2), [['canceled', 'a.mp4']])
})

test('canceled, resumed, started and cleaned before the app hears of the start: one end, then the end of the run', async () => {
  const { uploader, core, log } = fresh()
  uploader.addFile('a.mp4')
  await settled()
  uploader.cancelFile(0)
  uploader.resumeFile(0)
  uploader.startUpload()
  state(core(), 1, 'Uploading')
  uploader.cleanList()
  await settled()
  assert.deepEqual(log, [['added', 'a.mp4'], ['canceled', 'a.mp4'], ['end', 'a.mp4']])
})

test('cleanList calls onUploadCanceled for each file whose onUploadstarted was called, and for no other', async () => {
  const { uploader, core, log } = fresh()
  uploader.addFile('a.mp4')
  uploader.addFile('b.mp4')
  uploader.addFile('c.mp4')
  uploader.startUpload()
  await settled()
  state(core(), 1, 'Uploading')
  core().emit('started', 1)
  await settled()
  state(core(), 2, 'Uploading')
  core().emit('started', 2)
  uploader.cleanList()
  await settled()
  assert.deepEqual(log.filter(([name]) => name !== 'added'), [['started', 'a.mp4'], ['canceled', 'a.mp4'], ['end', 'b.mp4']])
})

test('credentials go to the file, by the info or by a copy of it, and the answer comes back', async () => {
  const script = { setUploadAuth: (_, id) => id === 1, setStsToken: () => true, setDirectToken: () => true, renewUploadAuth: (_, auth) => auth === 'new', renewStsToken: () => false }
  const { uploader, core } = fresh({}, { script })
  uploader.addFile('a.mp4')
  uploader.addFile('b.mp4')
  await settled()
  const [a, b] = uploader.listFiles()
  const token = { accessKeyId: 'k', accessKeySecret: 's', securityToken: 't', expiration: 'e' }
  assert.equal(uploader.setUploadAuthAndAddress(a, 'auth', 'address', 'video'), true)
  assert.equal(uploader.setUploadAuthAndAddress(JSON.parse(JSON.stringify(a)), 'auth', 'address', 'video'), true)
  assert.equal(uploader.setUploadAuthAndAddress(b, 'auth', 'address', 'video'), false)
  for (const stranger of [undefined, null, {}, { ri: 'x' }]) assert.equal(uploader.setUploadAuthAndAddress(stranger, 'auth', 'address', 'v'), false)
  assert.equal(uploader.setSTSToken(b, 'k', 's', 't', 'e'), true)
  assert.equal(uploader.setSTSTokenDirectlyUpload(b, 'k', 's', 't', 'e'), true)
  assert.equal(uploader.resumeUploadWithAuth('new'), true)
  assert.equal(uploader.resumeUploadWithAuth('old'), false)
  assert.equal(uploader.resumeUploadWithSTSToken('k', 's', 't', 'e'), false)
  assert.deepEqual(core().calls.slice(2, 3), [['setUploadAuth', 1, { uploadAuth: 'auth', uploadAddress: 'address', videoId: 'video' }]])
  assert.deepEqual(core().calls.slice(5), [['setStsToken', 2, token, ''], ['setDirectToken', 2, token], ['renewUploadAuth', 'new'], ['renewUploadAuth', 'old'], ['renewStsToken', token]])
})

test('the engine gets app and network events while it runs, and those it missed when it runs again', async () => {
  const on = {}
  const wx = { onAppHide: (l) => (on.hide = l), onAppShow: (l) => (on.show = l), onNetworkStatusChange: (l) => (on.network = l), onMemoryWarning: (l) => (on.memory = l) }
  const { uploader, core } = fresh({}, { wx })
  uploader.addFile('a.mp4')
  await settled()
  on.hide()
  assert.deepEqual(core().methods, ['addFile'], 'an idle uploader gets no event')
  uploader.startUpload()
  on.show()
  on.network({ isConnected: false, networkType: 'none' })
  on.network({ isConnected: false, networkType: 'none' })
  on.memory({ level: 10 })
  assert.deepEqual(core().calls.slice(1), [['appHidden'], ['start'], ['appShown'], ['networkChanged', false, 'none'], ['memoryWarning']])
  core().emit('end', 1)
  on.network({ isConnected: true, networkType: '5g' })
  assert.equal(core().calls.length, 6)
  uploader.startUpload()
  assert.deepEqual(core().calls.slice(6), [['networkChanged', true, '5g'], ['start']])
})

test('the timer of the engine is one', async () => {
  const { uploader, core } = fresh()
  uploader.addFile('a.mp4')
  await settled()
  core().host.setTimer(core().id, 0)
  core().host.setTimer(core().id, 1)
  await settled()
  await settled()
  assert.deepEqual(core().methods, ['addFile', 'handleTimeout'])
  core().host.setTimer(core().id, 0)
  core().host.setTimer(core().id)
  await settled()
  assert.deepEqual(core().methods, ['addFile', 'handleTimeout'])
})

test('commands that waited for the engine all arrive, though it is idle after each', async () => {
  const idle = (core) => core.host.onIdle(core.id)
  const { uploader, core } = fresh({}, { script: { ...SCRIPT, stop: idle, start: (c) => (c.emit('end', 0), idle(c)) } })
  uploader.stopUpload()
  uploader.startUpload()
  uploader.stopUpload()
  await settled()
  assert.deepEqual(core().methods, ['stop', 'start', 'stop'])
  assert.equal(core().isFree, true, 'then its memory is given back')
})

test('getCheckpoint finds a file by its path, or by name and size, and nothing by less', () => {
  const stored = { videoId: 'v', loaded: 4, total: 9, savedAt: Date.now() }
  const row = { scope: '1', record: 'r', name: 'film.mp4', size: 9, url: 'wxfile://tmp_1.mp4', ...stored }
  const rows = [row, { ...row, record: 'gone', url: 'wxfile://tmp_3.mp4', size: 8 }]
  const store = { 'vod-upload:unfinished': JSON.stringify(rows), 'vod-upload:r': 'its checkpoint' }
  const { uploader } = fresh({}, { wx: { getStorageSync: (key) => store[key] || '' } })
  for (const file of ['wxfile://tmp_1.mp4', { url: 'wxfile://tmp_1.mp4' }, { tempFilePath: 'wxfile://tmp_1.mp4' }, { name: 'film.mp4', size: 9 }, { url: 'wxfile://tmp_2.mp4', name: 'film.mp4', size: 9 }])
    assert.deepEqual(uploader.getCheckpoint(file), stored, JSON.stringify(file))
  for (const file of [undefined, null, 5, '', 'film.mp4', {}, [], { name: 'film.mp4' }, { size: 9 }, { name: 'film.mp4', size: 8 }, 'wxfile://tmp_3.mp4'])
    assert.equal(uploader.getCheckpoint(file), undefined, JSON.stringify(file))
})
