// The page with the tag, a result, and the settings.
import test from 'node:test'
import assert from 'node:assert/strict'
import { openPage } from './phone.mjs'

const video = { id: 1, kind: 'video', name: 'video-1.mp4', path: 'wxfile://tmp_1.mp4', thumb: '', bytes: 2 ** 21, size: '2.0 MB', took: 1000, videoId: 'v1', imageId: '', imageUrl: '' }
const picture = { ...video, id: 2, kind: 'image', path: 'wxfile://tmp_2.jpg', videoId: '', imageId: 'i1', imageUrl: 'https://b.example.com/i1.jpg' }
const result = (shown) => openPage({ page: 'result', shown })
const plain = (value) => JSON.parse(JSON.stringify(value))

test('a video\'s result: its id to copy, and how fast it was', () => {
  const phone = result(video)
  assert.deepEqual(plain(phone.page.data.ids), [{ label: 'VideoId', value: 'v1' }])
  assert.deepEqual(plain(phone.page.data.facts.map(({ value }) => value)), ['2.0 MB', '1.0 s', '2.0 MB/s'])
  phone.page.onCopy({ currentTarget: { dataset: { text: 'v1' } } })
  assert.deepEqual(phone.copied, ['v1'])
  phone.page.onMediaError()
  assert.equal(phone.page.data.gone, true)
})

test('a picture is shown from the cloud, else from the phone, else not', () => {
  const phone = result(picture)
  assert.deepEqual(phone.page.data.ids.map(({ label }) => label), ['ImageId', 'ImageURL'])
  assert.equal(phone.page.data.source, picture.imageUrl)
  phone.page.onMediaError()
  assert.deepEqual([phone.page.data.source, phone.page.data.gone], [picture.path, false])
  phone.page.onMediaError()
  assert.equal(phone.page.data.gone, true)
})

test('settings are shown as chosen, and kept', () => {
  const phone = openPage({ page: 'settings', storage: { 'demo-settings': { parallel: 4, retryCount: 5 } } })
  const { data } = phone.page
  assert.deepEqual([data.version, data.parallels[data.chosen.parallel], data.retries[data.chosen.retryCount], data.regions[data.chosen.region]], ['1.2.3', 4, 5, 'cn-shanghai'])
  const pick = (key, value) => phone.page.onPick({ currentTarget: { dataset: { key } }, detail: { value: String(value) } })
  pick('mode', 1)
  pick('region', 1)
  pick('language', 1)
  phone.page.onAutoStart({ detail: { value: false } })
  assert.deepEqual(phone.storage['demo-settings'], { mode: 'sts', region: 'cn-beijing', parallel: 4, retryCount: 5, autoStart: false, language: 'zh' })
  assert.equal(phone.title, '设置')
})

test('the page with the tag gives it credentials and options, and keeps the ids', () => {
  const phone = openPage({ page: 'tag', language: 'zh_CN', storage: { 'demo-settings': { mode: 'sts', parallel: 4 } } })
  const { data } = phone.page
  assert.equal(typeof data.getAuth, 'function')
  assert.deepEqual([data.lang, data.options.parallel, data.options.userScope, typeof data.options.getSTSToken, data.options.getAuth], ['zh-CN', 4, 'tag', 'function', undefined])
  phone.page.onSuccess({ detail: { file: { name: 'a.mp4', videoId: 'v1' } } })
  phone.page.onSuccess({ detail: { file: { name: 'b.png', videoId: '', imageId: 'i1' } } })
  assert.deepEqual(plain(data.results), [{ name: 'a.mp4', id: 'v1' }, { name: 'b.png', id: 'i1' }])
  phone.page.onCopy({ currentTarget: { dataset: { id: 'v1' } } })
  phone.page.onOpen({ currentTarget: { dataset: { page: 'upload' } } })
  assert.deepEqual([phone.copied, phone.opened], [['v1'], ['/pages/upload/index']])
})

test('back from the settings the tag has other options and the other language', () => {
  const phone = openPage({ page: 'tag' })
  phone.storage['demo-settings'] = { language: 'zh', region: 'cn-beijing' }
  phone.page.onShow()
  assert.deepEqual([phone.page.data.lang, phone.page.data.options.region, phone.title], ['zh-CN', 'cn-beijing', '视频上传'])
})
