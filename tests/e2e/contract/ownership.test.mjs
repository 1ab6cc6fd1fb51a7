// What is stored belongs to a user, and credentials go to OSS only: on the built package what tests/recovery and src/oss/endpoint.rs check in the engine.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

row('an upload of another userScope is neither continued nor disturbed', async (t) => {
  t.phone.setUplink(MB)
  const url = t.file({ size: 3 * MB })
  const first = t.make({ userScope: 'anna', partSize: 100 * KB })
  first.go({ url })
  await first.wait('onUploadProgress', (one) => one.args[2] > 30)
  first.call('stopUpload')
  const { videoId } = first.list[0]
  const second = t.make({ userScope: 'berta', partSize: 100 * KB })
  second.go({ url })
  assert.equal((await second.wait('onUploadstarted')).info.videoId, '')
  await second.wait('onUploadSucceed')
  assert.equal(first.call('unfinished').length, 1)
  first.start()
  await first.wait('onUploadSucceed')
  assert.equal(first.list[0].videoId, videoId)
  assert.equal(t.cloud.videos.size, 2)
})

for (const Endpoint of ['https://evil.example.com', 'https://oss-cn-shanghai.aliyuncs.com.evil.example.com', 'https://oss-cn-shanghai.aliyuncs.com@evil.example.com']) {
  row(`an UploadAddress with the endpoint ${Endpoint}: InvalidUploadAddress, and no request`, async (t) => {
    const up = t.make({}, 'none')
    up.go()
    const { live } = await up.wait('onUploadstarted')
    const permit = t.permit(live)
    const address = JSON.parse(Buffer.from(permit.UploadAddress, 'base64'))
    up.give(live, { ...permit, UploadAddress: Buffer.from(JSON.stringify({ ...address, Endpoint })).toString('base64') })
    assert.equal((await up.wait('onUploadFailed')).args[1], 'InvalidUploadAddress')
    await t.rest(10_000)
    assert.deepEqual(t.cloud.requests, [])
  })
}
