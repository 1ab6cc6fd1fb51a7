// The list and its commands (js-glue/README.md, "Methods"): start, stop, list, clean; at any time, and before the module is there.
import assert from 'node:assert/strict'
import { halfWay, slow } from './half_way.mjs'
import { KB, MB, row } from './kit.mjs'

/** A link so slow that whatever is in flight stays there, if nobody aborts it. Then nothing may be in flight. */
async function aborts(t, act) {
  t.phone.setUplink(KB / 4)
  while (!t.phone.pending) await t.rest(5)
  act()
  await t.rest(200)
  assert.equal(t.phone.pending, 0, 'requests that nobody aborted')
  t.phone.setUplink(MB)
}

/** Parts whose answer the phone has had: these it may not send again. */
const acknowledged = (t) => t.phone.meter.answered.flatMap((one) => (one.method === 'PUT' && one.status === 200 ? [/partNumber=(\d+)/.exec(one.url)?.[1]] : []))

const late = { switches: { 'wasm.instantiateDelayMs': 4000 } }

// ---- startUpload

row('startUpload while it runs has no effect', async (t) => {
  const up = await halfWay(t)
  for (let i = 0; i < 5; i++) up.start()
  await up.end()
  await t.rest(5000)
  assert.equal(up.named('onUploadstarted').length, 1)
  assert.equal(up.named('onUploadEnd').length, 1)
})

row('startUpload while the credential is awaited has no effect', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  up.start()
  up.start()
  await t.rest(60_000)
  assert.equal(up.named('onUploadstarted').length, 1)
  assert.equal(up.give(live), true)
  await up.wait('onUploadSucceed')
})

row('startUpload while a new token is awaited has no effect', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 4 }, do: { expireCredential: true } })
  const up = t.make(slow, 'auth', { onUploadTokenExpired: () => {} })
  up.go({ size: MB })
  const { info } = await up.wait('onUploadTokenExpired')
  up.start()
  await t.rest(60_000)
  assert.equal(up.named('onUploadstarted').length, 1)
  assert.equal(up.named('onUploadTokenExpired').length, 1)
  assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), true)
  await up.wait('onUploadSucceed')
})

row('a failed file is made Ready again, its stored parts are not sent again', async (t) => {
  const rule = t.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 7 }, times: Infinity, do: { dropAfterBytes: 5 } })
  const up = t.make({ ...slow, retryCount: 0 })
  up.go({ size: MB })
  await up.wait('onUploadFailed')
  assert.deepEqual(up.states, ['Failure'])
  const stored = acknowledged(t)
  assert.ok(stored.length >= 4)
  rule.remove()
  const mark = t.cloud.requests.length
  up.start()
  await up.wait('onUploadSucceed')
  const again = t.cloud.requests.slice(mark).filter((one) => one.op === 'UploadPart').map((one) => String(one.partNumber))
  assert.deepEqual(again.filter((part) => stored.includes(part)), [])
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
  assert.equal(t.cloud.videos.size, 1, 'a second video')
})

row('files in the list in any state: those that can, go', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make()
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed }) })
  up.start()
  await up.end()
  up.call('cancelFile', 2)
  up.add({ url: t.file({ seed: 4 }) })
  up.call('cancelFile', 3)
  up.add({ url: t.file({ seed: 5 }) })
  assert.deepEqual(up.states, ['Success', 'Failure', 'Success', 'Canceled', 'Ready'])
  const from = t.callbacks.length
  up.start()
  await up.end({ from })
  assert.deepEqual(up.states, ['Success', 'Success', 'Success', 'Canceled', 'Success'])
})

// ---- stopUpload

