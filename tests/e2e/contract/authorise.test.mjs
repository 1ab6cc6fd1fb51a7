// Credentials (js-glue/README.md, "Methods"): the five ways to hand a credential over, and every wrong time to do it.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString())

async function started(t, options = {}, more = {}) {
  const up = t.make(options, 'none', more.on)
  up.go(more.file)
  const { live } = await up.wait('onUploadstarted')
  return { up, info: live }
}

// ---- setUploadAuthAndAddress: when

row('inside onUploadstarted', { personas: ['ios', 'old'] }, async (t) => {
  const answers = []
  const up = t.make({}, 'none', { onUploadstarted: (info) => void answers.push(up.give(info)) })
  up.go()
  await up.wait('onUploadSucceed')
  assert.deepEqual(answers, [true])
})

for (const after of [0, 1000, 3 * 3600_000]) {
  row(`${after / 1000} s after onUploadstarted`, async (t) => {
    const { up, info } = await started(t)
    await t.rest(after)
    assert.equal(up.states[0], 'Uploading')
    assert.equal(up.give(info), true)
    await up.wait('onUploadSucceed')
  })
}

row('with a copy of the info, as a page\'s data holds it', async (t) => {
  const { up, info } = await started(t)
  assert.equal(up.give(JSON.parse(JSON.stringify(info))), true)
  await up.wait('onUploadSucceed')
})

row('a second time: false, and the first one stays', async (t) => {
  const { up, info } = await started(t, { partSize: 100 * KB }, { file: { size: MB } })
  assert.equal(up.give(info), true)
  const id = info.videoId
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'b.mp4' })), false, 'at once')
  await up.wait('onUploadProgress')
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'c.mp4' })), false, 'on the way')
  await up.wait('onUploadSucceed')
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'd.mp4' })), false, 'after the end')
  assert.equal(info.videoId, id)
  assert.equal(t.cloud.objects().length, 1)
})

for (const [title, end] of [
  ['canceled', (up) => up.call('cancelFile', 0)],
  ['stopped', (up) => up.call('stopUpload')],
  ['deleted', (up) => up.call('deleteFile', 0)],
  ['cleaned', (up) => up.call('cleanList')],
]) {
  row(`for a file that was ${title} meanwhile: false, no effect`, async (t) => {
    const { up, info } = await started(t)
    end(up)
    await t.rest(100)
    const from = t.callbacks.length
    assert.equal(up.give(info), false)
    assert.equal(up.call('setUploadAuthAndAddress', info, 'garbled', 'garbled', 'v'), false)
    await t.rest(60_000)
    assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [])
    assert.deepEqual(t.cloud.objects(), [])
  })
}

row('for an uploadInfo that is none of this uploader: false, and a warning that says what to pass', async (t) => {
  const { up, info } = await started(t)
  assert.equal(up.call('setUploadAuthAndAddress', { ...info, ri: 'unknown' }, 'a', 'b', 'c'), false)
  const { args } = await up.wait('log', (one) => one.args[1].event === 'unknown-upload-info')
  assert.equal(args[0], 'warn')
  assert.match(args[1].message, /onUploadstarted/)
  up.give(info)
  await up.wait('onUploadSucceed')
})

row('before onUploadstarted, or without a file: false, no effect', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: t.file() })
  await t.rest(100)
  assert.equal(up.give(up.list[0]), false, 'Ready')
  for (const info of [null, undefined, {}, 'x', 5, { ri: 'unknown' }]) assert.equal(up.call('setUploadAuthAndAddress', info, 'a', 'b', 'c'), false)
  assert.deepEqual(up.states, ['Ready'])
})

row('of another uploader\'s file: false', async (t) => {
  const { info } = await started(t)
  const other = t.make({}, 'none')
  assert.equal(other.give(info), false)
})

// ---- setUploadAuthAndAddress: with what

const good = () => ({ auth: { AccessKeyId: 'STS.x', AccessKeySecret: 's', SecurityToken: 't', Expiration: '3000' }, address: { Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'b', FileName: 'f.mp4' } })
const without = (kind, field) => {
  const { [field]: _, ...rest } = good()[kind]
  return encode(rest)
}

