// Defects of the vendor's SDK 1.0.1 for mini programs, group C: resume and credentials. One test for each.
import assert from 'node:assert/strict'
import { KB, MB, row } from '../contract/kit.mjs'

const parts = { partSize: 100 * KB }

async function killed(t, flow) {
  t.phone.setUplink(MB)
  const up = t.make(parts, flow)
  const url = up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  const { videoId } = up.list[0]
  t.restart()
  return { url, videoId }
}

const there = { switches: { 'fs.tempAfterRestart': 'there' } }

row('C1 storage was emptied, the key undefined: after a kill everything was sent again', { ...there, personas: ['ios', 'android'] }, async (t) => {
  const { url, videoId } = await killed(t, 'auth')
  const stored = t.asked('UploadPart', (one) => one.status === 200).length
  const up = t.make(parts)
  up.go({ url })
  assert.equal((await up.wait('onUploadstarted')).info.videoId, videoId)
  await up.wait('onUploadSucceed')
  assert.ok(t.asked('UploadPart', (one) => one.status === 200).length - stored < 15)
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('C2 the cloud checkpoint and the progress report were no-ops: ours is on the phone, and nothing is reported', there, async (t) => {
  const { url } = await killed(t, 'auth')
  assert.ok(Object.keys(t.phone.stored()).length > 0)
  const up = t.make({ ...parts, enableUploadProgress: true, localCheckpoint: false })
  up.go({ url })
  await up.wait('onUploadSucceed')
  assert.ok(t.cloud.requests.every((one) => one.host.includes('.oss-')), 'to OSS alone')
})

row('C3 resumeUploadWithAuth used an undefined name', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  const answers = []
  const up = t.make(parts, 'auth', { onUploadTokenExpired: (info) => void answers.push(t.lastMade.call('resumeUploadWithAuth', t.permit(info).UploadAuth)) })
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  assert.deepEqual(answers, [true])
})

row('C4 resumeUploadWithSTSToken threw, and refreshed by the object key instead of the VideoId', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { call: () => t.cloud.accounts.expireAll() } })
  const up = t.make(parts, 'sts')
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
  const refreshed = t.asked('RefreshUploadVideo')
  assert.ok(refreshed.length >= 1)
  for (const one of refreshed) assert.equal(one.videoId, up.list[0].videoId)
})

row('C5 without an address setUploadAuthAndAddress was false without a word', async (t) => {
  const up = t.make({}, 'none')
  up.go()
  const { live } = await up.wait('onUploadstarted')
  assert.equal(up.call('setUploadAuthAndAddress', live, t.permit(live).UploadAuth, '', 'v'), false)
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidUploadAddress')
})

row('C5 the address that is known was never used again: a refreshed credential goes on with it', there, async (t) => {
  const { url } = await killed(t, 'auth')
  const [{ key }] = t.asked('InitiateMultipartUpload')
  const up = t.make(parts)
  up.go({ url })
  await up.wait('onUploadSucceed')
  assert.equal(t.cloud.objects()[0].key, key)
})

row('C6 the Region of one credential stayed for all later files', async (t) => {
  const up = t.make({ ...parts, region: 'cn-beijing' }, 'none', { onUploadstarted: (info) => void up.give(info, t.permit(info, { region: info.videoInfo.where })) })
  for (const [seed, where] of [[1, 'cn-shenzhen'], [2, 'cn-beijing'], [3, 'eu-central-1']]) up.add({ url: t.file({ seed, size: 300 * KB }) }, null, null, null, { Vod: { where } })
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success', 'Success'])
  assert.deepEqual(Array.from(up.list, (info) => info.region), ['cn-shenzhen', 'cn-beijing', 'eu-central-1'])
})