row('stopUpload aborts what is in flight, keeps what is stored: Stoped, and on again', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const up = await halfWay(t)
  await aborts(t, () => {
    up.call('stopUpload')
    assert.deepEqual(up.states, ['Stoped'], 'at once')
  })
  await t.rest(60_000)
  const stored = acknowledged(t)
  const mark = t.cloud.requests.length
  await t.rest(60 * 60_000 - 120_000)
  assert.equal(t.cloud.requests.length, mark, 'silence')
  up.start()
  await up.wait('onUploadSucceed')
  const again = t.cloud.requests.slice(mark).filter((one) => one.op === 'UploadPart' && stored.includes(String(one.partNumber)))
  // Where a promise takes a timer's time, a response may have arrived and not yet been delivered, for each request under way.
  assert.ok(again.length <= (t.phone.persona.js.promise === 'macrotask' ? slow.parallel : 0), `sent again: ${again.map((one) => one.partNumber)}`)
  assert.equal(t.cloud.videos.size, 1)
})

row('stopUpload at any time is harmless', async (t) => {
  const up = t.make()
  up.call('stopUpload')
  up.call('stopUpload')
  up.go()
  up.call('stopUpload')
  await t.rest(0)
  up.call('stopUpload')
  assert.deepEqual(up.states.length, 1)
  up.start()
  await up.end()
  up.call('stopUpload')
  assert.deepEqual(up.states, ['Success'])
})

row('stopUpload while the credential is awaited; the one that comes later is refused', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  up.call('stopUpload')
  assert.deepEqual(up.states, ['Stoped'])
  assert.equal(up.give(live), false)
  await t.rest(60_000)
  assert.deepEqual(up.states, ['Stoped'])
  assert.deepEqual(t.cloud.objects(), [])
  const from = t.callbacks.length
  up.start()
  await up.wait('onUploadstarted', undefined, { from })
  assert.equal(up.give(live), true)
  await up.wait('onUploadSucceed')
})

row('the other files of the list stay Ready when one is stopped', async (t) => {
  const up = await halfWay(t, { files: 3 })
  up.call('stopUpload')
  assert.deepEqual(up.states, ['Stoped', 'Ready', 'Ready'])
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success', 'Success'])
})

// ---- listFiles, cleanList

row('listFiles: the live list, always the same one, of the same objects as the callbacks get', async (t) => {
  const up = t.make()
  const list = up.list
  up.go()
  up.add({ url: t.file({ seed: 2 }) })
  assert.equal(up.list, list)
  assert.equal(list.length, 2)
  await up.end()
  const lives = t.callbacks.filter((one) => one.name !== 'log').map((one) => one.live)
  for (const live of lives) assert.ok(live === list[0] || live === list[1])
  assert.deepEqual(Array.from(list, (info) => info.state), ['Success', 'Success'])
})

row('cleanList: nothing in flight, nothing in the list, no word afterwards', { personas: ['ios', 'old'] }, async (t) => {
  const up = await halfWay(t, { files: 3 })
  const list = up.list
  let from
  await aborts(t, () => {
    up.call('cleanList')
    from = t.callbacks.length
    assert.equal(list.length, 0)
  })
  await t.rest(60_000)
  assert.deepEqual(t.callbacks.slice(from).filter((one) => /Succeed|Failed|Progress|started/.test(one.name)), [])
  up.call('cleanList')
  up.go({ seed: 9 })
  await up.wait('onUploadSucceed')
})

row('cleanList: every started file gets its onUploadCanceled, then the run its end', { personas: ['ios', 'old'] }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ ...slow, parallelFiles: 2 })
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed, size: 2 * MB }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.live === up.list[1] && one.args[2] > 20)
  const infos = Array.from(up.list)
  const from = t.callbacks.length
  up.call('cleanList')
  assert.equal(t.callbacks.length, from, 'nothing inside the call')
  await t.rest(60_000)
  const reported = t.callbacks.slice(from).filter((one) => one.name !== 'log')
  assert.deepEqual(reported.map((one) => [one.name, infos.indexOf(one.live)]), [['onUploadCanceled', 0], ['onUploadCanceled', 1], ['onUploadEnd', 1]])
  assert.deepEqual(infos.map((info) => info.state), ['Canceled', 'Canceled', 'Ready'])
})

