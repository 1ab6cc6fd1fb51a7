// The callbacks (js-glue/README.md, "Callbacks"): which, when, how often, with what.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const names = (events) => events.map((one) => one.name).filter((name) => name !== 'log' && name !== 'onUploadProgress')

const usual = ['addFileSuccess', 'onUploadstarted', 'onUploadSucceed', 'onUploadEnd']

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  row(`${flow}: each callback once, in order, with the live info`, { personas: ['ios', 'android', 'old'] }, async (t) => {
    const up = t.make({}, flow)
    up.go({ size: 2 * MB })
    await up.end()
    await t.rest()
    assert.deepEqual(names(t.callbacks).filter((name) => !/^get/.test(name)), usual)
    for (const { name, live } of t.callbacks) if (usual.includes(name)) assert.equal(live, up.list[0], name)
  })
}

row('onUploadStarted with a large S is accepted too', async (t) => {
  const up = t.make({}, 'none', { onUploadStarted: (info) => void up.give(info) }, { without: ['onUploadstarted'] })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadStarted').length, 1)
})

row('with both spellings the documented one is called, once', async (t) => {
  const up = t.make({}, 'auth', { onUploadStarted: () => {} })
  up.go()
  await up.wait('onUploadSucceed')
  assert.deepEqual([up.named('onUploadstarted').length, up.named('onUploadStarted').length], [1, 0])
})

row('an app without any callback but the needed one', async (t) => {
  const up = t.make({}, 'auth', {}, { without: ['addFileSuccess', 'onUploadProgress', 'onUploadSucceed', 'onUploadFailed', 'onUploadCanceled', 'onUploadTokenExpired', 'onUploadEnd', 'log'] })
  up.go({ size: MB })
  while (up.states[0] !== 'Success') await t.rest(200)
})

row('something that is no function is not called', async (t) => {
  const up = t.make({ onUploadEnd: 'x', onUploadProgress: {} }, 'auth', {}, { without: ['onUploadEnd', 'onUploadProgress'] })
  up.go()
  await up.wait('onUploadSucceed')
})

// ---- one end for every started file

row('success: onUploadSucceed, then nothing but the end', async (t) => {
  const up = t.make()
  up.go()
  const succeeded = await up.wait('onUploadSucceed')
  assert.equal(succeeded.info.state, 'Success')
  await t.rest(60_000)
  assert.deepEqual(names(t.callbacks), usual)
})

row('failure: onUploadFailed with code and message, then nothing but the end', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied', message: 'You have no right to access this object.' } })
  const up = t.make()
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.deepEqual(failed.args.slice(1), ['AccessDenied', 'You have no right to access this object.'])
  assert.equal(failed.info.state, 'Failure')
  await t.rest(60_000)
  assert.deepEqual(names(t.callbacks), ['addFileSuccess', 'onUploadstarted', 'onUploadFailed', 'onUploadEnd'])
})

row('cancel: onUploadCanceled, then nothing but the end', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make()
  up.go({ size: 4 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 20)
  up.call('cancelFile', 0)
  const canceled = await up.wait('onUploadCanceled')
  assert.equal(canceled.info.state, 'Canceled')
  await t.rest(60_000)
  assert.deepEqual(names(t.callbacks), ['addFileSuccess', 'onUploadstarted', 'onUploadCanceled', 'onUploadEnd'])
})

// ---- progress

