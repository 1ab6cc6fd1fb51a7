import test from 'node:test'
import assert from 'node:assert/strict'
import { openPage } from './phone.mjs'

const film = (number) => ({ tempFilePath: `wxfile://tmp_${number}.mp4`, thumbTempFilePath: `wxfile://tmp_${number}.jpg`, size: 2 ** 20, fileType: 'video' })

test('a chosen file is listed and given to the package as WeChat gave it', () => {
  const phone = openPage()
  phone.choose([film(1)])
  const [file] = phone.page.data.files
  assert.deepEqual([file.name, file.size, file.state, file.percent], ['video-1.mp4', '1.0 MB', 'ready', 0])
  const [, entry, endpoint, bucket, object, paramData] = phone.uploaders[0].calls[0]
  assert.deepEqual({ ...entry }, { name: 'video-1.mp4', ...film(1) })
  assert.deepEqual([endpoint, bucket, object, paramData], [null, null, null, '{"Vod":{"Title":"video-1"}}'])
})

test('the same path is listed once, and the user is told', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.choose([film(1), film(2)])
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

test('files go one after another; a paused one lets the next go on and stands in line again', () => {
  const phone = openPage()
  phone.choose([film(1), film(2), film(3)])
  phone.page.onStartAll()
  assert.equal(phone.states(), 'uploading waiting waiting')
  assert.equal(phone.awake, true)
  phone.tap('onPause', 1)
  assert.equal(phone.states(), 'paused uploading waiting')
  assert.deepEqual(phone.uploaders[0].calls.at(-1), ['stopUpload'])
  phone.tap('onResume', 1)
  phone.uploaders[1].options.onUploadSucceed({ videoId: 'v2' })
  assert.equal(phone.states(), 'uploading success waiting')
  phone.page.onStopAll()
  assert.equal(phone.states(), 'paused success paused')
  assert.equal(phone.awake, false)
})

test('cancel ends the file for good, retry takes it up anew', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.page.onStartAll()
  phone.tap('onCancel', 1)
  assert.equal(phone.states(), 'canceled')
  phone.page.onStartAll()
  assert.equal(phone.states(), 'canceled')
  phone.tap('onRetry', 1)
  assert.deepEqual(phone.uploaders[0].calls.slice(1), [['resumeFile', 0], ['startUpload'], ['cancelFile', 0], ['resumeFile', 0], ['startUpload']])
})

test('a failure is told in the user\'s language with the message beside it, and does not hold the others', () => {
  const phone = openPage({ language: 'zh_CN' })
  phone.choose([film(1), film(2)])
  phone.page.onStartAll()
  phone.uploaders[0].options.onUploadFailed({}, 'FileNotFound', 'wxfile://tmp_1.mp4 is gone')
  const [file] = phone.page.data.files
  assert.deepEqual([file.code, file.error, file.detail], ['FileNotFound', '找不到文件，可能已被微信清理，请重新选择。', 'FileNotFound: wxfile://tmp_1.mp4 is gone'])
  assert.equal(phone.states(), 'failed uploading')
  phone.tap('onRetry', 1)
  assert.equal(phone.page.data.files[0].error, '')
})

test('deleting moves the rows up, and a late word about the deleted one reaches nobody', () => {
  const phone = openPage()
  phone.choose([film(1), film(2)])
  phone.page.onStartAll()
  phone.tap('onDelete', 1)
  assert.deepEqual(phone.page.data.files.map((file) => [file.id, file.state]), [[2, 'uploading']])
  phone.uploaders[0].options.onUploadProgress({}, 100, 50, { bytesPerSecond: 1, secondsLeft: 1 })
  phone.fireTimers()
  assert.equal(phone.page.data.files[0].percent, 0)
})