for (const [title, act] of [['cleanList', (up) => up.call('cleanList')], ['deleteFile', (up) => up.call('deleteFile', 0)]]) {
  row(`${title} of a file that was started and stopped: onUploadCanceled, once, and no end of a run that is none`, async (t) => {
    const up = await halfWay(t, { files: 2 })
    const [first] = up.list
    up.call('stopUpload')
    await t.rest(1000)
    const from = t.callbacks.length
    act(up)
    await t.rest(60_000)
    assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log').map((one) => [one.name, one.live]), [['onUploadCanceled', first]])
    assert.equal(first.state, 'Canceled')
    assert.equal(t.phone.pending, 0)
  })
}

row('cleanList of files that wait, have failed, succeeded or were canceled: not a word', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make()
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed }) })
  up.call('cancelFile', 2)
  up.start()
  await up.end()
  up.add({ url: t.file({ seed: 4 }) })
  await t.rest(0)
  const from = t.callbacks.length
  up.call('cleanList')
  await t.rest(60_000)
  assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [])
})

row('cleanList while the credential is awaited, which the vendor\'s own could not', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  up.call('cleanList')
  assert.deepEqual(up.states, [])
  assert.equal(up.give(live), false)
})

row('what was cleaned from the list may be added again, and goes on from its parts', async (t) => {
  const up = await halfWay(t)
  const { url } = up.list[0]
  up.call('cleanList')
  await t.rest(10_000)
  const stored = acknowledged(t)
  const mark = t.cloud.requests.length
  up.go({ url })
  await up.wait('onUploadSucceed')
  const again = t.cloud.requests.slice(mark).filter((one) => one.op === 'UploadPart').map((one) => String(one.partNumber))
  assert.deepEqual(again.filter((part) => stored.includes(part)), [])
})

// ---- before the module is there

row('calls before the module has loaded are kept in order, and answer at once', late, async (t) => {
  const up = t.make()
  const urls = [1, 2, 3, 4].map((seed) => t.file({ seed }))
  for (const url of urls) assert.equal(up.add({ url }), true)
  assert.equal(up.add({ url: urls[0] }), false)
  assert.equal(up.add({}), false)
  assert.equal(up.call('cancelFile', 1), true)
  assert.equal(up.call('cancelFile', 1), false)
  assert.equal(up.call('resumeFile', 1), true)
  assert.equal(up.call('resumeFile', 0), false)
  assert.equal(up.call('cancelFile', 2), true)
  assert.equal(up.call('deleteFile', 3), true)
  assert.equal(up.call('deleteFile', 3), false)
  assert.equal(up.call('resumeUploadWithAuth', 'x'), false)
  assert.equal(up.call('setUploadAuthAndAddress', up.list[0], 'x', 'y', 'z'), false)
  assert.deepEqual(up.states, ['Ready', 'Ready', 'Canceled'])
  up.call('stopUpload')
  up.start()
  assert.deepEqual(t.callbacks.map((one) => one.name), [], 'no callback inside a call')
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success', 'Canceled'])
  assert.equal(up.named('onUploadCanceled').length, 2)
})

for (const [title, calls, expected] of [
  ['start, then stop', ['startUpload', 'stopUpload'], 'Stoped'],
  ['start, stop, start', ['startUpload', 'stopUpload', 'startUpload'], 'Success'],
  ['start, then cleanList', ['startUpload', 'cleanList'], undefined],
]) {
  row(`before the module has loaded: ${title}`, late, async (t) => {
    const up = t.make()
    up.add({ url: t.file() })
    for (const call of calls) up.call(call)
    await t.rest(60_000)
    assert.deepEqual(up.states, expected ? [expected] : [])
    if (expected !== 'Success') assert.equal(up.named('onUploadstarted').length, 0)
  })
}

row('broken paramData before the module has loaded still says where', late, async (t) => {
  const up = t.make()
  assert.equal(up.add({ url: t.file() }, null, null, null, '{"Vod":{}"}'), false)
  const failed = await up.wait('onUploadFailed')
  assert.match(failed.args[2], /line 1, column 10/)
})