for (const [title, options, full] of [['0…100', {}, 100], ['0…100 when asked for', { progressScale: 100 }, 100], ['0…1 with progressScale 1', { progressScale: 1 }, 1]]) {
  row(`progress: ${title}, uploadInfo.loaded on the same scale`, { personas: ['ios', 'old'] }, async (t) => {
    t.phone.setUplink(MB)
    const seen = []
    const up = t.make({ ...options, partSize: 200 * KB }, 'auth', { onUploadProgress: (info, total, percent, detail) => seen.push([info.loaded, percent, detail.percent, total, info.state]) })
    up.go({ size: 3 * MB })
    await up.wait('onUploadSucceed')
    assert.ok(seen.length > 8)
    assert.ok(seen.some(([, percent]) => percent > full / 4 && percent < full * 0.9))
    for (const [loaded, percent, exact, total] of seen) {
      assert.ok(loaded >= percent && percent <= full)
      assert.equal(percent, (Math.floor((exact * 100) / full) * full) / 100, 'whole percent, or hundredths')
      assert.equal(total, 3 * MB)
    }
    assert.ok(seen.some(([, percent, exact]) => percent !== exact), 'detail.percent is exact')
    assert.deepEqual(seen.at(-1).slice(0, 3), [full, full, full])
    assert.equal(up.list[0].loaded, full)
  })
}

row('100 comes only after OSS has confirmed the object', async (t) => {
  let stored
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { delay: 100, call: () => (stored = t.callbacks.length) } })
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  const before = t.callbacks.slice(0, stored).filter((one) => one.name === 'onUploadProgress')
  assert.ok(before.length > 5)
  assert.ok(before.every((one) => one.args[2] < 100))
})

row('detail: bytes loaded, total, speed, and what is left', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 200 * KB })
  up.go({ size: 6 * MB })
  await up.wait('onUploadSucceed')
  const details = up.named('onUploadProgress').map((one) => one.args[3])
  for (const { loaded, total, bytesPerSecond, secondsLeft } of details) {
    assert.ok(loaded >= 0 && loaded <= total)
    assert.equal(total, 6 * MB)
    assert.ok(bytesPerSecond >= 0 && secondsLeft >= 0 && Number.isFinite(secondsLeft))
  }
  const middle = details.find((one) => one.loaded > 3 * MB)
  assert.ok(middle.bytesPerSecond > 0.4 * MB && middle.bytesPerSecond < 2 * MB, `${middle.bytesPerSecond}`)
  assert.ok(middle.secondsLeft > 0.5 && middle.secondsLeft < 10, `${middle.secondsLeft}`)
  const { loaded, secondsLeft } = details.at(-1)
  assert.deepEqual([loaded, secondsLeft], [6 * MB, 0])
})

row('progress does not go back when parts have to be sent again', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: [3, 5, 7, 8] }, do: { dropAfterBytes: 50_000 } })
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { status: 404, code: 'NoSuchUpload' } })
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
})

row('no progress after stopUpload', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 4 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 20)
  up.call('stopUpload')
  const from = t.callbacks.length
  await t.rest(60_000)
  assert.deepEqual(t.named('onUploadProgress', from), [])
})

// ---- expiry

row('onUploadTokenExpired: once per expiry, however many parts fail at once', { personas: ['ios', 'android'] }, async (t) => {
  t.phone.setUplink(2 * MB)
  const rule = t.cloud.faults.add({ when: { op: 'UploadPart', test: (one) => one.partNumber >= 6 && one.partNumber <= 10 }, times: 5, do: { status: 403, code: 'SecurityTokenExpired' } })
  const up = t.make({ partSize: 100 * KB, parallel: 5 })
  up.go({ size: 2 * MB })
  await up.wait('onUploadSucceed')
  assert.equal(rule.hits, 5)
  assert.equal(up.named('onUploadTokenExpired').length, 1)
  const [{ args, info }] = up.named('onUploadTokenExpired')
  assert.equal(args[0].state, 'Uploading')
  assert.ok(info.videoId)
})

row('the upload waits for the app, keeps its parts, and goes on', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 6 }, do: { expireCredential: true } })
  const up = t.make({ partSize: 100 * KB, parallel: 2 }, 'auth', { onUploadTokenExpired: () => {} })
  up.go({ size: MB })
  const { info } = await up.wait('onUploadTokenExpired')
  await t.rest(25 * 60_000)
  assert.deepEqual(up.states, ['Uploading'])
  const sent = t.asked('UploadPart', (one) => one.status === 200).map((one) => one.partNumber)
  assert.ok(sent.length >= 4)
  assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), true)
  await up.wait('onUploadSucceed')
  const all = t.asked('UploadPart', (one) => one.status === 200).map((one) => one.partNumber)
  assert.deepEqual(all.slice().sort((a, b) => a - b), [...new Set(all)].sort((a, b) => a - b), 'a part went twice')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
})

