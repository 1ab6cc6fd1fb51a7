// <vod-uploader>: choosing, the list, its events and its looks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, createPhone, fakeSdk, video, opened, picture } from './support/component.mjs'

const FIELDS = ['bytesPerSecond', 'code', 'imageId', 'imageUrl', 'message', 'name', 'percent', 'secondsLeft', 'size', 'status', 'thumb', 'type', 'uid', 'url', 'videoId']

test('at most 24 KB, ES2015, requires only the package', () => {
  const size = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  assert.ok(size <= 24 * 1024, `${size} bytes`)
  assert.deepEqual(files.js.match(/require\([^)]*\)/g), ['require("../index.js")'])
  assert.deepEqual(JSON.parse(files.json), { component: true, usingComponents: {} })
})

test('a chosen file is listed, uploaded and done, with an event for each step', async () => {
  const { tag, choose, rows, sdk, names, of, phone } = opened({ properties: { meta: { album: 7 } } })
  choose(video(1))
  assert.deepEqual([rows('name'), rows('status'), rows('size'), rows('thumb')], [['video-1.mp4'], ['waiting'], ['1.0 MB'], ['wxfile://tmp_1.jpg']])
  const [upload] = sdk.uploads
  assert.deepEqual(upload.file, { url: 'wxfile://tmp_1.mp4', name: 'video-1.mp4', size: 2 ** 20, fileType: 'video', coverUrl: 'wxfile://tmp_1.jpg' })
  assert.deepEqual(upload.options.meta, { album: 7 })
  sdk.started('wxfile://tmp_1.mp4', 'v1')
  assert.deepEqual([rows('status'), rows('state'), phone.awake], [['uploading'], ['Uploading'], true])
  upload.progress(45.9, 2 ** 20, 75)
  assert.equal(rows('percent')[0], 0, 'numbers wait for the timer')
  phone.fireTimers()
  assert.deepEqual([rows('percent'), rows('speed'), rows('left')], [[45], ['1.0 MB/s'], ['1:15 left']])
  await upload.succeed({ videoId: 'v1' })
  assert.deepEqual([rows('status'), rows('bar'), rows('action'), phone.awake], [['done'], [false], [''], false])
  assert.deepEqual(names(), ['add', 'change', 'change', 'change', 'progress', 'change', 'success', 'complete'])
  const { file, index } = of('success')[0]
  assert.deepEqual([file.videoId, file.status, file.percent, index], ['v1', 'done', 100, 0])
  assert.deepEqual(Object.keys(file).sort(), FIELDS)
  assert.equal(tag.data.notice, '')
})

test('progress reaches the page at most once a period, by paths, with the newest numbers', () => {
  const { tag, choose, sdk, phone, of } = opened()
  choose(video(1))
  sdk.started('wxfile://tmp_1.mp4')
  const before = tag.patches.length
  for (let percent = 1; percent <= 50; percent++) sdk.uploads[0].progress(percent, 2 ** 20, 60 - percent)
  assert.equal(tag.patches.length, before)
  phone.fireTimers()
  assert.deepEqual(tag.patches.slice(before), [{ 'rows[0].percent': 50, 'rows[0].speed': '1.0 MB/s', 'rows[0].left': '0:10 left' }])
  assert.equal(of('progress').length, 1)
})

test('pause, resume and retry', async () => {
  const { choose, tap, rows, sdk } = opened()
  choose(video(1))
  sdk.started('wxfile://tmp_1.mp4')
  sdk.uploads[0].progress(10)
  tap('onAction')
  assert.deepEqual([rows('status'), rows('action'), sdk.uploads[0].calls], [['paused'], ['resume'], ['pause']])
  tap('onAction')
  assert.deepEqual([rows('status'), sdk.uploads[0].calls], [['waiting'], ['pause', 'resume']])
  await sdk.uploads[0].fail({ code: 'NetworkError', message: 'no' })
  assert.deepEqual([rows('status'), rows('action'), rows('message')], [['failed'], ['retry'], ['The network is gone or unreliable. Check it and retry.']])
  tap('onAction')
  assert.deepEqual([sdk.uploads.length, rows('status'), rows('message')], [2, ['waiting'], ['']])
})

test('a failure carries the error and leaves the others alone', async () => {
  const { choose, rows, sdk, of, names } = opened({ properties: { lang: 'zh-CN' } })
  choose(video(1), video(2))
  const error = { code: 'QuotaExceeded', message: '今天的上传次数已用完。' }
  await sdk.uploads[0].fail(error)
  assert.deepEqual([rows('status'), rows('message')[0]], [['failed', 'waiting'], '今天的上传次数已用完。'])
  assert.equal(of('fail')[0].error, error)
  assert.equal(names().includes('complete'), false)
  await sdk.uploads[1].succeed({ videoId: 'v2' })
  assert.deepEqual(of('complete')[0].files.map(({ status }) => status), ['failed', 'done'])
})

