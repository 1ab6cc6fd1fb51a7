// <vod-uploader>: files that the page gives, and what is restored after a kill.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPhone, fakeSdk, video, opened } from './support/component.mjs'

test('files: earlier uploads are shown, new paths go up, what is left out is removed', () => {
  const old = { url: 'https://example.com/old.mp4', name: 'old.mp4', status: 'done', videoId: 'v0' }
  const { set, rows, sdk, tag } = opened({ properties: { files: [old, { url: 'wxfile://a.png' }] } })
  assert.deepEqual([rows('status'), rows('icon'), sdk.uploads.length], [['done', 'waiting'], ['video', 'image'], 1])
  set({ files: [old] })
  assert.deepEqual([rows('name'), sdk.uploads[0].calls], [['old.mp4'], ['cancel']])
  assert.equal(tag.list.files()[0].videoId, 'v0')
})

test('files: an app that stores the list of bind:change, late or at once, changes nothing', () => {
  const { tag, set, choose, rows, of } = opened()
  tag.handlers.change = ({ detail }) => set({ files: detail.files })
  choose(video(1))
  const early = of('change')[0].files
  tag.handlers.change = undefined
  choose(video(2))
  set({ files: early })
  assert.deepEqual(rows('name'), ['video-1.mp4', 'video-2.mp4'])
  set({ files: of('change').at(-1).files })
  set({ files: [] })
  assert.deepEqual(rows('name'), [])
})

test('files: an empty list from the page\'s onLoad does not remove what was restored', async () => {
  const { storage } = await killed()
  const { set, rows } = opened({ phone: createPhone({ storage }) })
  set({ files: [] })
  assert.equal(rows('name').length, 2)
})

// ---- after a kill

// What a run leaves behind that is killed with one of three files done, one under way, one in line.
async function killed() {
  const phone = createPhone()
  const { choose, sdk } = opened({ phone })
  choose(video(1), video(2), video(3))
  sdk.started('wxfile://tmp_2.mp4', 'v2')
  await sdk.uploads[0].succeed({ videoId: 'v1' })
  return phone
}

test('after a kill what was not finished is there again and goes on by itself', async () => {
  const phone = await killed()
  const unfinished = [{ url: 'wxfile://tmp_2.mp4', name: 'video-2.mp4', size: 2 * 2 ** 20, videoId: 'v2', loaded: 2 ** 20, total: 2 * 2 ** 20 }]
  const { rows, sdk, of } = opened({ phone: createPhone({ storage: phone.storage }), sdk: fakeSdk({ unfinished }) })
  assert.deepEqual([rows('name'), rows('percent'), rows('thumb')[0]], [['video-2.mp4', 'video-3.mp4'], [50, 0], 'wxfile://tmp_2.jpg'])
  assert.deepEqual([sdk.uploads.map(({ file }) => file.url), of('change')[0].files.length], [['wxfile://tmp_2.mp4', 'wxfile://tmp_3.mp4'], 2])
})

test('without autoUpload, or held by the user, it goes on after one tap', async () => {
  const phone = await killed()
  const { rows, sdk, tap } = opened({ phone: createPhone({ storage: phone.storage }), properties: { autoUpload: false } })
  assert.deepEqual([sdk.uploads.length, rows('action')], [0, ['start', 'start']])
  tap('onAction')
  tap('onAction')
  assert.equal(rows('status')[0], 'paused')
  const next = opened({ phone: createPhone({ storage: phone.storage }) })
  assert.deepEqual([next.rows('status'), next.sdk.uploads.length], [['paused', 'waiting'], 1])
})

test('a file that WeChat has cleared says so, and goes on once it is chosen again', async () => {
  const { storage } = await killed()
  const unfinished = [{ url: 'wxfile://tmp_2.mp4', name: 'video-2.mp4', size: 2 * 2 ** 20, videoId: 'v2', loaded: 2 ** 20, total: 2 * 2 ** 20 }]
  const { rows, tap, phone, sdk } = opened({ phone: createPhone({ storage, gone: ['wxfile://tmp_2.mp4'] }), sdk: fakeSdk({ unfinished }) })
  assert.deepEqual([rows('status')[0], rows('action')[0], rows('message')[0], rows('percent')[0]], ['failed', 'again', 'WeChat has cleared this file. Choose it again to go on.', 50])
  phone.chosen = [video(2, { tempFilePath: 'wxfile://other.mp4' })]
  tap('onAction')
  assert.deepEqual([rows('name')[0], rows('status')[0], sdk.uploads.at(-1).file.url, sdk.uploads.at(-1).file.name], ['video-2.mp4', 'waiting', 'wxfile://other.mp4', 'video-2.mp4'])
})

test('what only the package remembers is shown, too; what was removed or is another tag\'s is not', () => {
  const stored = (number) => ({ url: `wxfile://tmp_${number}.mp4`, name: `video-${number}.mp4`, size: number, videoId: '', loaded: 1, total: number })
  const phone = createPhone()
  const first = opened({ phone, id: 'first', sdk: fakeSdk({ unfinished: [stored(4)] }) })
  assert.deepEqual([first.rows('name'), first.rows('percent')], [['video-4.mp4'], [25]])
  const second = opened({ phone, id: 'second', sdk: fakeSdk({ unfinished: [stored(4)] }) })
  assert.deepEqual(second.rows('name'), [])
  first.tap('onRemove')
  assert.deepEqual(opened({ phone, id: 'first', sdk: fakeSdk({ unfinished: [stored(4)] }) }).rows('name'), [])
})

test('lists of other users, pages and tags are kept apart', () => {
  const phone = createPhone()
  opened({ phone, properties: { options: { userScope: 'a' } } }).choose(video(1))
  const seen = (more) => opened({ phone, ...more }).rows('name').length
  assert.deepEqual([seen({ properties: { options: { userScope: 'a' } } }), seen({ properties: { options: { userScope: 'b' } } })], [1, 0])
  assert.deepEqual([seen({ properties: { options: { userScope: 'a' } }, route: 'pages/other' }), seen({ properties: { options: { userScope: 'a' } }, id: 'x' })], [0, 0])
})

test('a full storage stops nobody', () => {
  const phone = createPhone()
  phone.full = true
  const { choose, sdk } = opened({ phone })
  choose(video(1))
  assert.equal(sdk.uploads.length, 1)
})
