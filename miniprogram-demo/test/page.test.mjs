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
    '/vod/refresh': answer({ Code: 'InvalidVideo.NotFound', Message: 'The video does not exist.' }, 404),
    '/vod/image': answer({ Code: 'InternalError', Message: 'The app server failed.' }, 500),
    '/vod/sts': ({ fail }) => fail({ errMsg: 'request:fail timeout' })
  } })
  phone.choose([film(1)])
  const { getAuth } = phone.uploaders[0].options
  assert.deepEqual({ ...await getAuth({ kind: 'create-video' }) }, { VideoId: 'v1' })
  await assert.rejects(getAuth({ kind: 'refresh-video', videoId: 'v1' }), { code: 'InvalidVideo.NotFound' })
  await assert.rejects(getAuth({ kind: 'create-image' }), { code: 'ServerRefused', message: 'The app server failed.' })
  phone.page.onMode({ detail: { value: true } })
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
