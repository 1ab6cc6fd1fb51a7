// Several uploaders at once share one module, WeChat's slots, the phone's memory and its storage, and harm each other in none of them.
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB, parallel: 2 }

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
/** Collects it, and lets those know who wait for the end of an object. */
async function collectGarbage() {
  gc()
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const sent = (t) => t.asked('UploadPart', (one) => one.status === 200).map((one) => `${one.key} ${one.partNumber}`)

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  row(`${flow}: the same file in two uploaders at the same time: the second waits, and ends with the first one's success`, { personas: ['ios', 'old'] }, async (t) => {
    t.phone.setUplink(MB)
    const url = t.file({ size: 2 * MB })
    const [first, second] = [t.make(parts, flow), t.make(parts, flow)]
    first.go({ url })
    second.go({ url })
    await Promise.all([first.end(), second.end()])
    assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
    const [one, other] = [first.list[0], second.list[0]]
    assert.equal(other.videoId, one.videoId)
    assert.deepEqual([other.endpoint, other.bucket, other.object, other.fileSize], [one.endpoint, one.bucket, one.object, one.fileSize])
    assert.equal(t.cloud.videos.size, 1)
    assert.equal(t.asked('InitiateMultipartUpload').length, 1)
    assert.equal(sent(t).length, new Set(sent(t)).size)
    await t.rest(1000)
    assert.deepEqual(t.remembered(), {})
    assert.deepEqual(second.named('onUploadSucceed').length, 1)
    assert.deepEqual(second.named('onUploadstarted').length, 1)
  })
}

row('the same file with other paramData in two uploaders: two videos', async (t) => {
  const url = t.file({ size: MB })
  const [first, second] = [t.make(parts, 'sts'), t.make(parts, 'sts')]
  first.go({ url, paramData: '{"Vod":{"Title":"one"}}' })
  second.go({ url, paramData: '{"Vod":{"Title":"two"}}' })
  await Promise.all([first.end(), second.end()])
  assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
  assert.equal(t.cloud.videos.size, 2)
})

for (const [title, act] of [['stopped', (up) => up.call('stopUpload')], ['canceled', (up) => up.call('cancelFile', 0)], ['deleted', (up) => up.call('deleteFile', 0)]]) {
  row(`the first of two uploaders with the same file is ${title}: the second goes on as the same video`, async (t) => {
    t.phone.setUplink(MB)
    const url = t.file({ size: 2 * MB })
    const [first, second] = [t.make(parts), t.make(parts)]
    first.go({ url })
    second.go({ url })
    await first.wait('onUploadProgress', (one) => one.args[2] > 30)
    const { videoId } = first.list[0]
    act(first)
    await second.wait('onUploadSucceed')
    assert.equal(second.list[0].videoId, videoId)
    assert.equal(t.cloud.videos.size, 1)
  })
}

row('the first of two uploaders never gets its credential: after a minute the second goes on by itself', async (t) => {
  const url = t.file()
  const [first, second] = [t.make({}, 'none'), t.make()]
  first.go({ url })
  await first.wait('onUploadstarted')
  const from = t.clock.now()
  second.go({ url })
  await second.wait('onUploadSucceed')
  assert.ok(t.clock.now() - from >= 60_000 && t.clock.now() - from < 90_000, `${t.clock.now() - from} ms`)
})

row('the one that waits is canceled: the other goes on', async (t) => {
  t.phone.setUplink(MB)
  const url = t.file({ size: 2 * MB })
  const [first, second] = [t.make(parts), t.make(parts)]
  first.go({ url })
  second.go({ url })
  await first.wait('onUploadProgress', (one) => one.args[2] > 20)
  second.call('cancelFile', 0)
  await first.wait('onUploadSucceed')
  await t.rest(10_000)
  assert.deepEqual(second.states, ['Canceled'])
  assert.deepEqual(t.cloud.uploads(), [])
  assert.equal(t.cloud.objects().length, 1)
})

async function takenOver(t) {
  t.phone.setUplink(MB)
  const url = t.file({ size: 3 * MB })
  const [first, second] = [t.make(parts), t.make(parts)]
  first.go({ url })
  await first.wait('onUploadProgress', (one) => one.args[2] > 30)
  first.call('stopUpload')
  const { videoId } = first.list[0]
  second.go({ url })
  assert.equal((await second.wait('onUploadstarted')).info.videoId, videoId, 'it goes on from what is remembered')
  await second.wait('onUploadProgress', (one) => one.args[2] > 50)
  return { first, second, videoId }
}