test('progress reaches the page at most once a period, by paths, with the newest numbers', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.page.onStartAll()
  const before = phone.renders.length
  for (let percent = 1; percent <= 50; percent += 1) {
    phone.uploaders[0].options.onUploadProgress({}, 2 ** 20, percent + 0.9, { bytesPerSecond: 2 ** 20, secondsLeft: 60 - percent })
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
  phone.choose([film(1)])
  const { getAuth } = phone.uploaders[0].options
  assert.deepEqual({ ...await getAuth({ kind: 'create-video' }) }, { VideoId: 'v1' })
  await assert.rejects(getAuth({ kind: 'refresh-video', videoId: 'v1' }), { code: 'InvalidVideo.NotFound' })
  await assert.rejects(getAuth({ kind: 'create-image' }), { code: 'ServerRefused', message: 'The app server failed.' })
  phone.storage['demo-settings'].mode = 'sts'
  phone.choose([film(2)])
  assert.equal(phone.uploaders[1].options.getAuth, undefined)
  await assert.rejects(phone.uploaders[1].options.getSTSToken(), { code: 'ServerUnreachable' })
  const file = { fileName: 'video-1.mp4', title: 'video-1', size: 2 ** 20 }
  assert.deepEqual(JSON.parse(JSON.stringify(phone.requests)), [
    { url: 'https://app.example.com/vod/create', data: file },
    { url: 'https://app.example.com/vod/refresh', data: { videoId: 'v1' } },
    { url: 'https://app.example.com/vod/image', data: file },
    { url: 'https://app.example.com/vod/sts', data: {} }
  ])
})

test('a network that is gone already at the start is shown', () => {
  assert.equal(openPage({ networkType: 'none' }).page.data.offline, true)
})

test('without a network, and back from the background, no old speed is shown', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.page.onStartAll()
  const shown = () => [phone.page.data.files[0].speed, phone.page.data.files[0].left]
  for (const happens of [() => phone.network({ isConnected: false }), () => phone.page.onShow()]) {
    phone.uploaders[0].options.onUploadProgress({}, 2 ** 20, 50, { bytesPerSecond: 2 ** 20, secondsLeft: 10 })
    phone.fireTimers()
    assert.deepEqual(shown(), ['1.0 MB/s', '0:10'])
    happens()
    assert.deepEqual(shown(), ['', ''])
  }
})

test('a lost network is shown, and leaving the page stops the uploads', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.page.onStartAll()
  phone.network({ isConnected: false })
  assert.equal(phone.page.data.offline, true)
  phone.page.onUnload()
  assert.equal(phone.network, null)
  assert.deepEqual(phone.uploaders[0].calls.at(-1), ['stopUpload'])
})

test('a file starts as soon as it is chosen, unless the settings say no', () => {
  const phone = openPage({ storage: {} })
  phone.choose([film(1), film(2)])
  assert.equal(phone.states(), 'uploading waiting')
})

test('the uploader gets what the settings say', () => {
  const phone = openPage({ storage: { 'demo-settings': { autoStart: false, region: 'cn-beijing', parallel: 4, retryCount: 0 } } })
  phone.choose([film(1)])
  const { userId, region, parallel, retryCount } = phone.uploaders[0].options
  assert.deepEqual([userId, region, parallel, retryCount], ['25346073170691', 'cn-beijing', 4, 0])
})

// What a run leaves behind that is killed while two of three files are under way.
function killed() {
  const phone = openPage()
  phone.choose([film(1), film(2), film(3)])
  phone.page.onStartAll()
  phone.uploaders[0].options.onUploadSucceed({ videoId: 'v1' })
  phone.uploaders[1].options.onUploadProgress({}, 2 ** 20, 40, { bytesPerSecond: 1000, secondsLeft: 9 })
  phone.page.onHide()
  return phone.storage
}

test('after a kill the list is there again, paused, and goes on from the same paths', () => {
  const phone = openPage({ storage: killed() })
  assert.equal(phone.states(), 'success paused paused')
  assert.deepEqual([phone.page.data.files[1].percent, phone.page.data.files[1].speed], [40, ''])
  assert.equal(phone.page.data.notice, phone.page.data.t.interrupted)
  assert.deepEqual([phone.page.data.startable, phone.page.data.running, phone.page.data.done], [true, false, true])
  phone.page.onStartAll()
  assert.equal(phone.states(), 'success uploading waiting')
  assert.deepEqual({ ...phone.uploaders[0].calls[0][1] }, { url: 'wxfile://tmp_2.mp4', coverUrl: 'wxfile://tmp_2.jpg', name: 'video-2.mp4', fileType: 'video' })
  phone.choose([film(4)])
  assert.equal(phone.page.data.files[3].id, 4)
})

