// One file is one video: whatever the app does to its entry, and however late an answer comes, the video that was created for the file is refreshed.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB }
const there = { switches: { 'fs.tempAfterRestart': 'there' } }

/** The only file of the list, on its way. */
async function sending(t, flow = 'auth', options = parts) {
  t.phone.setUplink(MB)
  const up = t.make(options, flow)
  const url = up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  return { up, url, videoId: up.list[0].videoId }
}

async function succeedsAs(t, up, videoId) {
  await up.wait('onUploadSucceed')
  const [only, ...others] = t.cloud.videos.keys()
  assert.deepEqual(others, [], 'a second video was created')
  assert.equal(up.list[0].videoId, videoId ?? only)
  assert.deepEqual(t.cloud.uploads(), [])
  assert.deepEqual(t.remembered(), {})
}

// ---- canceled, deleted

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  row(`${flow}: the only file is canceled and resumed: aborted on the server, and sent again as the same video`, async (t) => {
    const { up, videoId } = await sending(t, flow)
    up.call('cancelFile', 0)
    await up.end()
    await t.rest(10_000)
    assert.equal(t.asked('AbortMultipartUpload', (one) => one.status === 204).length >= 1, true)
    assert.equal(up.list[0].videoId, videoId)
    assert.equal(up.call('resumeFile', 0), true)
    up.start()
    await succeedsAs(t, up, videoId)
    assert.equal(t.asked('InitiateMultipartUpload').length, 2, 'it begins anew')
  })
}

row('canceled and resumed without a checkpoint: the same video', async (t) => {
  const { up, videoId } = await sending(t, 'auth', { ...parts, checkpoint: false })
  up.call('cancelFile', 0)
  await t.rest(10_000)
  up.call('resumeFile', 0)
  up.start()
  await succeedsAs(t, up, videoId)
})

row('deleted and added again: the same video', async (t) => {
  const { up, url, videoId } = await sending(t)
  up.call('deleteFile', 0)
  await t.rest(10_000)
  assert.deepEqual(up.call('unfinished').length, 0)
  up.go({ url })
  assert.equal((await up.wait('onUploadstarted', undefined, { from: t.callbacks.length - 1 })).info.videoId, videoId)
  await succeedsAs(t, up, videoId)
})

row('canceled, killed, and added again: the same video', there, async (t) => {
  const { up, url, videoId } = await sending(t)
  up.call('cancelFile', 0)
  await t.rest(10_000)
  t.restart()
  const again = t.make(parts)
  assert.deepEqual(again.call('unfinished').length, 0)
  again.go({ url })
  await succeedsAs(t, again, videoId)
})

row('canceled, and its path has other bytes when it is resumed: they become a video of their own', async (t) => {
  const { up, url, videoId } = await sending(t)
  up.call('cancelFile', 0)
  await t.rest(10_000)
  t.phone.disk.overwrite(url, { size: 2 * MB, seed: 4711, mtime: new Date(t.clock.now() + 5000) })
  up.call('resumeFile', 0)
  up.start()
  await up.wait('onUploadSucceed')
  assert.notEqual(up.list[0].videoId, videoId)
})

// ---- late answers

const ENDS = [
  ['cancelFile', (up) => up.call('cancelFile', 0), (up) => up.call('resumeFile', 0)],
  ['deleteFile', (up) => up.call('deleteFile', 0), (up, url) => up.add({ url })],
  ['cleanList', (up) => up.call('cleanList'), (up, url) => up.add({ url })],
  ['stopUpload', (up) => up.call('stopUpload'), () => {}],
]

/** A getAuth whose first answer takes so long, ms, and the kinds that it was asked for. */
function slowAtFirst(t, kinds, ms) {
  return {
    async getAuth(context) {
      kinds.push(context.kind)
      const permit = t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId }))
      if (kinds.length === 1) await t.clock.sleep(ms)
      return permit
    },
  }
}

