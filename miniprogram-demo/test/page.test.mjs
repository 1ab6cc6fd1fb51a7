import test from 'node:test'
import assert from 'node:assert/strict'
import { openPage } from './phone.mjs'

const video = (number) => ({ tempFilePath: `wxfile://tmp_${number}.mp4`, thumbTempFilePath: `wxfile://tmp_${number}.jpg`, size: 2 ** 20, fileType: 'video' })

test('a chosen file is listed, and given to the package as WeChat gave it once it starts', () => {
  const phone = openPage()
  phone.choose([video(1)])
  const [file] = phone.page.data.files
  assert.deepEqual([file.name, file.size, file.state, file.percent], ['video-1.mp4', '1.0 MB', 'ready', 0])
  phone.page.onStartAll()
  const [, entry, endpoint, bucket, object, paramData] = phone.uploaders[0].calls[0]
  assert.deepEqual({ ...entry }, { name: 'video-1.mp4', ...video(1) })
  assert.deepEqual([endpoint, bucket, object, paramData], [null, null, null, '{"Vod":{"Title":"video-1"}}'])
})

test('the same path is listed once, and the user sees why', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.choose([video(1), video(2)])
  assert.equal(phone.page.data.files.length, 2)
  assert.equal(phone.page.data.notice, phone.page.data.t.listed)
})

test('going back from the chooser says nothing, a refusal is shown', () => {
  const phone = openPage()
  const refuse = (errMsg) => { phone.chooser = ({ fail }) => fail({ errMsg }); phone.page.onChoose({ currentTarget: { dataset: { source: 'chat' } } }) }
  refuse('chooseMessageFile:fail cancel')
  assert.equal(phone.page.data.notice, '')
  refuse('chooseMessageFile:fail api scope is not declared in the privacy agreement')
  assert.match(phone.page.data.notice, /privacy agreement/)
})

test('one uploader carries all: files wait, start, are paused one by one and stopped together', () => {
  const phone = openPage()
  phone.choose([video(1), video(2), video(3)])
  phone.page.onStartAll()
  const [uploader] = phone.uploaders
  assert.deepEqual([phone.states(), phone.awake, uploader.list.length], ['waiting waiting waiting', true, 3])
  uploader.options.onUploadstarted(uploader.info(1))
  assert.equal(phone.states(), 'uploading waiting waiting')
  phone.tap('onPause', 1)
  assert.deepEqual([phone.states(), uploader.calls.at(-1)], ['paused waiting waiting', ['pauseFile', 0]])
  uploader.options.onUploadProgress(uploader.info(2), 2 ** 20, 10, { bytesPerSecond: 0, secondsLeft: 0 })
  phone.fireTimers()
  assert.equal(phone.states(), 'paused uploading waiting')
  uploader.options.onUploadSucceed(uploader.info(2, { videoId: 'v2' }))
  assert.equal(phone.states(), 'paused success waiting')
  phone.page.onStopAll()
  assert.deepEqual([phone.states(), phone.awake, uploader.calls.at(-1)], ['paused success paused', false, ['stopUpload']])
  assert.equal(phone.uploaders.length, 1)
})

test('resuming one file leaves the others as they are: startUpload takes up all, so those are paused again', () => {
  const phone = openPage()
  phone.choose([video(1), video(2)])
  phone.page.onStartAll()
  phone.tap('onPause', 1)
  phone.tap('onPause', 2)
  const [{ calls }] = phone.uploaders
  const before = calls.length
  phone.tap('onResume', 1)
  assert.deepEqual([phone.states(), calls.slice(before)], ['waiting paused', [['resumeFile', 0], ['startUpload'], ['pauseFile', 1]]])
})

test('cancel ends the file for good, retry takes it up anew', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.page.onStartAll()
  phone.tap('onCancel', 1)
  assert.equal(phone.states(), 'canceled')
  phone.page.onStartAll()
  assert.equal(phone.states(), 'canceled')
  phone.tap('onRetry', 1)
  assert.deepEqual(phone.uploaders[0].calls.slice(1), [['startUpload'], ['cancelFile', 0], ['resumeFile', 0], ['startUpload']])
})