test('complete comes once a run, and again after another', async () => {
  const { choose, tap, sdk, of } = opened()
  choose(video(1), video(2))
  await sdk.uploads[0].succeed({})
  assert.equal(of('complete').length, 0)
  await sdk.uploads[1].succeed({})
  tap('onRemove')
  assert.equal(of('complete').length, 1)
  choose(video(3))
  await sdk.uploads[2].succeed({})
  assert.equal(of('complete').length, 2)
})

test('an upload that was given up for other options has no effect any more', async () => {
  const { choose, tap, set, rows, sdk } = opened()
  choose(video(1))
  tap('onAction')
  set({ options: { parallel: 2 } })
  await sdk.uploads[0].fail({ code: 'NetworkError', message: 'no' })
  assert.deepEqual(rows('status'), ['paused'])
  tap('onAction')
  assert.deepEqual([sdk.uploaders.length, sdk.uploads.length], [2, 2])
})

test('a cloud\'s English is no message for a Chinese user', async () => {
  const { choose, rows, sdk } = opened({ properties: { lang: 'zh-CN' } })
  choose(video(1))
  await sdk.uploads[0].fail({ code: 'NoSuchBucket', message: 'The specified bucket does not exist.' })
  assert.deepEqual(rows('message'), ['请重试或联系开发者。NoSuchBucket'])
})

test('removing asks once something is stored, cancels, and says so', () => {
  const { choose, tap, rows, sdk, phone, of } = opened()
  choose(video(1), video(2))
  sdk.uploads[0].progress(10)
  phone.answer = { confirm: false }
  tap('onRemove')
  assert.deepEqual([rows('name').length, phone.modals.length], [2, 1])
  phone.answer = { confirm: true }
  tap('onRemove')
  assert.deepEqual([rows('name'), sdk.uploads[0].calls, of('remove')[0].file.name], [['video-2.mp4'], ['cancel'], 'video-1.mp4'])
  tap('onRemove')
  assert.deepEqual([rows('name'), phone.modals.length], [[], 2])
})

test('a late answer about a removed file reaches nobody', async () => {
  const { choose, tap, sdk, names } = opened()
  choose(video(1))
  tap('onRemove')
  const before = names().length
  sdk.uploads[0].progress(50)
  await sdk.uploads[0].fail({ code: 'Canceled', message: '' })
  assert.equal(names().length, before)
})

test('without autoUpload files wait for a tap, or for start()', () => {
  const { tag, choose, tap, rows, sdk } = opened({ properties: { autoUpload: false } })
  choose(video(1), video(2), video(3))
  assert.deepEqual([sdk.uploads.length, rows('state')[0], rows('action')[0]], [0, 'Ready', 'start'])
  tap('onAction', 1)
  assert.deepEqual([sdk.uploads.length, rows('action')], [1, ['start', 'pause', 'start']])
  tag.start()
  assert.equal(sdk.uploads.length, 3)
  tag.pause()
  assert.deepEqual(rows('status'), ['paused', 'paused', 'paused'])
})

test('accept decides the chooser', () => {
  const asked = (accept) => {
    const { choose, phone, tag } = opened({ properties: { accept, sourceType: ['album'], camera: 'front' } })
    choose()
    const [[name, { count, mediaType, sourceType, sizeType, camera, type }]] = phone.choosers
    return [name, JSON.parse(JSON.stringify({ count, mediaType, sourceType, sizeType, camera, type })), tag.data.words.choose[accept]]
  }
  const media = { count: 9, sourceType: ['album'], sizeType: ['original'], camera: 'front' }
  assert.deepEqual(asked('video'), ['media', { ...media, mediaType: ['video'] }, 'Choose a video'])
  assert.deepEqual(asked('image'), ['media', { ...media, mediaType: ['image'] }, 'Choose a picture'])
  assert.deepEqual(asked('media'), ['media', { ...media, mediaType: ['video', 'image'] }, 'Choose videos or pictures'])
  assert.deepEqual(asked('file'), ['message', { count: 100, type: 'all' }, 'Choose a file from a chat'])
})

