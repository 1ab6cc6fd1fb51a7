// Which requests the object storage accepts, and which errors the others get.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudFor, elements, newVideo, ossClient, refusalOf, send, sendSigned } from './helpers.js'

const MINUTE = 60_000
const put = (extra) => ({ method: 'PUT', body: 'hello', headers: { 'content-type': 'video/mp4' }, ...extra })

for (const v4 of [false, true]) {
  const version = v4 ? 'V4' : 'V1'

  test(`a wrong secret is found out, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    const forged = { ...video, auth: { ...video.auth, AccessKeySecret: `${video.auth.AccessKeySecret}x` } }
    const error = await refusalOf(ossClient(cloud, forged, { authorizationV4: v4 }).put('sv/a.mp4', Buffer.from('a')))
    assert.equal(error.code, 'SignatureDoesNotMatch')
    assert.equal(error.status, 403)
    const answer = await sendSigned(cloud, forged, put({ v4 }))
    const { StringToSign, OSSAccessKeyId, SignatureProvided, StringToSignBytes } = elements(answer)
    assert.match(StringToSign, v4 ? /^OSS4-HMAC-SHA256\n/ : /^PUT\n\nvideo\/mp4\n/)
    assert.equal(OSSAccessKeyId, video.auth.AccessKeyId)
    assert.ok(SignatureProvided)
    assert.equal(Buffer.from(StringToSignBytes.replaceAll(' ', ''), 'hex').toString(), StringToSign)
    assert.equal(cloud.objects().length, 0)
  })

  test(`a Content-Type that the client did not sign breaks the signature, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    assert.equal((await sendSigned(cloud, video, put({ v4 }))).status, 200)
    const answer = await sendSigned(cloud, video, { method: 'PUT', body: 'hello', v4, extra: { 'content-type': 'application/json' } })
    assert.equal(elements(answer).Code, 'SignatureDoesNotMatch')
  })

  test(`clocks may be a quarter of an hour apart, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    const now = cloud.clock()
    for (const wrong of [-14, 14]) assert.equal((await sendSigned(cloud, video, put({ v4, at: now + wrong * MINUTE }))).status, 200)
    for (const wrong of [-16, 16]) {
      const answer = await sendSigned(cloud, video, put({ v4, at: now + wrong * MINUTE }))
      const error = elements(answer)
      assert.equal(answer.status, 403)
      assert.equal(error.Code, 'RequestTimeTooSkewed')
      assert.equal(error.MaxAllowedSkewMilliseconds, '900000')
      assert.ok(Math.abs(Date.parse(error.ServerTime) - now) < 10_000)
      assert.ok(Math.abs(Date.parse(error.RequestTime) - now - wrong * MINUTE) <= 1000)
    }
  })

  test(`a request without a date is refused, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const answer = await sendSigned(cloud, newVideo(cloud), put({ v4, without: ['x-oss-date'] }))
    assert.deepEqual([answer.status, elements(answer).Code, elements(answer).EC], [403, 'AccessDenied', '0002-00000503'])
  })

  test(`keys and tokens must be known, belong together and be alive, ${version}`, async (t) => {
    let now = Date.now()
    const cloud = await cloudFor(t, { clock: () => now })
    const video = newVideo(cloud, { ttl: 1000 })
    const other = newVideo(cloud)
    const attempt = async (auth) => {
      const answer = await sendSigned(cloud, { ...video, auth: { ...video.auth, ...auth } }, put({ v4 }))
      return { status: answer.status, ...elements(answer) }
    }
    assert.equal((await attempt({})).status, 200)
    assert.deepEqual((({ status, Code }) => [status, Code])(await attempt({ AccessKeyId: 'STS.Nobody' })), [403, 'InvalidAccessKeyId'])
    assert.equal((await attempt({ SecurityToken: undefined })).Code, 'InvalidAccessKeyId')
    const mixed = await attempt({ SecurityToken: other.auth.SecurityToken })
    assert.deepEqual([mixed.status, mixed.Code, mixed.SecurityToken], [403, 'InvalidSecurityToken', other.auth.SecurityToken])
    now += 999_000
    assert.equal((await attempt({})).status, 200)
    now += 1000
    const late = await attempt({})
    assert.deepEqual([late.status, late.Code, late.EC, late.SecurityToken], [403, 'SecurityTokenExpired', '0002-00000007', video.auth.SecurityToken])
  })
}