test('a failure is shown in the user\'s language with its message, and does not hold up the others', () => {
  const phone = openPage({ language: 'zh_CN' })
  phone.choose([video(1), video(2)])
  phone.page.onStartAll()
  const [uploader] = phone.uploaders
  uploader.options.onUploadstarted(uploader.info(2))
  uploader.options.onUploadFailed(uploader.info(1), 'FileNotFound', 'wxfile://tmp_1.mp4 is gone')
  const [file] = phone.page.data.files
  assert.deepEqual([file.code, file.error, file.detail], ['FileNotFound', '找不到文件，可能已被微信清理，请重新选择。', 'FileNotFound: wxfile://tmp_1.mp4 is gone'])
  assert.equal(phone.states(), 'failed uploading')
})

test('a file retried while others are under way is taken by the next run', () => {
  const phone = openPage()
  phone.choose([video(1), video(2)])
  phone.page.onStartAll()
  const [uploader] = phone.uploaders
  uploader.options.onUploadFailed(uploader.info(1), 'NetworkError', 'no')
  phone.tap('onRetry', 1)
  assert.deepEqual([phone.states(), phone.page.data.files[0].error], ['waiting waiting', ''])
  uploader.options.onUploadSucceed(uploader.info(2))
  const before = uploader.calls.length
  uploader.options.onUploadEnd(uploader.info(2))
  assert.deepEqual(uploader.calls.slice(before), [['startUpload']])
})

test('deleting moves the rows up, and a late word about the deleted one reaches nobody', () => {
  const phone = openPage()
  phone.choose([video(1), video(2)])
  phone.page.onStartAll()
  phone.tap('onDelete', 1)
  assert.deepEqual(phone.page.data.files.map((file) => [file.id, file.state]), [[2, 'waiting']])
  assert.deepEqual(phone.uploaders[0].calls.at(-1), ['deleteFile', 0])
  phone.uploaders[0].options.onUploadProgress(phone.uploaders[0].info(1), 100, 50, { bytesPerSecond: 1, secondsLeft: 1 })
  phone.fireTimers()
  assert.equal(phone.page.data.files[0].percent, 0)
})

test('progress reaches the page at most once a period, by paths, with the newest numbers', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.page.onStartAll()
  phone.uploaders[0].options.onUploadstarted(phone.uploaders[0].info(1))
  const before = phone.renders.length
  for (let percent = 1; percent <= 50; percent += 1) {
    phone.uploaders[0].options.onUploadProgress(phone.uploaders[0].info(1), 2 ** 20, percent + 0.9, { bytesPerSecond: 2 ** 20, secondsLeft: 60 - percent })
  }
  assert.equal(phone.renders.length, before)
  phone.fireTimers()
  assert.equal(phone.renders.length, before + 1)
  assert.deepEqual({ ...phone.renders.at(-1) }, { 'files[0].percent': 50, 'files[0].speed': '1.0 MB/s', 'files[0].left': '0:10' })
})

test('credentials: the server is asked what the package asks for', async () => {
  const answer = (data, statusCode = 200) => ({ success }) => success({ statusCode, data })
  const phone = openPage({ servers: {
    '/vod/create': answer({ VideoId: 'v1' }),
    '/vod/refresh': answer({ code: 'InvalidVideo.NotFound', message: 'The video does not exist.' }, 404),
    '/vod/image': answer({ code: 'InternalError', message: 'The app server failed.' }, 500),
    '/vod/sts': ({ fail }) => fail({ errMsg: 'request:fail timeout' })
  } })
  const { getAuth } = phone.uploaders[0].options
  const chosen = { name: 'video-1.mp4', size: 2 ** 20 }
  assert.deepEqual({ ...await getAuth({ kind: 'create-video', file: chosen }) }, { VideoId: 'v1' })
  await assert.rejects(getAuth({ kind: 'refresh-video', file: chosen, videoId: 'v1' }), { code: 'InvalidVideo.NotFound' })
  await assert.rejects(getAuth({ kind: 'create-image', file: chosen }), { code: 'ServerRefused', message: 'The app server failed.' })
  phone.storage['demo-settings'].mode = 'sts'
  phone.page.onShow()
  assert.equal(phone.uploaders[1].options.getAuth, undefined)
  await assert.rejects(phone.uploaders[1].options.getSTSToken(), { code: 'ServerUnreachable' })
  const file = { fileName: 'video-1.mp4', title: 'video-1', size: 2 ** 20 }
  assert.deepEqual(phone.requests.map(({ url, data }) => JSON.parse(JSON.stringify({ url, data }))), [
    { url: 'https://app.example.com/vod/create', data: file },
    { url: 'https://app.example.com/vod/refresh', data: { videoId: 'v1' } },
    { url: 'https://app.example.com/vod/image', data: file },
    { url: 'https://app.example.com/vod/sts', data: {} }
  ])
})

