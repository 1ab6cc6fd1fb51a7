// The seventeen points in which the vendor's upload SDK 1.0.1 for WeChat mini programs differs from its own documentation (VOD SDK reference,
// "Upload from a WeChat mini program"). One test for each.
import assert from 'node:assert/strict'
import { KB, MB, row } from '../contract/kit.mjs'

const parts = { partSize: 100 * KB }

row('5.2.1 one POST, no resume, no parts', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 6 }, times: 1, do: { dropAfterBytes: 9 } })
  const up = t.make({ ...parts, retryCount: 0 })
  up.go({ size: MB })
  await up.wait('onUploadFailed')
  const known = t.phone.meter.answered.flatMap((one) => (one.status === 200 ? [Number(/partNumber=(\d+)/.exec(one.url)?.[1])] : []))
  assert.ok(known.length > 2)
  const mark = t.cloud.requests.length
  up.start()
  await up.wait('onUploadSucceed')
  assert.deepEqual(t.cloud.requests.slice(mark).filter((one) => known.includes(one.partNumber)), [])
  assert.ok(t.cloud.objects()[0].parts.length > 5)
})

row('5.2.2 success of wx.uploadFile was taken for success whatever statusCode', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject' }, times: Infinity, do: { status: 400, code: 'InvalidPolicyDocument' } })
  const up = t.make({ transport: 'uploadFile' })
  up.go()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidPolicyDocument')
})

row('5.2.3 loadedPercent: 0…100 as 1.0.1 really gave it, 0…1 by a switch', async (t) => {
  for (const [seed, options, full] of [[1, {}, 100], [2, { progressScale: 1 }, 1]]) {
    const up = t.make({ ...parts, ...options })
    up.go({ size: 500 * KB, seed })
    await up.wait('onUploadSucceed')
    assert.equal(Math.max(...up.named('onUploadProgress').map((one) => one.args[2])), full)
  }
})

row('5.2.4 uploadInfo at onUploadstarted: file, fileSize and all the rest', async (t) => {
  const up = t.make()
  up.add({ url: t.file({ size: 70 * KB }), coverUrl: 'wxfile://c.jpg' }, null, null, null, '{"Vod":{"Title":"x"}}')
  up.start()
  const { args: [info] } = await up.wait('onUploadstarted')
  for (const field of ['url', 'coverUrl', 'state', 'isImage', 'videoInfo', 'userData', 'ri', 'fileHash', 'fileSize', 'file']) assert.ok(field in info, field)
  assert.deepEqual([info.fileSize, info.file.size], [70 * KB, 70 * KB])
  await up.wait('onUploadSucceed')
})

row('5.2.5 a network failure did not call onUploadFailed', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { dropAnswer: true } })
  const up = t.make({ retryCount: 1 })
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'NetworkError')
  assert.ok(failed.args[2])
})

row('5.2.6 resumeUploadWithAuth was a ReferenceError', async (t) => {
  const up = t.make({}, 'none')
  assert.equal(up.call('resumeUploadWithAuth', 'x'), false)
})

row('5.2.7 the STS refresh was broken', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  const up = t.make(parts, 'sts')
  up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('RefreshUploadVideo')[0].videoId, up.list[0].videoId)
})

row('5.2.8 errors of CreateUploadImage threw, those of CreateUploadVideo lost their code', async (t) => {
  for (const [seed, op, name] of [[1, 'CreateUploadImage', 'a.png'], [2, 'CreateUploadVideo', 'a.mp4']]) {
    const rule = t.cloud.faults.add({ when: { op }, times: Infinity, do: { status: 400, code: 'IllegalCharacters', message: 'No emoji.' } })
    const up = t.make({}, 'sts')
    up.go({ name, seed })
    assert.deepEqual((await up.wait('onUploadFailed')).args.slice(1), ['IllegalCharacters', 'No emoji.'])
    rule.remove()
  }
})

row('5.2.9 stopUpload went on, or threw while the credential was fetched; cancelFile succeeded later', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make(parts, 'none')
  up.go({ size: 2 * MB })
  const { live } = await up.wait('onUploadstarted')
  up.call('stopUpload')
  let from = t.callbacks.length
  up.start()
  await up.wait('onUploadstarted', undefined, { from })
  up.give(live)
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  up.call('cancelFile', 0)
  from = t.callbacks.length
  await t.rest(60_000)
  assert.deepEqual(up.states, ['Canceled'])
  assert.deepEqual(t.callbacks.slice(from).map((one) => one.name).filter((name) => name !== 'log'), ['onUploadCanceled', 'onUploadEnd'])
})

row('5.2.10 nothing was stored', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make(parts)
  up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  assert.ok(Object.keys(t.phone.stored()).length > 0)
})

row('5.2.11 x-oss-notification was computed and not sent', async (t) => {
  for (const [seed, transport] of [[1, 'request'], [2, 'uploadFile']]) {
    const up = t.make({ transport })
    up.go({ seed, paramData: '{"Vod":{}}' })
    await up.wait('onUploadSucceed')
  }
  assert.deepEqual(t.cloud.objects().map((one) => one.notification), [Buffer.from('{"Vod":{}}').toString('base64'), Buffer.from('{"Vod":{}}').toString('base64')])
})

row('5.2.12 cname was ignored', async (t) => {
  t.cloud.bindCname('up.example.net', t.cloud.bucketOf('cn-shanghai'))
  const up = t.make({ cname: true, transport: 'uploadFile' })
  up.go({ target: ['https://up.example.net', null, null] })
  await up.wait('onUploadSucceed')
  assert.deepEqual([...new Set(t.cloud.requests.map((one) => one.host))], ['up.example.net'])
})

row('5.2.13 isImage: dots unescaped, unanchored, no webp, heic, bmp', async (t) => {
  const up = t.make({}, 'none')
  for (const name of ['a.jpg.mp4', 'ajpg', 'a.webp', 'a.heic', 'a.bmp']) up.add({ url: `wxfile://tmp/${name}` })
  assert.deepEqual(Array.from(up.list, (info) => info.isImage), [false, false, true, true, true])
})

row('5.2.14 the result of a picture in the STS flow was dropped', async (t) => {
  const up = t.make({}, 'sts')
  up.go({ name: 'a.png' })
  const { info } = await up.wait('onUploadSucceed')
  assert.ok(info.imageId && info.imageUrl)
})

row('5.2.15 retryCount and the like were never used', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { dropAfterBytes: 1 } })
  const up = t.make({ retryCount: 2, retryDuration: 4 })
  up.go()
  await up.wait('onUploadFailed')
  const at = t.asked('PutObject').map((one) => one.at)
  assert.equal(at.length, 3)
  assert.ok(at[1] - at[0] >= 4000)
})

row('5.2.16 setSTSTokenDirectlyUpload to a bucket of one\'s own is kept', async (t) => {
  t.cloud.createBucket('mine', 'cn-shanghai')
  const up = t.make({}, 'direct')
  up.go({ target: ['oss-cn-shanghai.aliyuncs.com', 'mine', 'k.mp4'] })
  await up.wait('onUploadSucceed')
  assert.equal(t.cloud.objects()[0].bucket, 'mine')
})

row('5.2.17 userId was documented as required and never read', async (t) => {
  assert.throws(() => new t.package(t.inner({ userId: {} })), (error) => error.code === 'InvalidUserId')
  for (const userId of ['anything at all', 7, '', undefined]) new t.package(t.inner({ userId }))
})