test('max limits the chooser and hides the button; maxSize refuses, and says what', () => {
  const { tag, choose, tap, rows, phone, of, sdk } = opened({ properties: { max: 2, maxSize: 3 * 2 ** 20 } })
  assert.deepEqual([tag.data.canAdd, tag.data.hint], [true, 'Up to 3.0 MB each · 2 more'])
  choose(video(1), video(5, { name: 'long.mp4' }))
  assert.equal(phone.choosers[0][1].count, 2)
  assert.deepEqual([rows('name'), tag.data.notice], [['video-1.mp4'], 'Larger than 3.0 MB, choose a smaller file: long.mp4'])
  assert.deepEqual([of('oversize')[0].files[0].name, of('oversize')[0].maxSize, tag.data.hint], ['long.mp4', 3 * 2 ** 20, 'Up to 3.0 MB each · 1 more'])
  choose(video(2), video(3))
  assert.deepEqual([rows('name').length, tag.data.canAdd, sdk.uploads.length], [2, false, 2])
  tap('onRemove')
  assert.equal(tag.data.canAdd, true)
})

test('the same path is listed once', () => {
  const { tag, choose, rows } = opened()
  choose(video(1))
  choose(video(1))
  assert.deepEqual([rows('name').length, tag.data.notice], [1, 'The file is in the list already.'])
})

test('going back from the chooser has no effect, a refusal is shown and emits error', () => {
  const { tag, choose, phone, of } = opened()
  phone.refusal = 'chooseMedia:fail cancel'
  choose()
  assert.deepEqual([tag.data.notice, of('error')], ['', []])
  phone.refusal = 'chooseMedia:fail api scope is not declared in the privacy agreement'
  choose()
  assert.match(tag.data.notice, /privacy agreement/)
  assert.equal(of('error')[0].code, 'ChooseFailed')
})

test('getAuth is asked by property, else bind:auth by its callback; options win over neither', async () => {
  const context = { kind: 'create-video', file: { name: 'a.mp4' } }
  const asked = []
  const byProperty = opened({ properties: { getAuth: (given) => { asked.push(given); return { VideoId: 'v1' } } } })
  assert.deepEqual([await byProperty.sdk.uploaders[0].options.getAuth(context), asked], [{ VideoId: 'v1' }, [context]])

  const byEvent = opened()
  const { getAuth } = byEvent.sdk.uploaders[0].options
  byEvent.tag.handlers.auth = ({ detail }) => detail.callback({ VideoId: detail.kind })
  assert.deepEqual(await getAuth(context), { VideoId: 'create-video' })
  byEvent.tag.handlers.auth = ({ detail }) => detail.callback(new Error('log in first'))
  await assert.rejects(getAuth(context), /log in first/)

  const getSTSToken = () => {}
  const bySts = opened({ properties: { options: { getSTSToken, region: 'cn-beijing' } } })
  const { options } = bySts.sdk.uploaders[0]
  assert.deepEqual([options.getSTSToken, options.getAuth, options.region], [getSTSToken, undefined, 'cn-beijing'])
})

test('the wasm module is loaded from the component\'s package, unless the app names another place', () => {
  const path = (more) => opened(more).sdk.uploaders[0].options.wasmPath
  assert.equal(path({}), 'miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br')
  assert.equal(path({ is: 'packageA/vod-upload/vod-uploader/index' }), 'packageA/vod-upload/vod_upload.wasm.br')
  assert.equal(path({ properties: { options: { wasmPath: 'static/vod_upload.wasm.br' } } }), 'static/vod_upload.wasm.br')
})

test('the app\'s own onUploadstarted is called, too', () => {
  const started = []
  const { choose, sdk, rows } = opened({ properties: { options: { onUploadstarted: ({ url }) => started.push(url) } } })
  choose(video(1))
  sdk.started('wxfile://tmp_1.mp4')
  assert.deepEqual([started, rows('status')], [['wxfile://tmp_1.mp4'], ['uploading']])
})

test('options that createUploader refuses emit error, and the files fail with it', () => {
  const refuses = Object.assign(new Error('region must be text'), { code: 'InvalidOption' })
  const { choose, rows, of } = opened({ sdk: fakeSdk({ refuses }) })
  assert.equal(of('error')[0].code, 'InvalidOption')
  choose(video(1))
  assert.deepEqual([rows('status'), of('fail')[0].error], [['failed'], refuses])
})

test('other options hold from the next upload on, once nothing is under way', async () => {
  const { choose, sdk, set } = opened()
  choose(video(1))
  set({ options: { parallel: 2 } })
  assert.equal(sdk.uploaders.length, 1)
  await sdk.uploads[0].succeed({})
  set({ options: { parallel: 3 } })
  choose(video(2))
  assert.deepEqual(sdk.uploaders.map(({ options }) => options.parallel), [undefined, 3])
})

// ---- files

