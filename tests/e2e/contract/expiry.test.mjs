// The end of a credential (js-glue/README.md, "Methods"): resumeUploadWithAuth, renewal ahead of the end, and many parts at once.
import assert from 'node:assert/strict'
import { decode, encode, expired, own } from './credential_states.mjs'
import { KB, MB, row } from './kit.mjs'

// ---- resumeUploadWithAuth

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

row('the error of a server that has no such video fails the file with it, and the next start begins anew', async (t) => {
  const { up, info } = await expired(t, 'auth')
  const { videoId } = info
  assert.equal(up.call('resumeUploadWithAuth', '{"Code":"InvalidVideo.NotFound","Message":"gone"}'), false)
  assert.deepEqual((await up.wait('onUploadFailed')).args.slice(1), ['InvalidVideo.NotFound', 'gone'])
  await up.end()
  up.start()
  await up.wait('onUploadSucceed')
  assert.notEqual(up.list[0].videoId, videoId)
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
