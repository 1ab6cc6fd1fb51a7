// The same file in two uploaders: the second ends with the first one's success only where that success is its own, too.
import assert from 'node:assert/strict'
import { expired } from './credential_states.mjs'
import { BUCKET, KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB }
const own = (object) => [`https://${BUCKET}`, 'my-own', object]
const there = { switches: { 'fs.tempAfterRestart': 'there' } }

/** Two uploaders with the same file, begun in turn. */
function both(t, [firstOptions, secondOptions] = [parts, parts], flow = 'auth') {
  t.phone.setUplink(MB)
  const url = t.file({ size: 2 * MB })
  const [first, second] = [t.make(firstOptions, flow), t.make(secondOptions, flow)]
  return { url, first, second }
}

row('sent to two places, it is stored at both', async (t) => {
  t.cloud.createBucket('my-own', 'cn-shanghai')
  const { url, first, second } = both(t, undefined, 'direct')
  first.go({ url, target: own('one.mp4') })
  second.go({ url, target: own('two.mp4') })
  await Promise.all([first.end(), second.end()])
  assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
  assert.deepEqual([first.list[0].object, second.list[0].object], ['one.mp4', 'two.mp4'])
  assert.equal(t.cloud.objects().length, 2)
})

row('rewritten after the first has sent it, it is not the second one\'s success', async (t) => {
  const { url, first, second } = both(t)
  first.answers.onUploadSucceed = () => t.phone.disk.overwrite(url, { size: 2 * MB, seed: 99, mtime: new Date(t.clock.now() + 5000) })
  first.go({ url })
  second.go({ url })
  await Promise.all([first.end(), second.end()])
  assert.deepEqual(first.states, ['Success'])
  assert.equal((await second.wait('onUploadFailed')).args[1], 'FileChanged')
})

row('a success without a compared checksum is none for an uploader that compares it', async (t) => {
  const { url, first, second } = both(t, [{ ...parts, integrity: 'off' }, parts])
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { corrupt: true } })
  first.go({ url })
  second.go({ url })
  await Promise.all([first.end(), second.end()])
  assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
  assert.equal(t.asked('InitiateMultipartUpload').length, 2)
})

row('a success of an hour ago is not reported from memory: the file is sent again as the same video', async (t) => {
  const { url, first, second } = both(t)
  first.go({ url })
  await first.wait('onUploadProgress', (one) => one.args[2] > 30)
  first.call('stopUpload')
  const { videoId } = first.list[0]
  second.go({ url })
  await second.end()
  await t.rest(3_600_000)
  const before = t.asked('CompleteMultipartUpload').length
  first.start()
  await first.wait('onUploadSucceed')
  assert.ok(t.asked('CompleteMultipartUpload').length > before)
  assert.equal(first.list[0].videoId, videoId)
  assert.equal(t.cloud.videos.size, 1)
})

row('a file that was given another file\'s address does not take over its video, after a kill neither', there, async (t) => {
  const answer = t.cloud.createVideo({ fileName: 'a.mp4' })
  const up = t.make({ parallelFiles: 2 }, 'none', { getAuth: () => t.inner(answer) })
  const [a, b] = [t.file({ size: 2 * MB, seed: 1 }), t.file({ size: 2 * MB, seed: 2 })]
  up.add({ url: a })
  up.add({ url: b })
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Failure'])
  assert.equal(up.named('onUploadFailed')[0].args[1], 'InvalidUploadAddress')
  t.restart()
  const again = t.make({}, 'getAuth')
  again.go({ url: b })
  assert.equal((await again.wait('onUploadstarted')).info.videoId, '')
  await again.wait('onUploadSucceed')
  assert.notEqual(again.list[0].videoId, answer.VideoId)
})

/** The app's server takes 2 s, so that both are asked meanwhile. */
const slowly = (t, flow) => ({
  async [flow](context) {
    await t.clock.sleep(2000)
    return t.inner(flow === 'getAuth' ? t.permit({ ...context.uploadInfo, videoId: context.videoId }) : t.cloud.accounts.sts())
  },
})

row('a call of getAuth serves no uploader with getSTSToken, nor the other way round', async (t) => {
  t.phone.setUplink(MB)
  const url = t.file({ size: 2 * MB })
  for (const flows of [['getAuth', 'getSTSToken'], ['getSTSToken', 'getAuth']]) {
    const [first, second] = flows.map((flow) => t.make({ ...parts, checkpoint: false }, flow, slowly(t, flow)))
    first.go({ url })
    second.go({ url })
    await Promise.all([first.end(), second.end()])
    assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
  }
})

row('a file that was deleted while it waited for another one\'s getAuth asks for no video', async (t) => {
  const kinds = []
  const silent = t.make({ timeout: 20_000 }, 'none', { getAuth: () => t.phone.world.promise(() => {}) })
  const url = silent.go()
  await silent.wait('getAuth')
  silent.call('deleteFile', 0)
  const up = t.make({ timeout: 20_000 }, 'none', { getAuth: ({ kind }) => void kinds.push(kind) })
  up.go({ url })
  await up.wait('onUploadstarted')
  up.call('deleteFile', 0)
  await t.rest(120_000)
  assert.deepEqual(kinds, [])
  assert.equal(t.cloud.videos.size, 0)
})

row('while the first waits for an app that renews nothing, the second goes on after a minute with a credential of its own', async (t) => {
  const { up: first, info } = await expired(t, 'auth')
  const second = t.make({}, 'getAuth')
  second.go({ url: info.url })
  await second.wait('onUploadSucceed')
  assert.deepEqual([first.states, second.states].map(String), ['Uploading', 'Success'])
})