test('V4 is bound to the region of the bucket', async (t) => {
  const cloud = await cloudFor(t)
  const answer = await sendSigned(cloud, newVideo(cloud), put({ region: 'cn-beijing' }))
  assert.deepEqual([answer.status, elements(answer).Code, elements(answer).EC], [400, 'InvalidArgument', '0002-00000226'])
  assert.equal(answer.headers['x-oss-ec'], '0002-00000226')
})

test('V4 requires the header that says the payload is not signed', async (t) => {
  const cloud = await cloudFor(t)
  const answer = await sendSigned(cloud, newVideo(cloud), put({ without: ['x-oss-content-sha256'] }))
  assert.deepEqual([answer.status, elements(answer).EC], [400, '0002-00000214'])
})

test('an Authorization nobody can read is an invalid argument, none at all is an anonymous request', async (t) => {
  const cloud = await cloudFor(t)
  const host = `${cloud.bucketOf('cn-shanghai')}.oss-cn-shanghai.aliyuncs.com`
  const attempt = async (authorization) => elements(await send(cloud, { method: 'PUT', host, path: '/a', headers: authorization ? { authorization } : {}, body: 'x' }))
  assert.equal((await attempt()).Code, 'AccessDenied')
  for (const text of ['Basic abc', 'OSS abc', 'OSS4-HMAC-SHA256 Signature=1', `OSS4-HMAC-SHA256 Credential=a/20240101/cn-shanghai/oss/aws4_request,Signature=${'0'.repeat(64)}`]) assert.equal((await attempt(text)).Code, 'InvalidArgument', text)
})

test('an upload credential opens its own object and nothing else', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const client = ossClient(cloud, video)
  const works = [client.put('sv/other.mp4', Buffer.from('a')), client.initMultipartUpload('sv/other.mp4'), client.get(video.address.FileName)]
  for (const error of await Promise.all(works.map(refusalOf))) assert.equal(error.code, 'AccessDenied')
  await client.put(video.address.FileName, Buffer.from('a'))
})

test('VOD may refuse to let anybody look: Head, ListParts and Abort', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const client = ossClient(cloud, video)
  const { uploadId } = await client.initMultipartUpload(video.address.FileName)
  for (const operation of ['HeadObject', 'ListParts', 'AbortMultipartUpload']) cloud.accounts.refusedToUploads.add(operation)
  assert.equal((await refusalOf(client.listParts(video.address.FileName, uploadId))).code, 'AccessDenied')
  assert.equal((await refusalOf(client.abortMultipartUpload(video.address.FileName, uploadId))).code, 'AccessDenied')
  const head = await sendSigned(cloud, video, { method: 'HEAD' })
  assert.equal(head.status, 403)
  assert.equal(head.body.length, 0)
  assert.match(Buffer.from(head.headers['x-oss-err'], 'base64').toString(), /<Code>AccessDenied<\/Code>/)
  await client.uploadPart(video.address.FileName, uploadId, 1, Buffer.from('a'), 0, 1)
})

test('nothing secret is in the log', async (t) => {
  const lines = []
  const cloud = await cloudFor(t, { log: (entry) => lines.push(JSON.stringify(entry)) })
  const video = newVideo(cloud)
  await ossClient(cloud, video).put(video.address.FileName, Buffer.from('a'))
  await send(cloud, { host: 'vod.cn-shanghai.aliyuncs.com', path: `/?Action=CreateUploadVideo&Signature=sIgNaTuRe&SecurityToken=${encodeURIComponent(video.auth.SecurityToken)}` })
  assert.equal(lines.length, 2)
  for (const secret of [video.auth.AccessKeySecret, video.auth.SecurityToken, 'sIgNaTuRe']) assert.ok(!lines.join('').includes(secret))
})
