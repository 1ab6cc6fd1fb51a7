// STS tokens (js-glue/README.md, "Methods"): setSTSToken, resumeUploadWithSTSToken and setSTSTokenDirectlyUpload.
import assert from 'node:assert/strict'
import { expired, own, started } from './credential_states.mjs'
import { KB, MB, row } from './kit.mjs'

// ---- setSTSToken

row('setSTSToken: the package calls CreateUploadVideo itself; RefreshUploadVideo when the videoId is known', async (t) => {
  const up = t.make({ partSize: 100 * KB }, 'sts')
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  const [create] = t.asked('CreateUploadVideo')
  assert.equal(create.method, 'POST', 'no token in an address')
  assert.deepEqual(create.query, {})
  assert.equal(up.list[0].videoId, [...t.cloud.videos.keys()][0])

  // A kill in the middle, and the same file once more.
  t.phone.setUplink(MB)
  const url = t.file({ size: 3 * MB, seed: 5 })
  const second = t.make({ partSize: 100 * KB }, 'sts')
  second.go({ url })
  await second.wait('onUploadProgress', (one) => one.args[2] > 30)
  const id = second.list[0].videoId
  t.restart()
  if (!t.phone.disk.find(url)) return
  const third = t.make({ partSize: 100 * KB }, 'sts')
  third.go({ url })
  assert.equal((await third.wait('onUploadstarted')).info.videoId, id)
  await third.wait('onUploadSucceed')
  assert.equal(t.asked('CreateUploadVideo').length, 2)
  assert.equal(t.asked('RefreshUploadVideo').length, 1)
})

for (const [title, args] of [['no key', ['', 's', 't']], ['no secret', ['k', undefined, 't']], ['no token', ['k', 's', null]], ['nothing', []]]) {
  row(`setSTSToken with ${title}: false and InvalidSTSToken`, async (t) => {
    const { up, info } = await started(t)
    assert.equal(up.call('setSTSToken', info, ...args), false)
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], 'InvalidSTSToken')
    await up.end()
  })
}

row('setSTSToken at a wrong time: false, no effect', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: t.file() })
  assert.equal(up.giveToken(up.list[0]), false)
  up.start()
  const { live } = await up.wait('onUploadstarted')
  assert.equal(up.giveToken(live), true)
  assert.equal(up.giveToken(live), false, 'twice')
  await up.wait('onUploadSucceed')
  assert.equal(up.giveToken(live), false)
  assert.equal(t.asked('CreateUploadVideo').length, 1)
})

row('RPC: a Timestamp and a fresh nonce with each attempt', async (t) => {
  // The cloud refuses a nonce that was used, and a call without a Timestamp.
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo', nth: [1, 2] }, do: { status: 503, code: 'ServiceUnavailable' } })
  const up = t.make({}, 'sts')
  up.go()
  await up.wait('onUploadSucceed')
  assert.deepEqual(t.asked('CreateUploadVideo').map((one) => one.status), [503, 503, 200])
})

for (const code of ['Throttling.User', 'SignatureNonceUsed', 'ServiceUnAvailable', 'AddVideoFailed', 'InternalError']) {
  row(`STS: ${code} is tried again`, async (t) => {
    t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { status: /Throttling|Nonce/.test(code) ? 400 : 503, code } })
    const up = t.make({}, 'sts')
    up.go()
    await up.wait('onUploadSucceed')
    assert.equal(t.asked('CreateUploadVideo').length, 2)
  })
}

row('STS: a lost answer is asked for again', async (t) => {
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { dropAnswer: true } })
  const up = t.make({}, 'sts')
  up.go()
  await up.wait('onUploadSucceed')
})

for (const [op, code, status] of [
  ['CreateUploadVideo', 'Forbidden.RAM', 403], ['CreateUploadVideo', 'InvalidFileName.Extension', 400], ['CreateUploadVideo', 'IllegalCharacters', 400], ['CreateUploadVideo', 'OperationDenied.Suspended', 403],
]) {
  row(`STS: ${code} reaches the app as it is, with the server's words`, async (t) => {
    t.cloud.faults.add({ when: { op }, times: Infinity, do: { status, code, message: `The server says ${code}.` } })
    const up = t.make({}, 'sts')
    up.go()
    const failed = await up.wait('onUploadFailed')
    assert.deepEqual(failed.args.slice(1), [code, `The server says ${code}.`])
    assert.equal(t.asked(op).length, 1)
  })
}