test('leaving the page stops the uploads, and nothing is shown or emitted any more', async () => {
  const { choose, detach, sdk, phone, names, tag } = opened()
  choose(video(1))
  sdk.uploads[0].progress(10)
  detach()
  const [reported, shown] = [names().length, tag.patches.length]
  phone.fireTimers()
  await sdk.uploads[0].fail({ code: 'Canceled', message: '' })
  assert.deepEqual([sdk.uploaders[0].stopped, phone.network, phone.awake, names().length, tag.patches.length], [1, null, false, reported, shown])
  assert.equal(opened({ phone }).rows('name').length, 1)
})

// ---- the looks

test('tapping: the picture is previewed, the text is a click', () => {
  const { choose, tap, phone, of } = opened()
  choose(video(1), picture(2), { path: 'wxfile://a.zip', name: 'a.zip', size: 1, type: 'file' })
  for (const at of [0, 1, 2]) tap('onPreview', at)
  assert.deepEqual(phone.previews, [
    [{ url: 'wxfile://tmp_1.mp4', type: 'video', poster: 'wxfile://tmp_1.jpg' }],
    [{ url: 'wxfile://tmp_2.png', type: 'image', poster: '' }],
  ])
  tap('onRow', 1)
  assert.deepEqual([of('click')[0].index, of('click')[0].file.type], [1, 'image'])
})

test('a picture that can\'t be shown gives way to an icon', () => {
  const { choose, tap, rows } = opened()
  choose(video(1), picture(2))
  assert.deepEqual(rows('thumb'), ['wxfile://tmp_1.jpg', 'wxfile://tmp_2.png'])
  tap('onThumbError', 1)
  assert.deepEqual([rows('thumb'), rows('icon')], [['wxfile://tmp_1.jpg', ''], ['video', 'image']])
})

test('the language follows WeChat, and lang above it, at any time', async () => {
  const { tag, set, choose, sdk, rows } = opened({ phone: createPhone({ language: 'zh_CN' }) })
  assert.equal(tag.data.words.choose.video, '选择视频')
  choose(video(1))
  choose(video(2))
  await sdk.uploads[0].fail({ code: 'FileChanged', message: 'it is another file now' })
  await sdk.uploads[1].fail(new Error('no quota'))
  assert.equal(rows('message')[1], '请重试或联系开发者。')
  set({ lang: 'en' })
  assert.deepEqual([tag.data.words.choose.video, rows('state'), rows('message')], ['Choose a video', ['Failed', 'Failed'], ['The file is empty, has changed or can\'t be read. Choose it again.', 'no quota']])
})

test('text grows with the system\'s setting as long as the buttons fit', () => {
  const scale = (fontSizeScaleFactor) => opened({ phone: createPhone({ fontSizeScaleFactor }) }).tag.data.textScale
  assert.deepEqual([scale(undefined), scale(0.9), scale(1.3), scale(3)], [1, 1, 1.3, 1.6])
})

test('without a network it says that it goes on by itself', () => {
  const { tag, phone } = opened()
  phone.network({ isConnected: false })
  assert.equal(tag.data.offline, true)
  phone.network({ isConnected: true })
  assert.equal(tag.data.offline, false)
})

test('disabled: nothing is chosen, paused or removed', () => {
  const { choose, set, tap, rows, phone } = opened()
  choose(video(1))
  set({ disabled: true })
  tap('onAction')
  tap('onRemove')
  choose(video(2))
  assert.deepEqual([rows('status'), phone.choosers.length], [['waiting'], 1])
})

test('properties that are null, as before the page has set its data, are as if they were not given', () => {
  const { tag, choose, set, rows, sdk } = opened({ properties: { options: null, files: null } })
  choose(video(1))
  assert.deepEqual([rows('name'), sdk.uploads.length], [['video-1.mp4'], 1])
  set({ files: null, options: null })
  assert.equal(tag.data.rows.length, 1)
})

test('works where the host lacks what no upload needs', async () => {
  const phone = createPhone()
  for (const name of ['setKeepScreenOn', 'onNetworkStatusChange', 'offNetworkStatusChange']) delete phone.wx[name]
  const { choose, rows, sdk, detach } = opened({ phone, route: null })
  choose(video(1))
  sdk.started('wxfile://tmp_1.mp4')
  await sdk.uploads[0].succeed({ videoId: 'v' })
  assert.deepEqual(rows('status'), ['done'])
  detach()
})

test('choose() of a full list opens no chooser: its files would be dropped', () => {
  const { tag, choose, phone } = opened({ properties: { max: 1 } })
  choose(video(1))
  tag.choose()
  assert.equal(phone.choosers.length, 1)
})
