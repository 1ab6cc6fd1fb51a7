// Single files of the list (js-glue/README.md, "Methods"): delete, cancel, resume; at any time, twice, with wrong indexes.
import assert from 'node:assert/strict'
import { halfWay, slow } from './half_way.mjs'
import { MB, row } from './kit.mjs'

const indexes = [-1, 1, 99, 0.5, NaN, undefined, null, '', '0x', 'length', 'map', Infinity, true, [], {}]

/** A part that the cloud never answers. */
async function onItsWay(t) {
  let part
  t.cloud.faults.add({ when: { op: 'UploadPart', test: (one) => (part = one) }, do: { stall: true } })
  while (!part) await t.rest(5)
  return part
}

/** The cloud keeps its first answer to an operation back: `come` when it is asked, until letGo(). */
function keptBack(t, op) {
  let arrived
  let letGo
  const come = new Promise((resolve) => (arrived = resolve))
  const gate = new Promise((resolve) => (letGo = resolve))
  t.cloud.faults.add({ when: { op }, do: { call: () => (arrived(), gate) } })
  return { come, letGo }
}

// ---- deleteFile

row('deleteFile of a file in upload: onUploadCanceled, gone, aborted on the server, the next goes on', { personas: ['ios', 'old'] }, async (t) => {
  const up = await halfWay(t, { files: 2 })
  const [first, second] = up.list
  const broken = await onItsWay(t)
  assert.equal(up.call('deleteFile', 0), true)
  assert.equal(up.list.length, 1)
  assert.equal(up.list[0], second)
  const canceled = await up.wait('onUploadCanceled')
  assert.equal(canceled.live, first)
  const end = await up.end()
  assert.equal(end.live, second)
  await t.rest(10_000)
  assert.deepEqual(t.cloud.uploads(), [])
  assert.equal(broken.status, 0, 'what was in flight was broken off')
  assert.equal(t.cloud.objects().length, 1)
})

row('deleteFile of a file that waits, has ended, is stopped or canceled: gone without a word', async (t) => {
  const up = t.make()
  for (const seed of [1, 2, 3, 4]) up.add({ url: t.file({ seed }) })
  up.call('cancelFile', 2)
  await t.rest(0)
  const from = t.callbacks.length
  assert.equal(up.call('deleteFile', 2), true)
  assert.equal(up.call('deleteFile', 0), true)
  assert.deepEqual(up.states, ['Ready', 'Ready'])
  up.start()
  await up.end()
  assert.equal(up.call('deleteFile', 1), true)
  assert.equal(up.call('deleteFile', 0), true)
  await t.rest()
  assert.deepEqual(up.states, [])
  assert.deepEqual(up.named('onUploadCanceled', from), [])
  assert.equal(t.cloud.objects().length, 2)
})

row('later indexes move down, and name the files that then stand there', async (t) => {
  const up = t.make({}, 'none')
  const urls = [1, 2, 3, 4].map((seed) => t.file({ seed }))
  for (const url of urls) up.add({ url })
  up.call('deleteFile', 1)
  assert.equal(up.list[1].url, urls[2])
  up.call('cancelFile', 1)
  assert.deepEqual(up.states, ['Ready', 'Canceled', 'Ready'])
  up.call('deleteFile', 0)
  assert.equal(up.call('resumeFile', 0), true)
  assert.equal(up.list[0].url, urls[2])
})

row('a file deleted during the run of another one leaves that alone', async (t) => {
  const up = await halfWay(t, { files: 3 })
  assert.equal(up.call('deleteFile', 1), true)
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success'])
  assert.equal(up.named('onUploadstarted').length, 2)
})

for (const method of ['deleteFile', 'cancelFile', 'resumeFile']) {
  row(`${method} with an index that is none: false, no effect`, async (t) => {
    const up = t.make({}, 'none')
    assert.equal(up.call(method, 0), false, 'an empty list')
    up.add({ url: t.file() })
    for (const index of indexes) assert.equal(up.call(method, index), false, String(index))
    assert.deepEqual(up.states, ['Ready'])
  })
}

// ---- cancelFile, resumeFile