row('STS: InvalidVideo.NotFound of RefreshUploadVideo: the video is forgotten and created anew, once', async (t) => {
  const up = t.make({ partSize: 100 * KB }, 'sts')
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  t.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, times: Infinity, do: { status: 404, code: 'InvalidVideo.NotFound' } })
  up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('RefreshUploadVideo').length, 1)
  assert.equal(t.asked('CreateUploadVideo').length, 2)
})

row('STS: a picture goes by CreateUploadImage', async (t) => {
  const up = t.make({}, 'sts')
  up.go({ name: 'photo.png' })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('CreateUploadImage').length, 1)
  assert.equal(t.asked('CreateUploadVideo').length, 0)
})

for (const code of ['InvalidSecurityToken.Expired', 'InvalidSecurityToken.Malformed', 'InvalidSecurityToken.MismatchWithAccessKey', 'InvalidAccessKeyId.NotFound', 'SecurityTokenExpired']) {
  row(`STS: ${code} in the API call: onUploadTokenExpired, then resumeUploadWithSTSToken`, async (t) => {
    t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { status: code.endsWith('NotFound') ? 404 : 400, code } })
    const up = t.make({}, 'sts')
    up.go()
    await up.wait('onUploadSucceed')
    assert.equal(up.named('onUploadTokenExpired').length, 1)
  })
}

for (const op of ['CreateUploadVideo', 'CreateUploadImage']) {
  row(`STS: an expired token in ${op}, without onUploadTokenExpired: the server's code`, async (t) => {
    t.cloud.faults.add({ when: { op }, times: Infinity, do: { status: 400, code: 'InvalidSecurityToken.Expired' } })
    const up = t.make({}, 'sts', {}, { without: ['onUploadTokenExpired'] })
    up.go({ name: op.endsWith('Image') ? 'a.png' : 'a.mp4' })
    assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidSecurityToken.Expired')
  })
}