for (const code of ['SecurityTokenExpired', 'InvalidSecurityToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch']) {
  row(`without onUploadTokenExpired: onUploadFailed with ${code}`, async (t) => {
    t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { status: 403, code } })
    const up = t.make({ partSize: 100 * KB }, 'auth', {}, { without: ['onUploadTokenExpired'] })
    up.go({ size: 500 * KB })
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], code)
    await up.end()
  })
}

// ---- the end of a run

row('onUploadEnd: once per run, after the last file, with its info', { personas: ['ios', 'old'] }, async (t) => {
  const up = t.make()
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed }) })
  up.start()
  const end = await up.end()
  assert.equal(end.live, up.list[2])
  await t.rest(10_000)
  assert.equal(up.named('onUploadEnd').length, 1)
  assert.equal(t.callbacks.filter((one) => one.name !== 'log').at(-1).name, 'onUploadEnd')
})

for (const [title, last] of [['fails', 'onUploadFailed'], ['is canceled', 'onUploadCanceled']]) {
  row(`onUploadEnd also when the last file ${title}`, async (t) => {
    t.phone.setUplink(MB)
    if (last === 'onUploadFailed') t.cloud.faults.add({ when: { op: 'PutObject', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
    const up = t.make()
    for (const seed of [1, 2]) up.add({ url: t.file({ seed, size: 200 * KB }) })
    up.start()
    await up.wait('onUploadstarted', (one) => one.live === up.list[1])
    if (last === 'onUploadCanceled') up.call('cancelFile', 1)
    const end = await up.end()
    assert.equal(end.live, up.list[1])
    assert.deepEqual(names(up.named(last)), [last])
  })
}

row('a second run has an end of its own', async (t) => {
  const up = t.make()
  up.go()
  await up.end()
  const from = t.callbacks.length
  up.go({ seed: 2 })
  const end = await up.end({ from })
  assert.equal(end.live, up.list[1])
  assert.equal(up.named('onUploadEnd').length, 2)
})

for (const [title, prepare] of [
  ['an empty list', () => {}],
  ['a list of canceled files', (up, t) => {
    up.add({ url: t.file() })
    up.call('cancelFile', 0)
  }],
]) {
  row(`startUpload with ${title}: onUploadEnd without an info, so that nobody waits for ever`, async (t) => {
    const up = t.make()
    await t.rest(100)
    await prepare(up, t)
    const from = t.callbacks.length
    up.start()
    const end = await up.end({ from })
    assert.equal(end.live, undefined)
    await t.rest(1000)
    assert.equal(up.named('onUploadEnd', from).length, 1)
  })
}

for (const [title, pass] of [
  ['at once', () => {}],
  ['after a moment', () => Promise.resolve()],
  ['later', (t) => t.rest(1000)],
]) {
  row(`startUpload at each onUploadEnd, ${title}: the last run has the last end`, async (t) => {
    const up = t.make({}, 'auth', {
      async onUploadEnd() {
        await pass(t)
        up.call('startUpload')
      },
    })
    up.go()
    await up.end()
    await t.rest(20_000)
    assert.equal(up.named('onUploadEnd').length, 1)
    up.call('startUpload')
    up.go({ seed: 2 })
    await t.rest(20_000)
    assert.deepEqual(up.named('onUploadEnd').map((one) => one.live), [...up.list])
  })
}

row('stopUpload ends nothing', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make()
  up.go({ size: 4 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 10)
  up.call('stopUpload')
  await t.rest(10 * 60_000)
  assert.deepEqual(names(t.callbacks), ['addFileSuccess', 'onUploadstarted'])
})
