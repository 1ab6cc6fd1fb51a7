// Defects of the vendor's SDK 1.0.1 for mini programs, group B: stop, cancel and the queue. One test for each.
import assert from 'node:assert/strict'
import { KB, MB, row } from '../contract/kit.mjs'

async function halfWay(t, files = 1, options = {}) {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB, parallel: 2, ...options })
  for (let seed = 1; seed <= files; seed++) up.add({ url: t.file({ seed, size: 2 * MB }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  while (!t.phone.pending) await t.rest(5)
  return up
}

for (const [act, ...args] of [['stopUpload'], ['cancelFile', 0], ['deleteFile', 0], ['cleanList']]) {
  for (const transport of ['request', 'uploadFile']) {
    row(`B1 cancel was empty: ${act} aborts the transfer (${transport}), and no callback of it comes afterwards`, { personas: ['ios', 'android'] }, async (t) => {
      const up = await halfWay(t, 1, { transport })
      t.phone.setUplink(KB / 4)
      const from = t.callbacks.length
      up.call(act, ...args)
      await t.rest(500)
      // The abort of the upload on the server may be on its way by then.
      assert.ok(t.phone.pending <= (/File$/.test(act) && transport === 'request' ? 1 : 0), `${t.phone.pending} requests run on`)
      t.phone.setUplink(null)
      await t.rest(60_000)
      assert.deepEqual(t.callbacks.slice(from).filter((one) => /Progress|Succeed/.test(one.name)), [])
      assert.deepEqual(t.cloud.objects(), [])
    })
  }
}

row('B2 cancelFile started the next file while the old one was still sending, and the canceled one succeeded later', async (t) => {
  const up = await halfWay(t, 2)
  const { key } = t.asked('UploadPart')[0]
  up.call('cancelFile', 0)
  // What had left the phone before may reach the cloud only now.
  await t.rest(50)
  const mark = t.cloud.requests.length
  await up.end()
  await t.rest(30_000)
  assert.deepEqual(up.states, ['Canceled', 'Success'])
  assert.deepEqual(t.cloud.requests.slice(mark).filter((one) => one.key === key && one.op !== 'AbortMultipartUpload'), [])
  assert.equal(up.named('onUploadSucceed').length, 1)
  assert.equal(t.cloud.objects().length, 1)
})

row('B3 stop, then start, sent the file again from byte 0', async (t) => {
  const up = await halfWay(t)
  up.call('stopUpload')
  const stored = t.asked('UploadPart', (one) => one.status === 200).length
  assert.ok(stored >= 5)
  const mark = t.cloud.requests.length
  up.start()
  await up.wait('onUploadSucceed')
  const sent = t.cloud.requests.slice(mark).filter((one) => one.op === 'UploadPart' && one.status === 200).length
  assert.ok(sent <= 21 - stored, `${sent} of 21 parts after ${stored}`)
})

row('B4 stopUpload before the credential had come was a TypeError', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  up.call('stopUpload')
  up.start()
  await up.wait('onUploadstarted')
  up.call('stopUpload')
  assert.deepEqual(up.states, ['Stoped'])
})

row('B5 cleanList threw for the same reason, and cleared nothing', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  await up.wait('onUploadstarted')
  up.call('cleanList')
  assert.deepEqual(up.states, [])
})

row('B6 deleteFile of the file in upload left the index on another one', async (t) => {
  const up = await halfWay(t, 3)
  const [, second, third] = up.list
  up.call('deleteFile', 0)
  await up.end()
  assert.deepEqual(up.named('onUploadSucceed').map((one) => one.live), [second, third], 'each once, in order')
})

for (const [title, end] of [
  ['success', (up) => up.end()],
  ['cancel', (up) => up.call('cancelFile', 0)],
  ['failure', (up) => up.wait('onUploadFailed')],
]) {
  row(`B7 the same url was refused for ever: after ${title} it is welcome`, async (t) => {
    if (title === 'failure') t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied' } })
    const up = t.make()
    const url = up.go()
    await end(up)
    assert.equal(up.add({ url }), true)
  })
}

row('B8 clearing read a list that does not exist', async (t) => {
  const up = t.make({}, 'none')
  up.call('cleanList')
  up.add({ url: t.file() })
  up.call('cleanList')
  assert.deepEqual(up.states, [])
})

row('B9 aborting looked for a checkpoint that never existed: nothing was aborted on the server', async (t) => {
  const up = await halfWay(t)
  assert.equal(t.cloud.uploads().length, 1)
  up.call('cancelFile', 0)
  await t.rest(30_000)
  assert.deepEqual(t.cloud.uploads(), [])
})

row('B10 a credential that came after the stop set the uploader running again', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  up.call('stopUpload')
  up.give(live)
  await t.rest(60_000)
  assert.deepEqual(up.states, ['Stoped'])
  assert.deepEqual(t.cloud.requests, [])
})