row('resumeUploadWithSTSToken: true once, parts kept, no second video', async (t) => {
  const { up } = await expired(t, 'sts')
  const token = t.cloud.accounts.sts()
  const args = [token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration]
  assert.equal(up.call('resumeUploadWithSTSToken', ...args), true)
  assert.equal(up.call('resumeUploadWithSTSToken', ...args), false)
  await up.wait('onUploadSucceed')
  assert.equal(t.cloud.videos.size, 1)
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('resumeUploadWithSTSToken without the time of its end', async (t) => {
  const { up } = await expired(t, 'sts')
  const token = t.cloud.accounts.sts()
  assert.equal(up.call('resumeUploadWithSTSToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken), true)
  await up.wait('onUploadSucceed')
})

row('resumeUploadWithSTSToken with an empty part: false and InvalidSTSToken', async (t) => {
  const { up } = await expired(t, 'sts')
  assert.equal(up.call('resumeUploadWithSTSToken', 'k', '', 't'), false)
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidSTSToken')
})

row('resumeUploadWithAuth while the STS token is awaited, before VOD has given an address: false, no effect', async (t) => {
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { status: 400, code: 'InvalidSecurityToken.Expired' } })
  const up = t.make({}, 'sts', { onUploadTokenExpired: () => {} })
  up.go()
  const { info } = await up.wait('onUploadTokenExpired')
  const { UploadAuth } = t.permit(info)
  const from = t.callbacks.length
  assert.equal(up.call('resumeUploadWithAuth', UploadAuth), false)
  assert.equal(up.call('resumeUploadWithAuth', 'garbled'), false)
  await t.rest(60_000)
  assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [])
  assert.deepEqual(up.states, ['Uploading'])
  const token = t.cloud.accounts.sts()
  assert.equal(up.call('resumeUploadWithSTSToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken), true)
  await up.wait('onUploadSucceed')
})

row('resumeUploadWithAuth in the STS flow, on the way: the credential fits the file, so it is taken', async (t) => {
  const { up, info } = await expired(t, 'sts')
  assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), true)
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('resumeUploadWithSTSToken in the credential flow, on the way: VOD is asked for a credential of that video', async (t) => {
  const { up } = await expired(t, 'auth')
  const token = t.cloud.accounts.sts()
  assert.equal(up.call('resumeUploadWithSTSToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken), true)
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('RefreshUploadVideo').length, 1)
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
  assert.equal(t.cloud.videos.size, 1)
})

for (const [title, give] of [
  ['setSTSToken after setUploadAuthAndAddress', (up, info) => [() => up.give(info), () => up.giveToken(info)]],
  ['setUploadAuthAndAddress after setSTSToken', (up, info) => [() => up.giveToken(info), () => up.give(info)]],
  ['setSTSTokenDirectlyUpload after setSTSToken', (up, info) => [() => up.giveToken(info), () => up.call('setSTSTokenDirectlyUpload', info, 'k', 's', 't')]],
]) {
  row(`${title}: false, and the first counts`, async (t) => {
    const { up, info } = await started(t)
    const [first, second] = give(up, info)
    assert.equal(first(), true)
    assert.equal(second(), false)
    await up.wait('onUploadSucceed')
    assert.equal(second(), false)
    assert.equal(t.cloud.objects().length, 1)
    assert.deepEqual(up.named('onUploadFailed'), [])
  })
}

row('resumeUploadWithSTSToken while the first credential is awaited: false', async (t) => {
  const { up, info } = await started(t)
  const token = t.cloud.accounts.sts()
  assert.equal(up.call('resumeUploadWithSTSToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken), false)
  assert.equal(up.give(info), true)
  await up.wait('onUploadSucceed')
})

row('resumeUploadWithSTSToken when nothing waits: false', async (t) => {
  const up = t.make({}, 'sts')
  assert.equal(up.call('resumeUploadWithSTSToken', 'k', 's', 't'), false)
  up.go()
  await up.end()
  assert.equal(up.call('resumeUploadWithSTSToken', 'k', 's', 't'), false)
})

row('STS: the upload credential ends, the token does not: nobody is asked', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  const up = t.make({ partSize: 100 * KB }, 'sts')
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 0)
  assert.equal(t.asked('RefreshUploadVideo').length, 1)
})

// ---- setSTSTokenDirectlyUpload

row('setSTSTokenDirectlyUpload: to the app\'s own bucket, without the VOD API', { personas: ['ios', 'old'] }, async (t) => {
  t.cloud.createBucket('my-own', 'cn-shanghai')
  const up = t.make({ partSize: 100 * KB }, 'direct')
  const path = up.go({ size: 500 * KB, target: own })
  await up.wait('onUploadSucceed')
  const [object] = t.cloud.objects()
  assert.deepEqual([object.bucket, object.key], ['my-own', 'dir/文件 1.mp4'])
  assert.equal(await object.sha256(), await t.phone.disk.sha256(path))
  assert.ok(t.cloud.requests.every((one) => !one.host.startsWith('vod.')))
})

for (const missing of [0, 1, 2]) {
  row(`setSTSTokenDirectlyUpload without ${['endpoint', 'bucket', 'object'][missing]}: InvalidUploadAddress`, async (t) => {
    const up = t.make({}, 'direct')
    up.go({ target: own.map((one, i) => (i === missing ? null : one)) })
    assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidUploadAddress')
  })
}

row('setSTSTokenDirectlyUpload with an empty part: InvalidSTSToken', async (t) => {
  const up = t.make({}, 'none', { onUploadstarted: (info) => void up.call('setSTSTokenDirectlyUpload', info, 'k', 's', '') })
  up.go({ target: own })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidSTSToken')
})

row('setSTSTokenDirectlyUpload: expiry, then resumeUploadWithSTSToken, parts kept', async (t) => {
  t.cloud.createBucket('my-own', 'cn-shanghai')
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  const up = t.make({ partSize: 100 * KB }, 'direct')
  up.go({ size: MB, target: own })
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})