for (const [code, title, auth, address] of [
  ['InvalidUploadAuth', 'undefined', undefined],
  ['InvalidUploadAuth', 'null', null],
  ['InvalidUploadAuth', 'empty', ''],
  ['InvalidUploadAuth', 'not base64', '%%%'],
  ['InvalidUploadAuth', 'base64 of no JSON', Buffer.from('hello').toString('base64')],
  ['InvalidUploadAuth', 'cut short', encode(good().auth).slice(0, 40)],
  ['InvalidUploadAuth', 'not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe]).toString('base64')],
  ['InvalidUploadAuth', 'a list', encode([1])],
  ['InvalidUploadAuth', 'a number', 12345],
  ['InvalidUploadAuth', 'an object', { UploadAuth: 'x' }],
  ['InvalidUploadAuth', 'the address in its place', encode(good().address)],
  ['InvalidUploadAuth', 'without AccessKeyId', without('auth', 'AccessKeyId')],
  ['InvalidUploadAuth', 'without AccessKeySecret', without('auth', 'AccessKeySecret')],
  ['InvalidUploadAuth', 'without SecurityToken', without('auth', 'SecurityToken')],
  ['InvalidUploadAuth', 'with an empty secret', encode({ ...good().auth, AccessKeySecret: '' })],
  ['InvalidUploadAddress', 'undefined', 'good', undefined],
  ['InvalidUploadAddress', 'empty', 'good', ''],
  ['InvalidUploadAddress', 'not base64', 'good', '***'],
  ['InvalidUploadAddress', 'base64 of no JSON', 'good', Buffer.from('{').toString('base64')],
  ['InvalidUploadAddress', 'the credential in its place', 'good', encode(good().auth)],
  ['InvalidUploadAddress', 'without Endpoint', 'good', without('address', 'Endpoint')],
  ['InvalidUploadAddress', 'without Bucket', 'good', without('address', 'Bucket')],
  ['InvalidUploadAddress', 'without FileName', 'good', without('address', 'FileName')],
  ['InvalidUploadAddress', 'a key that begins with a slash', 'good', encode({ ...good().address, FileName: '/a.mp4' })],
]) {
  row(`${code}: ${title}`, async (t) => {
    const { up, info } = await started(t)
    const from = t.callbacks.length
    const given = auth === 'good' ? encode(good().auth) : auth
    assert.equal(up.call('setUploadAuthAndAddress', info, given, auth === 'good' ? address : encode(good().address), 'v'), false)
    assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [], 'nothing inside the call')
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], code)
    assert.ok(failed.args[2].length > 20, failed.args[2])
    await up.end()
    assert.deepEqual(up.states, ['Failure'])
    // startUpload asks again, and a good one will do.
    const again = t.callbacks.length
    up.start()
    await up.wait('onUploadstarted', undefined, { from: again })
    assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'a.mp4' })), true)
    await up.wait('onUploadSucceed')
  })
}

row('the message says which field is missing', async (t) => {
  const { up, info } = await started(t)
  up.call('setUploadAuthAndAddress', info, without('auth', 'SecurityToken'), encode(good().address), 'v')
  assert.match((await up.wait('onUploadFailed')).args[2], /SecurityToken/)
})

for (const [title, change] of [
  ['line breaks in it', (text) => text.replace(/(.{60})/g, '$1\r\n')],
  ['no padding', (text) => text.replace(/=+$/, '')],
  ['spaces around it', (text) => `  ${text}\n`],
]) {
  row(`base64 with ${title} is taken`, async (t) => {
    const { up, info } = await started(t)
    const permit = t.permit(info)
    assert.equal(up.give(info, { ...permit, UploadAuth: change(permit.UploadAuth), UploadAddress: change(permit.UploadAddress) }), true)
    await up.wait('onUploadSucceed')
  })
}

// ---- resumeUploadWithAuth

async function expired(t, flow, { code, parts = 10, on = {} } = {}) {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 4 }, do: code ? { status: 403, code } : { expireCredential: true } })
  if (flow === 'sts') t.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, do: { expireCredential: true } })
  const up = t.make({ partSize: 100 * KB, parallel: 2 }, flow, { onUploadTokenExpired: () => {}, ...on })
  up.go({ size: parts * 100 * KB })
  const { live } = await up.wait('onUploadTokenExpired')
  return { up, info: live }
}

for (const code of [undefined, 'SecurityTokenExpired', 'InvalidSecurityToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch']) {
  row(`resumeUploadWithAuth after ${code ?? 'a real expiry'}: true, once, and the upload goes on with its parts`, async (t) => {
    const { up, info } = await expired(t, 'auth', { code })
    assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), true)
    assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), false)
    await up.wait('onUploadSucceed')
    const sent = t.asked('UploadPart', (one) => one.status === 200).map((one) => one.partNumber)
    assert.equal(new Set(sent).size, sent.length, 'a part went twice')
    assert.equal(t.asked('InitiateMultipartUpload').length, 1)
    assert.equal(up.named('onUploadTokenExpired').length, 1)
  })
}

