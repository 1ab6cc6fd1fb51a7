// Defects of the vendor's SDK 1.0.1 for mini programs, group D: options and requests. One test for each.
import assert from 'node:assert/strict'
import { KB, MB, row } from '../contract/kit.mjs'

/** What the package hands to wx, before it goes on its way. */
function spy(t, api) {
  const seen = []
  const real = t.phone.wx[api]
  t.phone.wx[api] = (options) => {
    seen.push({ ...options })
    return real(options)
  }
  return seen
}

const policyOf = ({ formData }) => JSON.parse(Buffer.from(formData.policy, 'base64'))

row('D1 retryCount 0 became 3, and retryDuration 0 became 2', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { dropAfterBytes: 3 } })
  const none = t.make({ retryCount: 0 })
  none.go()
  await none.wait('onUploadFailed')
  assert.equal(t.asked('PutObject').length, 1)
  const quick = t.make({ retryCount: 1, retryDuration: 0 })
  quick.go({ seed: 2 })
  await quick.wait('onUploadFailed')
  const [, second, third] = t.asked('PutObject')
  assert.ok(third.at - second.at < 1000, `${third.at - second.at} ms`)
})

row('D1 the caller\'s options were changed in place', async (t) => {
  const options = t.inner({ userId: 1, retryCount: 0, retryDuration: 0, enableUploadProgress: false })
  new t.package(options)
  await t.rest()
  assert.deepEqual(JSON.parse(JSON.stringify(options)), { userId: 1, retryCount: 0, retryDuration: 0, enableUploadProgress: false })
})

row('D2 no timeout was set, and one POST of 60 s had to carry the file: a part has its own', { personas: ['ios', 'old'] }, async (t) => {
  // 40 KB/s: 10 MB take four minutes, which no single request of 60 s carries.
  t.phone.setUplink(40 * KB)
  const seen = spy(t, 'request')
  const up = t.make()
  up.go({ size: 10 * MB })
  await up.wait('onUploadSucceed')
  for (const { timeout } of seen) assert.equal(timeout, 60_000)
})

row('D3 files over 1 048 576 000 bytes were refused, and the policy was bound to nothing', async (t) => {
  const size = 1_200_000_000
  const files = t.phone.wx.getFileSystemManager()
  const later = (options, result) => void t.phone.world.post(() => options.success(result))
  files.stat = (options) => later(options, Object.assign(t.inner({}), { stats: t.inner({ size, lastModifiedTime: 1 }) }))
  files.readFile = (options) => later(options, Object.assign(t.inner({}), { data: t.phone.world.buffer(options.length) }))
  const seen = spy(t, 'uploadFile')
  const up = t.make({ transport: 'uploadFile', signature: 'v1' })
  up.go()
  // The cloud, to which the 40 KB go that the file really has, enforces the policy.
  assert.equal((await up.wait('onUploadFailed')).args[1], 'EntityTooSmall')
  const { conditions } = policyOf(seen[0])
  assert.deepEqual(conditions.find((one) => one[0] === 'content-length-range'), ['content-length-range', size, size])
  assert.ok(conditions.some((one) => one.bucket === up.list[0].bucket))
  assert.ok(conditions.some((one) => one[0] === 'eq' && one[1] === '$key' && one[2] === up.list[0].object))
  assert.ok(conditions.some((one) => one['x-oss-security-token']))
})

for (const minutes of [-14, -40]) {
  row(`D4 the policy ended five minutes after the phone's own clock, here ${-minutes} minutes slow`, { switches: { wallClockSkewMs: minutes * 60_000 } }, async (t) => {
    for (const [seed, signature] of [[1, 'v4'], [2, 'v1']]) {
      const up = t.make({ transport: 'uploadFile', signature })
      up.go({ seed })
      await up.wait('onUploadSucceed')
    }
  })
}

row('D5 partSize and parallel were computed and dropped', async (t) => {
  t.phone.setUplink(4 * MB)
  const up = t.make({ partSize: 150 * KB, parallel: 3 })
  up.go({ size: 1500 * KB })
  await up.wait('onUploadSucceed')
  assert.deepEqual(t.cloud.objects()[0].parts, Array(10).fill(150 * KB))
  assert.equal(t.phone.meter.peakRequests, 3)
})

for (const flow of ['auth', 'sts']) {
  row(`D6 x-oss-notification was never sent (${flow})`, async (t) => {
    const up = t.make({}, flow)
    up.go({ paramData: '{"Vod":{"UserData":"{\\"a\\":1}"}}' })
    await up.wait('onUploadSucceed')
    assert.equal(Buffer.from(t.cloud.objects()[0].notification, 'base64').toString(), '{"Vod":{"UserData":"{\\"a\\":1}"}}')
  })
}