test('a session, once there is one, goes along with each request', async () => {
  const phone = openPage({ servers: { '/vod/create': ({ success }) => success({ statusCode: 401, data: { code: 'Unauthorized', message: 'Log in first.' } }) } })
  const { getAuth } = phone.uploaders[0].options
  const ask = () => getAuth({ kind: 'create-video', file: { name: 'video-1.mp4', size: 1 } })
  await assert.rejects(ask(), { code: 'Unauthorized' })
  phone.storage.session = 'a.user.logged-in'
  await assert.rejects(ask())
  assert.deepEqual(phone.requests.map(({ header }) => header.Authorization), [undefined, 'Bearer a.user.logged-in'])
})

test('a network that is gone already at the start is shown', () => {
  assert.equal(openPage({ networkType: 'none' }).page.data.offline, true)
})

test('without a network, and back from the background, no old speed is shown', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.page.onStartAll()
  const shown = () => [phone.page.data.files[0].speed, phone.page.data.files[0].left]
  for (const happens of [() => phone.network({ isConnected: false }), () => phone.page.onShow()]) {
    phone.uploaders[0].options.onUploadProgress(phone.uploaders[0].info(1), 2 ** 20, 50, { bytesPerSecond: 2 ** 20, secondsLeft: 10 })
    phone.fireTimers()
    assert.deepEqual(shown(), ['1.0 MB/s', '0:10'])
    happens()
    assert.deepEqual(shown(), ['', ''])
  }
})

test('a lost network is shown, and leaving the page stops the uploads', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.page.onStartAll()
  phone.network({ isConnected: false })
  assert.equal(phone.page.data.offline, true)
  phone.page.onUnload()
  assert.equal(phone.network, null)
  assert.deepEqual(phone.uploaders[0].calls.at(-1), ['stopUpload'])
})

test('a file starts as soon as it is chosen, unless the settings say no', () => {
  const phone = openPage({ storage: {} })
  phone.choose([video(1), video(2)])
  assert.equal(phone.states(), 'waiting waiting')
})

test('the uploader gets what the settings say; other settings hold once nothing is under way', () => {
  const phone = openPage({ storage: { 'demo-settings': { autoStart: false, region: 'cn-beijing', parallel: 4, retryCount: 0 } } })
  const { userId, region, parallel, retryCount, userScope } = phone.uploaders[0].options
  assert.deepEqual([userId, region, parallel, retryCount, userScope], ['25346073170691', 'cn-beijing', 4, 0, 'written-by-hand'])
  phone.choose([video(1)])
  phone.page.onStartAll()
  phone.storage['demo-settings'].parallel = 2
  phone.page.onShow()
  assert.equal(phone.uploaders.length, 1)
  phone.page.onStopAll()
  phone.page.onShow()
  assert.equal(phone.uploaders[1].options.parallel, 2)
})

// What the package remembers of a run that was killed while two files were under way.
const unfinished = [2, 3].map((number) => ({ name: `video-${number}.mp4`, url: `wxfile://tmp_${number}.mp4`, size: 2 ** 20, videoId: `v${number}`, loaded: 2 ** 19, total: 2 ** 20 }))

test('after a kill what was not finished is there again, paused, and goes on from the same paths', () => {
  const phone = openPage({ unfinished })
  assert.equal(phone.states(), 'paused paused')
  assert.deepEqual([phone.page.data.files[0].percent, phone.page.data.files[0].speed], [50, ''])
  assert.equal(phone.page.data.notice, phone.page.data.t.interrupted)
  assert.deepEqual([phone.page.data.startable, phone.page.data.running, phone.page.data.done], [true, false, false])
  phone.page.onStartAll()
  assert.equal(phone.states(), 'waiting waiting')
  assert.deepEqual({ ...phone.uploaders[0].calls[0][1] }, { tempFilePath: 'wxfile://tmp_2.mp4', name: 'video-2.mp4', size: 2 ** 20 })
  phone.choose([video(4)])
  assert.equal(phone.page.data.files[2].id, 3)
})

