// unfinished() and getCheckpoint(): what could go on, and nothing else.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB }
const there = { switches: { 'fs.tempAfterRestart': 'there' } }
const DAY = 24 * 3_600_000

/** A file on its way. */
async function sending(t, options = {}, file = {}) {
  t.phone.setUplink(MB)
  const up = t.make({ ...parts, ...options })
  const url = up.go({ size: 2 * MB, ...file })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  return { up, url, videoId: up.list[0].videoId }
}

const urls = (up) => Array.from(up.call('unfinished'), (one) => one.url)

row('a video that was given up is in neither, nor in uploadInfo.checkpoint: the file changed', async (t) => {
  const { up, url } = await sending(t)
  t.phone.disk.overwrite(url, { size: 2 * MB + 5, seed: 4711, mtime: new Date(t.clock.now() + 5000) })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'FileChanged')
  await t.rest(1000)
  assert.deepEqual(urls(up), [])
  assert.equal(up.call('getCheckpoint', url), undefined)
  assert.deepEqual({ ...up.list[0].checkpoint }, {})
})

row('nor one that VOD does not have any more', there, async (t) => {
  const { url } = await sending(t)
  t.restart()
  const up = t.make(parts, 'none')
  assert.deepEqual(urls(up), [url])
  up.go({ url })
  const { live } = await up.wait('onUploadstarted')
  up.call('setUploadAuthAndAddress', live, '{"Code":"InvalidVideo.NotFound","Message":"gone"}', '', '')
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidVideo.NotFound')
  await t.rest(1000)
  assert.deepEqual(urls(up), [])
})

row('an entry whose file became shorter is another file: it goes up as a video of its own, and the entry is gone', there, async (t) => {
  const { up: first, url, videoId } = await sending(t)
  first.call('stopUpload')
  t.restart()
  t.phone.disk.overwrite(url, { size: MB, seed: 1, mtime: new Date(t.clock.now() + 5000) })
  const up = t.make(parts)
  const [entry] = up.call('unfinished')
  assert.equal(entry.videoId, videoId)
  up.call('addFile', entry)
  up.start()
  assert.equal((await up.wait('onUploadstarted')).info.videoId, '')
  await up.wait('onUploadSucceed')
  assert.notEqual(up.list[0].videoId, videoId)
  assert.deepEqual(urls(up), [])
})

row('a file that is paused is listed with all that is stored of it', async (t) => {
  const { up, url } = await sending(t)
  up.call('pauseFile', 0)
  await t.rest(1000)
  const { loaded } = up.named('onUploadProgress').at(-1).args[3]
  assert.ok(loaded > 0.3 * 2 * MB, `${loaded}`)
  assert.equal(up.call('unfinished')[0].loaded, loaded)
  assert.equal(up.call('getCheckpoint', url).loaded, loaded)
  assert.equal(up.list[0].checkpoint.loaded, loaded)
})

row('another file of the same name and size leaves the entry of the first', async (t) => {
  const { up: first, url } = await sending(t, {}, { name: 'video.mp4', seed: 1 })
  first.call('stopUpload')
  const up = t.make(parts)
  up.go({ size: 2 * MB, name: 'video.mp4', seed: 2 })
  await up.wait('onUploadSucceed')
  await t.rest(1000)
  assert.deepEqual(urls(up), [url])
  assert.equal(up.call('getCheckpoint', url).total, 2 * MB)
})

row('the entry of a file that another uploader has taken over is not deleted with the first', async (t) => {
  const { up: first, url } = await sending(t)
  first.call('stopUpload')
  const second = t.make(parts)
  second.go({ url })
  await second.wait('onUploadProgress', (one) => one.args[2] > 50)
  first.call('deleteFile', 0)
  await t.rest(100)
  assert.deepEqual(urls(second), [url])
  await second.wait('onUploadSucceed')
  assert.deepEqual(urls(second), [])
})

for (const [method, ...args] of [['stopUpload'], ['pauseFile', 0], ['cleanList']]) {
  row(`what another uploader is sending at this moment is not offered to this one, until ${method}`, async (t) => {
    const { up: first, url } = await sending(t)
    const second = t.make(parts)
    assert.deepEqual(urls(first), [url])
    assert.deepEqual(urls(second), [])
    first.call(method, ...args)
    assert.deepEqual(urls(second), [url])
  })
}

row('a hundred entries for each userScope: another user\'s leave one\'s own', async (t) => {
  const { up: anna, url } = await sending(t, { userScope: 'anna' })
  anna.call('stopUpload')
  const bert = t.make({ ...parts, userScope: 'bert' }, 'none')
  const stored = JSON.parse(t.phone.stored()['vod-upload:unfinished'])
  assert.equal(stored.length, 1)
  const [row] = stored
  const others = Array.from({ length: 100 }, (_, i) => ({ ...row, scope: 'bert', url: `wxfile://bert${i}.mp4`, record: `${row.record}${i}` }))
  t.phone.store.values.set('vod-upload:unfinished', JSON.stringify(JSON.stringify([...others, row])))
  bert.go({ size: 300 * KB, seed: 7 })
  bert.give((await bert.wait('onUploadstarted')).live)
  await bert.wait('onUploadProgress')
  const scopes = JSON.parse(t.phone.stored()['vod-upload:unfinished']).map((one) => one.scope)
  assert.equal(scopes.filter((scope) => scope === 'bert').length, 100)
  assert.deepEqual(urls(anna), [url])
})

for (const [title, days] of [['a year ahead', 365], ['forty days behind', -40], ['back in 1970', -20_000]]) {
  row(`the phone's clock is set ${title} meanwhile: the entry is there`, there, async (t) => {
    const { url, videoId } = await sending(t)
    t.phone.skewMs = days * DAY
    t.restart()
    const up = t.make(parts)
    assert.deepEqual(Array.from(up.call('unfinished'), (one) => [one.url, one.videoId]), [[url, videoId]])
    assert.equal(up.call('getCheckpoint', url).videoId, videoId)
  })
}