row('D6 Title, Tags, CateId, Description and TemplateGroupId of paramData were ignored', async (t) => {
  const Vod = { Title: 'T', Tags: 'a,b', CateId: '5', Description: 'D', TemplateGroupId: 'VOD_NO_TRANSCODE' }
  const up = t.make({}, 'sts')
  up.go({ paramData: JSON.stringify({ Vod }) })
  await up.wait('onUploadSucceed')
  const [{ parameters }] = t.cloud.videos.values()
  for (const [name, value] of Object.entries(Vod)) assert.equal(parameters[name], value, name)
})

row('D6 Title and FileName were always the temporary path', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const up = t.make({}, 'sts')
  up.go({ name: 'Holiday.mp4' })
  await up.wait('onUploadSucceed')
  const [{ parameters }] = t.cloud.videos.values()
  assert.deepEqual([parameters.Title, parameters.FileName], ['Holiday.mp4', 'Holiday.mp4'])
})

row('D7 the cover was never sent', async (t) => {
  const up = t.make({}, 'sts')
  up.go({ coverUrl: t.file({ name: 'c.jpg', size: 9 * KB, seed: 7 }) })
  await up.wait('onUploadSucceed')
  assert.match([...t.cloud.videos.values()][0].parameters.CoverURL, /^https:\/\/.*\.jpg$/)
})

row('D7 ImageId and ImageURL were dropped', async (t) => {
  const up = t.make({}, 'sts')
  up.go({ name: 'photo.png' })
  const { info } = await up.wait('onUploadSucceed')
  const [image] = t.cloud.images.values()
  assert.equal(info.imageId, image.imageId)
  assert.ok(info.imageUrl.endsWith(image.key))
})

for (const name of ['my-png-film.mp4', 'a.jpg.mp4', 'xgif.mov', 'jpeg']) {
  row(`D8 anything with "png" in its name was a picture: ${name} is none`, async (t) => {
    const up = t.make({}, 'sts')
    up.add({ url: t.file({ name: 'x' }), name }, null, null, null, null)
    up.start()
    await up.wait('onUploadSucceed')
    assert.equal(up.list[0].isImage, false)
    assert.equal(t.asked('CreateUploadImage').length, 0)
  })
}

row('D8 a .gif was a picture and a film at once', async (t) => {
  const up = t.make({}, 'sts')
  up.go({ name: 'a.gif' })
  await up.wait('onUploadSucceed')
  assert.deepEqual([t.asked('CreateUploadImage').length, t.asked('CreateUploadVideo').length], [1, 0])
})

row('D9 malformed userData flew out of addFile', async (t) => {
  const up = t.make()
  assert.equal(up.add({ url: t.file() }, null, null, null, '{"Vod":{"Title":"test","CateId":"234"}"}'), false)
  assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidParamData')
})

for (const Endpoint of ['http://oss-cn-shanghai.aliyuncs.com', 'oss-cn-shanghai.aliyuncs.com']) {
  row(`D10 the endpoint ${Endpoint} made an address that WeChat refuses`, async (t) => {
    const seen = spy(t, 'request')
    const up = t.make({}, 'none', {
      onUploadstarted(info) {
        const permit = t.permit(info)
        const address = JSON.parse(Buffer.from(permit.UploadAddress, 'base64'))
        up.give(info, { ...permit, UploadAddress: Buffer.from(JSON.stringify({ ...address, Endpoint })).toString('base64') })
      },
    })
    up.go()
    await up.wait('onUploadSucceed')
    for (const { url } of seen) assert.match(url, /^https:\/\/outin-[0-9a-f]+\.oss-cn-shanghai\.aliyuncs\.com\//)
  })
}

row('D10 cname was ignored', async (t) => {
  t.cloud.bindCname('up.example.net', t.cloud.bucketOf('cn-shanghai'))
  const seen = spy(t, 'request')
  const up = t.make({ cname: true })
  up.go({ target: ['https://up.example.net', null, null] })
  await up.wait('onUploadSucceed')
  for (const { url } of seen) assert.match(url, /^https:\/\/up\.example\.net\//)
})

row('D11 the STS token went by GET, in the address; and no Timestamp was sent', async (t) => {
  const seen = spy(t, 'request')
  const up = t.make({}, 'sts')
  up.go({ name: 'a.png' })
  await up.wait('onUploadSucceed')
  const [call] = seen
  assert.equal(call.method, 'POST')
  assert.equal(call.url, 'https://vod.cn-shanghai.aliyuncs.com/')
  const form = new URLSearchParams(call.data)
  assert.match(form.get('Timestamp'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.ok(form.get('SignatureNonce').length >= 16)
  assert.ok(form.get('SecurityToken'))
})
