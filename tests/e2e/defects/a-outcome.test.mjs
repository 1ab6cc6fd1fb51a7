// Defects of the vendor's SDK 1.0.1 for mini programs, group A: outcomes that it reported wrongly or not at all. One test for each.
import assert from 'node:assert/strict'
import { KB, MB, row } from '../contract/kit.mjs'

for (const transport of ['auto', 'uploadFile']) {
  row(`A1 every HTTP status was success: a 403 is onUploadFailed (${transport})`, async (t) => {
    t.cloud.faults.add({ when: { op: /PutObject|PostObject/ }, times: Infinity, do: { status: 403, code: 'AccessDenied' } })
    const up = t.make({ transport })
    up.go()
    assert.equal((await up.wait('onUploadFailed')).args[1], 'AccessDenied')
    await up.end()
    assert.deepEqual(up.named('onUploadSucceed'), [])
    assert.deepEqual(t.cloud.objects(), [])
  })
}

for (const [title, spoil, code] of [
  ['timeout', (t) => t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { stall: true } }), 'RequestTimeout'],
  ['connection lost', (t) => t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { dropAfterBytes: 3 } }), 'NetworkError'],
  ['no network', (t) => t.phone.setNetwork('none'), 'NetworkError'],
]) {
  row(`A2 a failure of wx had no code, so onUploadFailed never came: ${title}`, { personas: ['ios', 'android'] }, async (t) => {
    spoil(t)
    const up = t.make({ retryCount: 0 })
    up.go()
    assert.equal((await up.wait('onUploadFailed')).args[1], code)
    assert.ok(up.named('onUploadFailed')[0].args[2])
    assert.deepEqual(up.states, ['Failure'])
  })
}

row('A2 a failure of wx had no code, so onUploadFailed never came: domain not allowed', { domains: { request: [], uploadFile: [] } }, async (t) => {
  const up = t.make()
  up.go()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'DomainNotAllowed')
})

row('A3 onUploadTokenExpired could never fire', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { expireCredential: true } })
  const up = t.make()
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
})

row('A3 without onUploadTokenExpired an expiry was swallowed', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { expireCredential: true } })
  const up = t.make({}, 'auth', {}, { without: ['onUploadTokenExpired'] })
  up.go()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'SecurityTokenExpired')
})

row('A4 there was exactly one attempt', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject', nth: [1, 2] }, do: { dropAfterBytes: 3 } })
  const up = t.make({ retryCount: 2, retryDuration: 1 })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PutObject').length, 3)
})

for (const [op, name] of [['CreateUploadVideo', 'a.mp4'], ['CreateUploadImage', 'a.png']]) {
  row(`A5 any refusal of ${op} became GetUploadAuthFailed, or an exception`, async (t) => {
    t.cloud.faults.add({ when: { op }, do: { status: 403, code: 'Forbidden.RAM', message: 'The RAM user has no right.' } })
    const up = t.make({}, 'sts')
    up.go({ name })
    assert.deepEqual((await up.wait('onUploadFailed')).args.slice(1), ['Forbidden.RAM', 'The RAM user has no right.'])
  })
}

row('A5 an expired token in CreateUploadVideo was hidden', async (t) => {
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { expireCredential: true } })
  const up = t.make({}, 'sts')
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
})

row('A5 a refusal of RefreshUploadVideo was an exception', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
  t.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, do: { status: 403, code: 'OperationDenied.Suspended' } })
  const up = t.make({ partSize: 100 * KB }, 'sts')
  up.go({ size: 500 * KB })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'OperationDenied.Suspended')
})

row('A6 onUploadEnd did not come when the last file failed', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make()
  up.go()
  assert.equal((await up.end()).live, up.list[0])
})

row('A6 onUploadEnd did not come for an empty queue', async (t) => {
  const up = t.make()
  up.start()
  assert.equal((await up.end()).live, undefined)
})

row('A6 the argument of onUploadEnd was always undefined', async (t) => {
  const up = t.make()
  up.go()
  assert.equal((await up.end()).live, up.list[0])
})

row('A7 progress was 3700 % for the documented sample: progressScale 1 makes it 0…1', async (t) => {
  const up = t.make({ progressScale: 1, partSize: 100 * KB })
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  for (const { args } of up.named('onUploadProgress')) assert.ok(args[2] >= 0 && args[2] <= 1)
})

row('A7 totalSize was undefined until the file info had come', { personas: ['ios', 'old'] }, async (t) => {
  const up = t.make()
  up.go({ size: 60 * KB })
  await up.wait('onUploadSucceed')
  for (const { args } of up.named('onUploadProgress')) assert.equal(args[1], 60 * KB)
})

row('A8 an empty file was queued without a word', async (t) => {
  const up = t.make()
  up.go({ bytes: Buffer.alloc(0), size: 0 })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'EmptyFile')
  assert.deepEqual(up.states, ['Failure'])
  assert.deepEqual(up.named('onUploadstarted'), [])
})

row('A9 a missing file was only printed', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const up = t.make()
  up.go({ url: `${t.phone.persona.fs.tmpPrefix}gone.mp4` })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'FileNotFound')
})

row('A10 onUploadCanceled was never called', async (t) => {
  const up = t.make()
  up.add({ url: t.file() })
  up.call('cancelFile', 0)
  await up.wait('onUploadCanceled')
})