row('cancelFile: requests aborted, the upload on the server too, state Canceled at once, the next file goes on', { personas: ['ios', 'android'] }, async (t) => {
  const up = await halfWay(t, { files: 2 })
  const broken = await onItsWay(t)
  assert.equal(up.call('cancelFile', 0), true)
  assert.equal(up.states[0], 'Canceled')
  await up.end()
  assert.equal(broken.status, 0, 'what was in flight was broken off')
  assert.deepEqual(up.states, ['Canceled', 'Success'])
  await t.rest(10_000)
  assert.deepEqual(t.cloud.uploads(), [])
  assert.ok(t.asked('AbortMultipartUpload').length >= 1)
  assert.equal(up.named('onUploadCanceled').length, 1)
})

row('cancelFile, by state', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make()
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed }) })
  assert.equal(up.call('cancelFile', 2), true, 'Ready')
  assert.equal(up.call('cancelFile', 2), false, 'Canceled')
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Failure', 'Canceled'])
  assert.equal(up.call('cancelFile', 0), false, 'Success')
  assert.equal(up.call('cancelFile', 1), true, 'Failure')
  await t.rest()
  assert.deepEqual(up.states, ['Success', 'Canceled', 'Canceled'])
  // A failed file has had its end; the canceled one has had its own.
  assert.deepEqual(up.named('onUploadCanceled').map((one) => one.live), [up.list[2]])
})

row('cancelFile of a stopped file', async (t) => {
  const up = await halfWay(t)
  up.call('stopUpload')
  assert.equal(up.call('cancelFile', 0), true)
  await up.wait('onUploadCanceled')
  await t.rest(10_000)
  assert.deepEqual(t.cloud.uploads(), [])
})

for (const [title, act] of [['cancelFile', (up) => up.call('cancelFile', 0)], ['deleteFile', (up) => up.call('deleteFile', 0)]]) {
  row(`${title} before the upload is opened: aborted on the server when the response brings its id`, { personas: ['ios', 'old'] }, async (t) => {
    const { come, letGo } = keptBack(t, 'InitiateMultipartUpload')
    const up = t.make(slow)
    up.go({ size: MB })
    await come
    assert.equal(act(up), true)
    letGo()
    await up.wait('onUploadCanceled')
    await t.rest(20_000)
    assert.equal(t.asked('AbortMultipartUpload').length, 1)
    assert.deepEqual(t.cloud.uploads(), [])
    assert.equal(t.phone.pending, 0)
    assert.equal(t.asked('UploadPart').length, 0)
  })
}

row('stopUpload before the upload is opened: nothing goes on, and the next start opens another', async (t) => {
  const { come, letGo } = keptBack(t, 'InitiateMultipartUpload')
  const up = t.make(slow)
  up.go({ size: MB })
  await come
  up.call('stopUpload')
  letGo()
  await t.rest(200)
  assert.equal(t.phone.pending, 0)
  await t.rest(60_000)
  assert.equal(t.cloud.requests.length, 1)
  up.start()
  await up.wait('onUploadSucceed')
})

row('cancelFile while the credential is awaited; the one that comes later is refused', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  assert.equal(up.call('cancelFile', 0), true)
  assert.equal(up.give(live), false)
  await up.end()
  assert.deepEqual(up.states, ['Canceled'])
  assert.deepEqual(t.cloud.objects(), [])
})

row('resumeFile: only a canceled file, which becomes Ready; taken up if the uploader runs', async (t) => {
  const up = await halfWay(t, { files: 2 })
  assert.equal(up.call('resumeFile', 0), false, 'Uploading')
  assert.equal(up.call('resumeFile', 1), false, 'Ready')
  up.call('cancelFile', 0)
  assert.equal(up.call('resumeFile', 0), true)
  assert.equal(up.call('resumeFile', 0), false, 'Ready again')
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success'])
  assert.equal(up.call('resumeFile', 0), false, 'Success')
  assert.equal(t.cloud.objects().length, 2)
})

row('resumeFile when nothing runs waits for startUpload', async (t) => {
  const up = t.make()
  up.add({ url: t.file() })
  up.call('cancelFile', 0)
  await t.rest()
  assert.equal(up.call('resumeFile', 0), true)
  assert.deepEqual(up.states, ['Ready'])
  await t.rest(60_000)
  assert.deepEqual(up.states, ['Ready'])
  up.start()
  await up.wait('onUploadSucceed')
})