row('inside onUploadTokenExpired', async (t) => {
  const answers = []
  const { up } = await expired(t, 'auth', { on: { onUploadTokenExpired: (info) => void answers.push(up_().call('resumeUploadWithAuth', t.permit(info).UploadAuth)) } })
  function up_() {
    return t.lastMade
  }
  await up.wait('onUploadSucceed')
  assert.deepEqual(answers, [true])
})

row('setUploadAuthAndAddress serves as well after an expiry', async (t) => {
  const { up, info } = await expired(t, 'auth')
  assert.equal(up.give(info), true)
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('nothing waits: resumeUploadWithAuth is false, without effect', async (t) => {
  const up = t.make({}, 'none')
  assert.equal(up.call('resumeUploadWithAuth', 'x'), false)
  await t.rest(100)
  up.go()
  const { live } = await up.wait('onUploadstarted')
  assert.equal(up.call('resumeUploadWithAuth', t.permit(live).UploadAuth), false, 'a first credential needs its address')
  assert.equal(up.give(live), true)
  await up.end()
  assert.equal(up.call('resumeUploadWithAuth', 'x'), false)
  assert.deepEqual(up.named('onUploadFailed'), [])
})

row('a garbled one: false, InvalidUploadAuth, and startUpload goes on from the parts', async (t) => {
  const { up } = await expired(t, 'auth')
  assert.equal(up.call('resumeUploadWithAuth', 'garbled'), false)
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidUploadAuth')
  up.start()
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('an expired one again and again ends with the server\'s code, not for ever', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart' }, times: Infinity, do: { status: 403, code: 'SecurityTokenExpired' } })
  const up = t.make({ partSize: 100 * KB }, 'auth')
  up.go({ size: 500 * KB })
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'SecurityTokenExpired')
  assert.ok(up.named('onUploadTokenExpired').length <= 6)
})

for (const [title, end] of [['stopUpload', (up) => up.call('stopUpload')], ['cancelFile', (up) => up.call('cancelFile', 0)], ['deleteFile', (up) => up.call('deleteFile', 0)], ['cleanList', (up) => up.call('cleanList')]]) {
  row(`${title} while a new credential is awaited; the one that comes later is refused`, async (t) => {
    const { up, info } = await expired(t, 'auth')
    end(up)
    // What had left the phone before may reach the cloud only now.
    await t.rest(50)
    const mark = t.cloud.requests.length
    assert.equal(up.call('resumeUploadWithAuth', t.permit(info).UploadAuth), false)
    await t.rest(60_000)
    assert.ok(t.cloud.requests.slice(mark).every((one) => one.op === 'AbortMultipartUpload'))
  })
}

row('two files expire: one is reported after the other, each gets its own credential', async (t) => {
  t.phone.setUplink(2 * MB)
  const up = t.make({ partSize: 100 * KB, parallelFiles: 2, parallel: 4 })
  const keys = new Set()
  t.cloud.faults.add({ when: { op: 'UploadPart', test: ({ key, partNumber }) => partNumber === 3 && !keys.has(key) && keys.add(key) }, times: 2, do: { expireCredential: true } })
  for (const seed of [1, 2]) up.add({ url: t.file({ seed, size: MB }) })
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success'])
  const reported = up.named('onUploadTokenExpired').map((one) => one.live)
  assert.equal(new Set(reported).size, reported.length)
})

// ---- ahead of the end

for (const [title, life] of [
  ['ExpireUTCTime', (now) => ({ Expiration: '3000', ExpireUTCTime: new Date(now + 60_000).toISOString() })],
  ['a life in seconds', () => ({ Expiration: '60', ExpireUTCTime: undefined })],
  ['a date in Expiration', (now) => ({ Expiration: new Date(now + 60_000).toISOString(), ExpireUTCTime: undefined })],
]) {
  row(`a credential that ends by ${title} is renewed before OSS refuses it`, async (t) => {
    t.phone.setUplink(50 * KB)
    const up = t.make({ partSize: 100 * KB, parallel: 1 }, 'getAuth', {
      getAuth: (context) => {
        const permit = t.permit({ ...context.uploadInfo, videoId: context.videoId }, { ttl: 60 })
        return t.inner({ ...permit, UploadAuth: encode({ ...decode(permit.UploadAuth), ...life(t.clock.now()) }) })
      },
    })
    up.go({ size: 5 * MB })
    await up.wait('onUploadSucceed')
    assert.ok(up.named('getAuth').length >= 2)
    assert.deepEqual(t.cloud.requests.filter((one) => one.code), [], 'OSS had to refuse')
  })
}

for (const [title, given] of [
  ['as a date', (now) => new Date(now + 60_000).toISOString()],
  ['as the seconds that are left', () => 60],
  ['as the same in text', () => '60'],
  ['as seconds since 1970', (now) => Math.floor(now / 1000) + 60],
  ['as seconds since 1970 with a fraction', (now) => now / 1000 + 60],
  ['as milliseconds since 1970', (now) => now + 60_000],
]) {
  for (const method of ['setSTSTokenDirectlyUpload', 'resumeUploadWithSTSToken']) {
    row(`${method}: expireTime ${title} is known, and a new token asked for before OSS refuses`, async (t) => {
      t.cloud.createBucket('my-own', 'cn-shanghai')
      t.phone.setUplink(50 * KB)
      const resumes = method.startsWith('resume')
      const args = (life) => {
        const token = t.cloud.accounts.sts({ ttl: life })
        return [token.AccessKeyId, token.AccessKeySecret, token.SecurityToken]
      }
      let asked = 0
      const up = t.make({ partSize: 100 * KB, parallel: 1 }, 'none', {
        onUploadstarted: (info) => void up.call('setSTSTokenDirectlyUpload', info, ...args(60), resumes ? undefined : given(t.clock.now())),
        onUploadTokenExpired() {
          asked++
          up.call('resumeUploadWithSTSToken', ...args(asked === 1 && resumes ? 60 : 3600), asked === 1 && resumes ? given(t.clock.now()) : 3600)
        },
      })
      if (resumes) t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
      up.go({ size: 5 * MB, target: ['https://oss-cn-shanghai.aliyuncs.com', 'my-own', 'a.mp4'] })
      await up.wait('onUploadSucceed')
      assert.equal(asked, resumes ? 2 : 1)
      assert.equal(t.cloud.requests.filter((one) => one.code).length, resumes ? 1 : 0, 'OSS had to refuse')
    })
  }
}

for (const expireTime of [null, 0, -5, NaN, 'soon', {}, true]) {
  row(`expireTime ${JSON.stringify(expireTime) ?? expireTime}: not known, and no harm`, async (t) => {
    t.cloud.createBucket('my-own', 'cn-shanghai')
    const up = t.make({ partSize: 100 * KB }, 'none', {
      onUploadstarted(info) {
        const { AccessKeyId, AccessKeySecret, SecurityToken } = t.cloud.accounts.sts()
        assert.equal(up.call('setSTSTokenDirectlyUpload', info, AccessKeyId, AccessKeySecret, SecurityToken, expireTime), true)
      },
    })
    up.go({ size: 500 * KB, target: ['https://oss-cn-shanghai.aliyuncs.com', 'my-own', 'a.mp4'] })
    await up.wait('onUploadSucceed')
    assert.equal(up.named('onUploadTokenExpired').length, 0)
  })
}

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

const own = ['https://oss-cn-shanghai.aliyuncs.com', 'my-own', 'dir/文件 1.mp4']

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

// ---- many parts at once

for (const flow of ['auth', 'sts', 'direct', 'getAuth', 'getSTSToken']) {
  for (const [title, end] of [['the credential', { expireCredential: true }], ['everything that was handed out', 'all']]) {
    row(`${flow}: ${title} ends with eight parts on their way: one question, no part twice`, { personas: ['ios', 'android'] }, async (t) => {
      t.phone.setUplink(3 * MB)
      t.cloud.createBucket('my-own', 'cn-shanghai')
      t.cloud.faults.add({ when: { op: 'UploadPart', nth: 12 }, do: end === 'all' ? { call: () => t.cloud.accounts.expireAll() } : end })
      const up = t.make({ partSize: 100 * KB, parallel: 8 }, flow)
      up.go({ size: 3 * MB, target: flow === 'direct' ? own : [null, null, null] })
      await up.wait('onUploadSucceed')
      const refused = t.asked('UploadPart', (one) => one.status === 403).length
      assert.ok(refused >= 1, 'nothing was refused')
      const renewed = /^get/.test(flow) ? up.named(flow).length - 1 : up.named('onUploadTokenExpired').length
      const silent = /sts/i.test(flow) && end !== 'all' && flow !== 'direct'
      assert.equal(renewed, silent ? 0 : 1)
      const taken = t.asked('UploadPart', (one) => one.status === 200).map((one) => one.partNumber)
      assert.equal(taken.length, new Set(taken).size)
    })
  }
}