row('what one uploader has stopped another goes on with; started again, the first waits for it', async (t) => {
  const { first, second, videoId } = await takenOver(t)
  first.start()
  await Promise.all([first.end(), second.end()])
  assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
  assert.deepEqual([first.list[0].videoId, second.list[0].videoId], [videoId, videoId])
  assert.equal(t.cloud.videos.size, 1)
  assert.equal(sent(t).length, new Set(sent(t)).size, 'a part went twice')
})

row('and started when the other one has finished it: that was its success', async (t) => {
  const { first, second, videoId } = await takenOver(t)
  await second.end()
  first.start()
  await first.end()
  assert.deepEqual(first.states, ['Success'])
  assert.equal(first.list[0].videoId, videoId)
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('added again after its success, a file is another video', async (t) => {
  const up = t.make(parts)
  const url = up.go({ size: MB })
  await up.end()
  const again = t.make(parts)
  again.go({ url })
  await again.end()
  assert.equal(t.cloud.videos.size, 2)
})

for (const [title, act] of [['deleteFile', (up) => up.call('deleteFile', 0)], ['cancelFile', (up) => up.call('cancelFile', 0)], ['cleanList', (up) => up.call('cleanList')]]) {
  row(`${title} of the stopped one leaves the upload to the one that has taken it over`, async (t) => {
    const { first, second, videoId } = await takenOver(t)
    act(first)
    await second.wait('onUploadSucceed')
    assert.equal(second.list[0].videoId, videoId)
    assert.equal(t.asked('InitiateMultipartUpload').length, 1)
    assert.equal(t.asked('AbortMultipartUpload').length, 0)
    assert.equal(t.cloud.objects().length, 1)
  })
}

row('time spent waiting for one of the eight slots is not a request\'s time', async (t) => {
  // The first uploader's eight requests hold all slots until their time is up.
  t.cloud.faults.add({ when: { op: 'UploadPart' }, times: 8, do: { stall: true } })
  const first = t.make({ partSize: 100 * KB, parallel: 8, retryDuration: 0 })
  first.go({ size: 800 * KB })
  while (t.phone.pending < 8) await t.rest(50)
  // Slow enough that five seconds, which are left of its first minute, would not do.
  t.phone.setUplink(20 * KB)
  const second = t.make({ retryCount: 0 })
  second.go({ size: 300 * KB, seed: 2 })
  await second.wait('onUploadSucceed')
  assert.deepEqual(t.asked('PutObject').map((one) => one.status), [200], 'it was broken off')
  assert.deepEqual(second.named('log').filter((one) => one.args[0] !== 'debug').map((one) => one.args[1].event), [])
})

row('the bytes of files held in memory stay within 16 MB: many small files at once', async (t) => {
  t.phone.setUplink(4 * MB)
  const held = []
  // Bytes that were read and let go count as held until they are collected.
  const look = async () => {
    await collectGarbage()
    held.push(t.phone.meter.held)
  }
  const up = t.make({ parallelFiles: 30 }, 'none', {
    onUploadSucceed: look,
    async getAuth(context) {
      await t.clock.sleep(100)
      await look()
      return t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId }))
    },
  })
  for (let seed = 1; seed <= 30; seed++) up.add({ url: t.file({ seed, size: 1000 * KB }) })
  up.start()
  await up.end()
  assert.deepEqual(up.states, Array(30).fill('Success'))
  assert.ok(held.length >= 30)
  assert.ok(Math.max(...held) > 8_000_000 && Math.max(...held) <= 16_000_000, `${held}`)
})

row('… and three uploaders with a large one each', async (t) => {
  t.phone.setUplink(20 * MB)
  const ups = [1, 2, 3].map(() => t.make())
  ups.forEach((up, i) => up.go({ seed: i + 1, size: 40 * MB }))
  await Promise.all(ups.map((up) => up.end()))
  for (const up of ups) assert.deepEqual(up.states, ['Success'])
  assert.ok(t.phone.meter.peakHeld <= 17_000_000, `${t.phone.meter.peakHeld}`)
})

row('eight requests at once over all of them', async (t) => {
  t.phone.setUplink(2 * MB)
  const ups = [1, 2, 3].map(() => t.make({ partSize: 100 * KB, parallel: 8 }))
  ups.forEach((up, i) => up.go({ seed: i + 1, size: 2 * MB }))
  await Promise.all(ups.map((up) => up.end()))
  assert.equal(t.phone.meter.peakRequests, 8)
})