test('a file that WeChat has cleared is asked for again and goes on in its row', () => {
  const phone = openPage({ storage: killed(), gone: ['wxfile://tmp_2.mp4'] })
  assert.equal(phone.states(), 'success missing paused')
  assert.equal(phone.page.data.files[1].thumb, '')
  phone.page.onStartAll()
  assert.equal(phone.states(), 'success missing uploading')
  phone.page.onStopAll()
  const chosen = []
  phone.chooser = (options) => { chosen.push(options.sourceType[0]); options.success({ tempFiles: [film(9)] }) }
  phone.tap('onMain', 2)
  assert.deepEqual(chosen, ['album'])
  assert.equal(phone.states(), 'success uploading paused')
  assert.deepEqual([phone.page.data.files[1].path, phone.page.data.files[1].name], ['wxfile://tmp_9.mp4', 'video-2.mp4'])
})

test('a full storage stops nobody', () => {
  const phone = openPage()
  phone.full = true
  phone.choose([film(1)])
  phone.page.onStartAll()
  assert.equal(phone.states(), 'uploading')
})

test('the round button does what the state asks for', () => {
  const phone = openPage()
  phone.choose([film(1)])
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'uploading')
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'paused')
  phone.tap('onMain', 1)
  phone.uploaders[0].options.onUploadFailed({}, 'NetworkError', 'no')
  phone.tap('onMain', 1)
  assert.equal(phone.states(), 'uploading')
  phone.uploaders[0].options.onUploadFailed({}, 'FileChanged', 'no')
  phone.chooser = ({ success }) => success({ tempFiles: [film(2)] })
  phone.tap('onMain', 1)
  assert.equal(phone.page.data.files[0].path, 'wxfile://tmp_2.mp4')
  phone.uploaders[1].options.onUploadSucceed({ videoId: 'v1' })
  phone.tap('onMain', 1)
  assert.deepEqual(phone.opened, ['/pages/result/index?id=1'])
})

test('everything else is in the row\'s menu', () => {
  const phone = openPage()
  phone.choose([film(1), film(2)])
  phone.page.onStartAll()
  const menu = () => { phone.tap('onMore', 1); return phone.sheets.at(-1) }
  const take = (text) => { const { itemList, success } = menu(); success({ tapIndex: itemList.indexOf(text) }) }
  assert.deepEqual([...menu().itemList], ['Pause', 'Cancel the upload', 'Delete'])
  take('Cancel the upload')
  assert.equal(phone.states(), 'canceled uploading')
  take('Retry')
  phone.uploaders[1].options.onUploadSucceed({ videoId: 'v2' })
  phone.uploaders[0].options.onUploadFailed({}, 'AccessDenied', 'not yours')
  take('Copy the error')
  assert.deepEqual(phone.copied, ['AccessDenied: not yours'])
  take('Delete')
  assert.equal(phone.states(), 'success')
  phone.page.onClearDone()
  assert.equal(phone.states(), '')
  assert.deepEqual(phone.storage['demo-uploads'], [])
})

test('the log drawer shows what happens while it is open, and is copied as text', () => {
  const phone = openPage()
  phone.choose([film(1)])
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
  phone.choose([film(1)])
  phone.page.onStartAll()
  phone.uploaders[0].options.onUploadFailed({}, 'NetworkError', 'no')
  phone.storage['demo-settings'].language = 'zh'
  phone.page.onShow()
  assert.deepEqual([phone.title, phone.page.data.t.startAll], ['视频上传', '全部开始'])
  assert.equal(phone.page.data.files[0].error, '网络不可用，请检查网络后重试。')
})