row('resumeFile of a file that stopUpload has stopped: false', async (t) => {
  const up = await halfWay(t)
  up.call('stopUpload')
  assert.equal(up.call('resumeFile', 0), false)
})

row('without storage a canceled file goes on as the same video in the same session', async (t) => {
  t.phone.faults.storage = (op) => (op === 'set' ? 'setStorage:fail:quota reached' : null)
  const up = await halfWay(t)
  const { videoId } = up.list[0]
  up.call('cancelFile', 0)
  await t.rest(10_000)
  assert.equal(up.call('resumeFile', 0), true)
  up.start()
  await up.wait('onUploadSucceed')
  assert.equal(up.list[0].videoId, videoId)
  assert.equal(t.cloud.videos.size, 1)
})

row('a canceled file whose path was added again is not taken up: addFile would refuse it, too', async (t) => {
  const up = t.make({}, 'none')
  const url = t.file()
  up.add({ url })
  up.call('cancelFile', 0)
  up.add({ url })
  assert.equal(up.call('resumeFile', 0), false)
  up.call('cancelFile', 1)
  assert.equal(up.call('resumeFile', 0), true)
})

// ---- the end of the run

const endOf = async (up) => {
  const { args } = await up.end()
  return [args[0]?.url, args[1]]
}

for (const [method, ...args] of [['cleanList'], ['cancelFile', 0], ['deleteFile', 0]]) {
  row(`${method} in upload: onUploadEnd has the file, and counts it as canceled`, async (t) => {
    const up = await halfWay(t)
    const { url } = up.list[0]
    up.call(method, ...args)
    assert.deepEqual(await endOf(up), [url, { succeeded: 0, failed: 0, canceled: 1 }])
  })
}

row('cancelFile in the same turn as startUpload: onUploadEnd has the file', async (t) => {
  const up = t.make()
  const url = t.file()
  up.add({ url })
  up.start()
  up.call('cancelFile', 0)
  assert.deepEqual(await endOf(up), [url, { succeeded: 0, failed: 0, canceled: 1 }])
})

// ---- a video that is deleted on the server

/** A canceled file that the app has taken up again after its server deleted the video. `onGone`: what it does with the error of its server. */
async function resumedWithoutVideo(t, onGone) {
  t.phone.setUplink(MB)
  const asked = []
  const up = t.make(slow, 'none', {
    onUploadstarted(info) {
      asked.push(info.videoId)
      if (t.cloud.videos.has(info.videoId) || !info.videoId) up.give(info)
      else onGone(up, info)
    },
  })
  up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  const { videoId } = up.list[0]
  up.call('cancelFile', 0)
  await t.rest(10_000)
  await t.cloud.deleteVideo(videoId)
  assert.equal(up.call('resumeFile', 0), true)
  up.start()
  return { up, asked, videoId }
}

const gone = { Code: 'InvalidVideo.NotFound', Message: 'The video does not exist.' }

for (const [form, error] of [['as text', JSON.stringify(gone)], ['as an object', gone], ['in the answer', { data: gone }]]) {
  row(`a canceled file whose video was deleted: it fails with the server's error, passed on ${form}, and the next start begins anew`, async (t) => {
    const { up, asked, videoId } = await resumedWithoutVideo(t, (one, info) => one.call('setUploadAuthAndAddress', info, error, '', info.videoId))
    const failed = await up.wait('onUploadFailed')
    assert.deepEqual(failed.args.slice(1), [gone.Code, gone.Message])
    await up.end()
    up.start()
    await up.wait('onUploadSucceed')
    assert.deepEqual(asked, ['', videoId, ''])
    assert.notEqual(up.list[0].videoId, videoId)
  })
}

row('a canceled file whose video was deleted: the app may create another one at once', async (t) => {
  const { up, asked, videoId } = await resumedWithoutVideo(t, (one, info) => one.give(info, t.permit({ ...info, videoId: '' })))
  await up.wait('onUploadSucceed')
  assert.deepEqual(asked, ['', videoId])
  assert.notEqual(up.list[0].videoId, videoId)
  assert.equal(t.cloud.objects().length, 1)
})