test('a file that WeChat has cleared is asked for again and goes on in its row', () => {
  const phone = openPage({ unfinished, gone: ['wxfile://tmp_2.mp4'] })
  assert.equal(phone.states(), 'missing paused')
  phone.page.onStartAll()
  assert.equal(phone.states(), 'missing waiting')
  const chosen = []
  phone.chooser = (options) => { chosen.push(options.sourceType[0]); options.success({ tempFiles: [video(9)] }) }
  phone.tap('onMain', 1)
  assert.deepEqual(chosen, ['album'])
  assert.equal(phone.states(), 'waiting waiting')
  assert.deepEqual([phone.page.data.files[0].path, phone.page.data.files[0].name], ['wxfile://tmp_9.mp4', 'video-2.mp4'])
})

test('the round button does what the state asks for', () => {
  const phone = openPage()
  phone.choose([video(1)])
  const [uploader] = phone.uploaders
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'waiting')
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'paused')
  phone.tap('onMain', 1)
  uploader.options.onUploadFailed(uploader.info(1), 'NetworkError', 'no')
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'waiting')
  uploader.options.onUploadFailed(uploader.info(1), 'FileChanged', 'no')
  phone.chooser = ({ success }) => success({ tempFiles: [video(2)] })
  phone.tap('onMain', 1)
  assert.equal(phone.page.data.files[0].path, 'wxfile://tmp_2.mp4')
  uploader.options.onUploadSucceed(uploader.info(2, { videoId: 'v1' }))
  phone.tap('onMain', 1)
  assert.deepEqual(phone.opened, ['/pages/result/index'])
  assert.equal(phone.app.shown.videoId, 'v1')
})

test('everything else is in the row\'s menu', () => {
  const phone = openPage()
  phone.choose([video(1), video(2)])
  phone.page.onStartAll()
  const [uploader] = phone.uploaders
  const menu = () => { phone.tap('onMore', 1); return phone.sheets.at(-1) }
  const take = (text) => { const { itemList, success } = menu(); success({ tapIndex: itemList.indexOf(text) }) }
  assert.deepEqual([...menu().itemList], ['Pause', 'Cancel the upload', 'Delete'])
  take('Cancel the upload')
  assert.equal(phone.states(), 'canceled waiting')
  take('Retry')
  uploader.options.onUploadSucceed(uploader.info(2, { videoId: 'v2' }))
  uploader.options.onUploadFailed(uploader.info(1), 'AccessDenied', 'not yours')
  take('Copy the error')
  assert.deepEqual(phone.copied, ['AccessDenied: not yours'])
  take('Delete')
  assert.equal(phone.states(), 'success')
  phone.page.onClearDone()
  assert.equal(phone.states(), '')
})

test('the log drawer shows what happens while it is open, and is copied as text', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.uploaders[0].options.log('warn', { level: 'warn', event: 'retry', part: 3, after: 2000 })
  assert.equal(phone.page.data.log.length, 0)
  phone.page.onLog()
  phone.uploaders[0].options.log('error', { level: 'error', event: 'failed' })
  assert.deepEqual(phone.page.data.log.map(({ level, text }) => [level, text]), [['warn', 'retry part=3 after=2000'], ['error', 'failed']])
  phone.page.onCopyLog()
  assert.match(phone.copied[0], /^\d\d:\d\d:\d\d warn retry part=3 after=2000\n/)
  phone.page.onClearLog()
  assert.equal(phone.page.data.log.length, 0)
})

test('a language chosen in the settings holds when the user comes back', () => {
  const phone = openPage()
  phone.choose([video(1)])
  phone.page.onStartAll()
  phone.uploaders[0].options.onUploadFailed(phone.uploaders[0].info(1), 'NetworkError', 'no')
  phone.storage['demo-settings'].language = 'zh'
  phone.page.onShow()
  assert.deepEqual([phone.title, phone.page.data.t.startAll], ['手写页面', '全部开始'])
  assert.equal(phone.page.data.files[0].error, '网络不可用，请检查网络后重试。')
})
