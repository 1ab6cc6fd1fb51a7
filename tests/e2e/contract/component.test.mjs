// <vod-uploader> of the built package in a native page on the simulated phone: each property and each event. There is no renderer; looks and slots are
// tested in miniprogram-demo/preview/test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../phone/index.mjs'
import { mountComponent } from '../support/component_host.mjs'
import { withPhone } from '../support/phone_run.mjs'

const PAGE = 'pages/index/index'
const COMPONENT = 'miniprogram_npm/vod-upload-miniprogram/vod-uploader/index'
const EVENTS = ['add', 'auth', 'change', 'click', 'complete', 'error', 'fail', 'oversize', 'progress', 'remove', 'success']
const MB = 1_000_000

const code = new CodePackage({ 'app.js': 'App({})', [`${PAGE}.js`]: 'Page({ data: {} })' }).addNpm(fileURLToPath(new URL('../../../js-glue', import.meta.url)))

/** A page with the tag, whose attributes are `properties`. Where they hold no getAuth, the page answers `auth`. */
function tag(title, properties, work) {
  test(title, { timeout: 120_000 }, () => withPhone({ persona: 'ios', switches: { 'fs.tempAfterRestart': 'there' } }, async ({ phone, cloud, until }) => {
    const callbacks = []
    const permit = ({ file, kind, videoId }) => phone.world.plain(videoId ? cloud.refreshVideo(videoId) : cloud.createVideo({ fileName: file.name, size: file.size, image: kind === 'create-image' }))
    const t = {
      phone, cloud, until, callbacks, permit,
      of: (type) => callbacks.filter((event) => event.type === type).map(({ detail }) => JSON.parse(JSON.stringify(detail))),
      rows: (field) => Array.from(t.component.data.rows, (row) => row[field]),
      set: (patch) => phone.page.setData(patch),
      tap: (method, index = 0) => phone.world.enter(() => t.component[method]({ currentTarget: { dataset: { uid: t.component.data.rows[index]?.uid } } })),
      file: (given = {}) => phone.disk.addTemp({ name: 'film.mp4', size: 0.3 * MB, ...given }),
      /** The user chooses these files, all at once. */
      choose(...paths) {
        phone.choices.push(paths.length ? paths.map((path) => ({ path })) : 'cancel')
        t.tap('onAdd')
      },
      open() {
        phone.openPage(PAGE)
        phone.page.setData({ getAuth: null, ...properties(t) })
        const names = Object.keys(phone.page.data).filter((name) => phone.page.data[name] !== null)
        const attributes = names.map((name) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="{{${name}}}"`)
        phone.page.hear = ({ type, detail }) => {
          callbacks.push({ type, detail })
          if (type === 'auth') detail.callback(permit(detail))
        }
        t.component = mountComponent(phone, COMPONENT, `<vod-uploader ${[...attributes, ...EVENTS.map((name) => `bind:${name}="hear"`)].join(' ')} />`)
      },
      done: () => until(() => t.of('complete').length > 0, 'no end'),
    }
    phone.launch(code)
    t.open()
    await work(t)
  }))
}

const none = () => ({})

/** What the component asks WeChat's choosers for. */
function choosersOf(phone) {
  const asked = []
  for (const name of ['chooseMedia', 'chooseMessageFile']) {
    const chooser = phone.wx[name]
    phone.wx[name] = (options) => {
      asked.push({ name, ...JSON.parse(JSON.stringify(options)) })
      return chooser(options)
    }
  }
  return asked
}

for (const [accept, wanted] of [
  ['video', { name: 'chooseMedia', mediaType: ['video'] }],
  ['image', { name: 'chooseMedia', mediaType: ['image'] }],
  ['media', { name: 'chooseMedia', mediaType: ['video', 'image'] }],
]) {
  tag(`accept ${accept}, with sizeType, sourceType and camera`, () => ({ accept, sizeType: ['compressed'], sourceType: ['camera'], camera: 'front' }), async (t) => {
    const asked = choosersOf(t.phone)
    t.choose()
    const [{ name, mediaType, sizeType, sourceType, camera, count }] = asked
    assert.deepEqual({ name, mediaType }, wanted)
    assert.deepEqual({ sizeType, sourceType, camera, count }, { sizeType: ['compressed'], sourceType: ['camera'], camera: 'front', count: 9 })
  })
}

tag('accept file: any file of a chat', () => ({ accept: 'file' }), async (t) => {
  const asked = choosersOf(t.phone)
  t.choose(t.file({ name: 'lesson.mp3' }))
  await t.done()
  assert.deepEqual([asked[0].name, asked[0].type, t.rows('status')], ['chooseMessageFile', 'all', ['done']])
})

tag('by default: one video of the album or the camera, as it is', none, async (t) => {
  const asked = choosersOf(t.phone)
  t.choose()
  const [{ mediaType, sizeType, sourceType, camera }] = asked
  assert.deepEqual({ mediaType, sizeType, sourceType, camera }, { mediaType: ['video'], sizeType: ['original'], sourceType: ['album', 'camera'], camera: 'back' })
})

tag('getAuth, with meta; add, change, progress, success and complete', (t) => ({
  meta: { album: 7 },
  getAuth(context) {
    t.asked = JSON.parse(JSON.stringify(context))
    return t.permit(context)
  },
}), async (t) => {
  t.phone.setUplink(0.5 * MB)
  t.choose(t.file({ size: 2 * MB }))
  await t.done()
  assert.deepEqual([t.asked.kind, t.asked.meta, t.asked.file.size], ['create-video', { album: 7 }, 2 * MB])
  assert.equal(t.of('auth').length, 0)
  assert.equal(t.of('add')[0].files.length, 1)
  const percents = t.of('progress').map(({ file }) => file.percent)
  assert.ok(percents.filter((percent) => percent > 0).length > 2, `${percents}`)
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b))
  const [{ file, index }] = t.of('success')
  assert.deepEqual([file.status, file.percent, index], ['done', 100, 0])
  assert.deepEqual([...t.cloud.videos.keys()], [file.videoId])
  assert.equal(t.of('change').at(-1).files[0].status, 'done')
  assert.deepEqual(t.of('complete').map(({ files }) => files.length), [1])
})

tag('without getAuth the event auth and its callback; meta is there, too', () => ({ meta: { album: 8 } }), async (t) => {
  t.choose(t.file({ name: 'photo.png' }))
  await t.done()
  const [{ kind, meta }] = t.of('auth')
  assert.deepEqual([kind, meta], ['create-image', { album: 8 }])
  assert.ok(t.of('success')[0].file.imageUrl)
})

tag('options are those of createUploader', (t) => ({ options: { partSize: 102_400, parallel: 1, signature: 'v1', getSTSToken: () => t.phone.world.plain(t.cloud.accounts.sts()) } }), async (t) => {
  t.choose(t.file({ size: 300 * 1024 }))
  await t.done()
  const ops = t.cloud.requests.map(({ op }) => op)
  assert.equal(ops.filter((op) => op === 'UploadPart').length, 3)
  assert.ok(ops.includes('CreateUploadVideo'))
  assert.equal(t.of('auth').length, 0)
})

tag('options that are refused: error, and the file fails with it', () => ({ options: { signature: 'v2' } }), async (t) => {
  t.choose(t.file())
  await t.until(() => t.of('fail').length)
  assert.deepEqual([t.of('error')[0].code, t.of('fail')[0].error.code], ['InvalidOption', 'InvalidOption'])
})

tag('max and maxSize: the chooser is limited, what is larger is refused with oversize', () => ({ max: 3, maxSize: MB }), async (t) => {
  const asked = choosersOf(t.phone)
  t.choose(t.file(), t.file({ size: 2 * MB, seed: 2 }))
  await t.done()
  assert.equal(asked[0].count, 3)
  assert.deepEqual([t.of('oversize')[0].files.map(({ size }) => size), t.of('oversize')[0].maxSize, t.rows('status')], [[2 * MB], MB, ['done']])
  t.choose(t.file({ seed: 3 }), t.file({ seed: 4 }))
  await t.until(() => t.rows('status').length === 3)
  assert.deepEqual([asked[1].count, t.component.data.canAdd], [2, false])
})

tag('autoUpload off: nothing is sent before a tap', () => ({ autoUpload: false }), async (t) => {
  t.choose(t.file(), t.file({ seed: 2 }))
  await t.until(() => t.rows('status').length === 2)
  await t.phone.clock.advance(5000)
  assert.deepEqual([t.rows('status'), t.cloud.requests.length], [['waiting', 'waiting'], 0])
  t.tap('onAction', 1)
  await t.until(() => t.rows('status')[1] === 'done')
  assert.equal(t.rows('status')[0], 'waiting')
  t.phone.world.enter(() => t.component.start())
  await t.done()
})

tag('files: shown as given, sent when new, removed when left out', (t) => ({ files: [{ url: 'https://example.com/old.mp4', name: 'old.mp4', status: 'done', videoId: 'v0' }] }), async (t) => {
  const [old] = t.phone.page.data.files
  const url = t.file()
  t.set({ files: [old, { url }] })
  await t.done()
  assert.deepEqual([t.rows('status'), t.cloud.videos.size], [['done', 'done'], 1])
  t.set({ files: [{ url }] })
  assert.equal(t.rows('name').length, 1)
})

tag('disabled: no choosing, no pausing, no removing', () => ({ disabled: false }), async (t) => {
  t.phone.setUplink(0.2 * MB)
  t.choose(t.file({ size: MB }))
  await t.until(() => t.rows('status')[0] === 'uploading')
  t.set({ disabled: true })
  const asked = choosersOf(t.phone)
  for (const method of ['onAdd', 'onAction', 'onRemove']) t.tap(method)
  assert.deepEqual([asked, t.rows('status')], [[], ['uploading']])
  await t.done()
})

tag('pause, resume, and a retry after a failure', none, async (t) => {
  t.phone.setUplink(0.5 * MB)
  t.choose(t.file({ size: 2 * MB }))
  await t.until(() => t.rows('percent')[0] > 20)
  t.tap('onAction')
  assert.deepEqual(t.rows('status'), ['paused'])
  t.cloud.faults.add({ when: { op: ['UploadPart', 'CompleteMultipartUpload'] }, times: 1, do: { status: 403, code: 'AccessDenied' } })
  t.tap('onAction')
  await t.until(() => t.rows('status')[0] === 'failed')
  assert.equal(t.of('fail')[0].error.code, 'AccessDenied')
  t.tap('onAction')
  await t.until(() => t.rows('status')[0] === 'done')
  assert.equal(t.cloud.videos.size, 1)
})

tag('remove: canceled on the server, too; click and preview', none, async (t) => {
  t.phone.setUplink(0.5 * MB)
  t.choose(t.file({ size: 2 * MB }))
  await t.until(() => t.rows('percent')[0] > 20)
  t.tap('onRow')
  t.tap('onPreview')
  assert.deepEqual([t.of('click')[0].index, t.phone.shown.filter(({ name }) => name === 'previewMedia').length], [0, 1])
  t.tap('onRemove')
  await t.until(() => t.of('remove').length)
  await t.until(() => t.cloud.requests.some(({ op, status }) => op === 'AbortMultipartUpload' && status === 204))
  assert.deepEqual([t.rows('name'), t.cloud.uploads()], [[], []])
})

tag('error: a chooser that WeChat refuses; going back is none', none, async (t) => {
  t.choose()
  await t.phone.clock.advance(100)
  assert.deepEqual(t.of('error'), [])
  t.phone.wx.chooseMedia = ({ fail }) => fail({ errMsg: 'chooseMedia:fail api scope is not declared in the privacy agreement' })
  t.tap('onAdd')
  assert.equal(t.of('error')[0].code, 'ChooseFailed')
})

tag('in a native project the page\'s own import is the component\'s: one module, one set of request slots', () => ({ options: { parallel: 8, partSize: 102_400 } }), async (t) => {
  const own = t.phone.require('vod-upload-miniprogram')
  const uploader = own.createUploader({ getAuth: t.permit, parallel: 8, partSize: 102_400 })
  t.phone.setUplink(0.5 * MB)
  t.choose(t.file({ size: 4 * MB }))
  const [{ videoId }] = await Promise.all([uploader.upload(t.file({ size: 4 * MB, seed: 2 })), t.done()])
  assert.ok(t.cloud.videos.has(videoId))
  assert.equal(t.phone.wasmLoads(), 1)
  assert.ok(t.phone.meter.peakRequests > 4 && t.phone.meter.peakRequests <= 8, `${t.phone.meter.peakRequests} requests at once`)
})

tag('lang: WeChat\'s language, or what is asked for, at any time', () => ({ lang: '' }), async (t) => {
  const words = () => t.component.data.words.choose.video
  assert.equal(words(), '选择视频')
  t.set({ lang: 'en' })
  assert.equal(words(), 'Choose a video')
})

tag('after a kill: the file is there again, and goes on without a second video', none, async (t) => {
  t.phone.setUplink(0.5 * MB)
  t.choose(t.file({ size: 3 * MB }))
  await t.until(() => t.rows('percent')[0] > 40)
  t.phone.restart()
  t.open()
  assert.equal(t.rows('name').length, 1)
  assert.ok(t.rows('percent')[0] > 10)
  await t.done()
  assert.equal(t.cloud.videos.size, 1)
  assert.equal(t.of('auth').at(-1).kind, 'refresh-video')
})