for (const [title, end, again] of ENDS) {
  row(`getAuth answers after ${title}: its video is refreshed when the file goes on`, async (t) => {
    const kinds = []
    const up = t.make({}, 'none', slowAtFirst(t, kinds, 5000))
    const url = up.go()
    await up.wait('getAuth')
    end(up)
    await t.rest(8000)
    again(up, url)
    up.start()
    await succeedsAs(t, up)
    assert.deepEqual(kinds, ['create-video', 'refresh-video'])
  })

  row(`getAuth has not answered yet when the file goes on after ${title}: its answer is awaited, and nothing asked again`, async (t) => {
    const kinds = []
    const up = t.make({}, 'none', slowAtFirst(t, kinds, 5000))
    const url = up.go()
    await up.wait('getAuth')
    t.clock.setTimeout(() => end(up), 1000)
    t.clock.setTimeout(() => {
      again(up, url)
      up.start()
    }, 2000)
    await succeedsAs(t, up)
    assert.deepEqual(kinds, ['create-video'])
  })

  row(`setUploadAuthAndAddress after ${title}: false, and its video is refreshed when the file goes on`, async (t) => {
    const up = t.make({}, 'none')
    const url = up.go()
    const { live } = await up.wait('onUploadstarted')
    const permit = t.permit(live)
    end(up)
    await t.rest(1000)
    assert.equal(up.give(live, permit), false)
    await t.rest(1000)
    const from = t.callbacks.length
    again(up, url)
    up.start()
    const started = await up.wait('onUploadstarted', undefined, { from })
    assert.equal(started.info.videoId, permit.VideoId)
    up.give(started.live)
    await succeedsAs(t, up, permit.VideoId)
  })
}

row('a late answer survives a kill', there, async (t) => {
  const kinds = []
  const up = t.make({}, 'none', slowAtFirst(t, kinds, 5000))
  const url = up.go()
  await up.wait('getAuth')
  up.call('deleteFile', 0)
  await t.rest(8000)
  t.restart()
  const again = t.make({}, 'getAuth')
  again.go({ url })
  await succeedsAs(t, again)
})

row('an answer for a finished file is remembered for none', async (t) => {
  const up = t.make()
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(up.give(up.list[0], t.cloud.createVideo({ fileName: 'b.mp4' })), false)
  await t.rest(1000)
  assert.deepEqual(t.remembered(), {})
})

// ---- time-outs of getAuth

for (const [title, pause] of [['at once', 0], ['after 2 s', 2000]]) {
  row(`getAuth answers after its time-out, and the file is started again ${title}: one call at a time, and the late answer is used`, async (t) => {
    const kinds = []
    let failures = 0
    const up = t.make({ timeout: 20_000 }, 'none', {
      ...slowAtFirst(t, kinds, 25_000),
      async onUploadFailed() {
        failures++
        if (pause) await t.clock.sleep(pause)
        up.start()
      },
    })
    up.go()
    await succeedsAs(t, up)
    assert.deepEqual([failures, kinds], [1, ['create-video']])
  })
}

row('a getAuth that never answers is given up after two time-outs, and asked anew', async (t) => {
  let calls = 0
  const up = t.make({ timeout: 20_000 }, 'none', {
    getAuth: (context) => (++calls === 1 ? t.phone.world.promise(() => {}) : t.inner(t.permit(context.uploadInfo))),
    onUploadFailed: () => void up.start(),
  })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(calls, 2)
})

// ---- kills

row('killed during the callback of the success: nothing is sent as a second video', { ...there, personas: ['ios', 'old'] }, async (t) => {
  const killed = []
  const up = t.make({}, 'auth', { onUploadSucceed: () => void killed.push(Object.keys(t.remembered()).length) })
  const url = up.go()
  await up.wait('onUploadSucceed')
  assert.ok(killed[0] > 0, 'its checkpoint was deleted before')
  assert.deepEqual(t.remembered(), {})
  assert.equal(up.add({ url }), true)
})

row('a promise: the checkpoint is there until the promise has resolved', { personas: ['ios', 'old'] }, async (t) => {
  const up = t.promise()
  const left = await up.call('upload', t.file()).then(() => Object.keys(t.remembered()).length)
  assert.ok(left > 0)
  await t.rest(1000)
  assert.deepEqual(t.remembered(), {})
})

for (const flow of ['auth', 'getAuth', 'sts']) {
  row(`${flow}: killed between any two of the first writes to the storage: one video`, there, async (t) => {
    const url = t.file({ size: 2 * MB })
    for (let write = 1; write <= 4; write++) {
      const up = t.make(parts, flow)
      let left = write
      t.phone.faults.storage = (op) => {
        if (op !== 'set' || left-- > 0) return null
        t.phone.kill()
        return 'killed'
      }
      up.go({ url })
      while (t.phone.alive) await t.rest(100)
      t.phone.faults.storage = null
      await t.clock.settle()
      t.restart()
    }
    const up = t.make(parts, flow)
    up.go({ url })
    await up.wait('onUploadSucceed')
    assert.equal(t.cloud.videos.size, 1, 'a second video was created')
  })
}
