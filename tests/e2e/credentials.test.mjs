// Credentials that end in the middle, in every way an app can give them.
import assert from 'node:assert/strict'
import { MB, begin, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const size = 4 * MB
const options = { partSize: 512 * 1024 }

for (const [flow, asked] of [['auth', 'expired'], ['sts', 'expired'], ['getAuth', 'asked'], ['getSTSToken', 'asked']]) {
  for (const [title, when] of [
    ['at the third part', { op: 'UploadPart', nth: 3 }],
    ['at Initiate', { op: 'InitiateMultipartUpload' }],
    ['at Complete', { op: 'CompleteMultipartUpload' }],
  ]) {
    scenario(`${flow}: expires ${title}`, {}, async (session) => {
      const rule = session.cloud.faults.add({ when, do: { expireCredential: true } })
      // With an STS token the package renews the upload credential itself; the app is asked when the token has ended, too.
      const token = session.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, do: { expireCredential: true } })
      const usesToken = /sts/i.test(flow)
      const path = begin(session, { size, flow, options })
      await succeed(session, path)
      assert.equal(rule.hits, 1)
      assert.equal(token.hits, usesToken ? 1 : 0)
      // Once per expiry, never once per part.
      const events = session.named(asked)
      assert.equal(events.length, asked === 'expired' ? 1 : 2, events.map((one) => one.kind).join())
      for (const count of partsTaken(session).values()) assert.equal(count, 1, 'a part was sent again')
      assert.equal(session.cloud.videos.size, 1, 'a second video was created')
      assert.equal(requestsOf(session, 'InitiateMultipartUpload').filter((one) => one.status === 200).length, 1)
    })
  }
}

for (const flow of ['sts', 'getSTSToken']) {
  scenario(`${flow}: the upload credential ends, the token does not: nobody is asked`, {}, async (session) => {
    const rule = session.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
    const path = begin(session, { size, flow, options })
    await succeed(session, path)
    assert.equal(rule.hits, 1)
    assert.equal(session.named('expired').length, 0)
    assert.ok(session.named('asked').length <= 1)
    assert.equal(requestsOf(session, 'RefreshUploadVideo').length, 1)
  })
}

scenario('two expiries, one after the other', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', nth: [2, 40] }, do: { expireCredential: true } })
  const path = begin(session, { size: 6 * MB, options: { partSize: 102400 } })
  await succeed(session, path)
  assert.equal(session.named('expired').length, 2)
})

scenario('the upload waits for its token as long as it takes', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
  const path = begin(session, { size, options, hooks: { renew: false } })
  await session.wait('expired')
  await session.clock.advance(20 * 60000)
  assert.equal(session.named('failed').length, 0)
  const { info } = session.named('expired')[0]
  assert.equal(session.call('resumeUploadWithAuth', session.cloud.refreshVideo(info.videoId).UploadAuth), true)
  assert.equal(session.call('resumeUploadWithAuth', session.cloud.refreshVideo(info.videoId).UploadAuth), false, 'nothing waits any more')
  await succeed(session, path)
  assert.equal(session.named('expired').length, 1)
})

scenario('without onUploadTokenExpired the server\'s code is the failure', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
  begin(session, { size, options, hooks: { without: ['onUploadTokenExpired'] } })
  const failed = await session.wait('failed')
  assert.ok(['SecurityTokenExpired', 'InvalidSecurityToken'].includes(failed.code), failed.code)
  await session.wait('end')
  checkManners(session)
})

scenario('a life of a minute, on a slow uplink: renewed as often as it takes', {}, async (session) => {
  session.cloud.accounts.uploadTtl = 60
  session.phone.setUplink(40 * 1024)
  const path = begin(session, { size: 5 * MB, flow: 'getAuth' })
  await succeed(session, path)
  const renewals = session.named('asked').filter((one) => one.kind === 'refresh-video').length
  assert.ok(renewals >= 1 && renewals <= 6, String(renewals))
})

scenario('getAuth rejects: this file fails, the next one goes on', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'AppCreate' }, do: { status: 500 } })
  session.create('getAuth', options)
  const [first, second] = [1, 2].map((seed) => session.phone.disk.addTemp({ size: MB, seed }))
  for (const url of [first, second]) session.call('addFile', { url })
  session.call('startUpload')
  await session.wait('end')
  assert.deepEqual(session.named('failed').map((one) => one.url), [first])
  assert.deepEqual(session.named('succeed').map((one) => one.url), [second])
  checkManners(session)
})

const broken = [
  ['InvalidUploadAuth', 'no base64!', null],
  ['InvalidUploadAuth', Buffer.from('{"AccessKeyId":"a"}').toString('base64'), null],
  ['InvalidUploadAddress', null, Buffer.from('{}').toString('base64')],
  ['InvalidUploadAddress', null, ''],
]
for (const [code, auth, address] of broken) {
  scenario(`${code}: ${auth ?? address}`, { personas: ['ios', 'old'] }, async (session) => {
    const video = session.cloud.createVideo({ fileName: 'a.mp4', size })
    begin(session, { size, flow: 'none' })
    await session.wait('started')
    assert.equal(session.phone.app.give(auth ?? video.UploadAuth, address ?? video.UploadAddress, video.VideoId), false)
    const failed = await session.wait('failed')
    assert.equal(failed.code, code)
    await session.wait('end')
    checkManners(session)
  })
}

scenario('a second credential for a file that has one: false, no effect', { personas: ['ios'] }, async (session) => {
  const path = begin(session, { size, options })
  await session.wait('given')
  const other = session.cloud.createVideo({ fileName: 'b.mp4', size })
  assert.equal(session.phone.app.give(other.UploadAuth, other.UploadAddress, other.VideoId), false)
  const { done } = await succeed(session, path)
  assert.notEqual(done.info.videoId, other.VideoId)
})
