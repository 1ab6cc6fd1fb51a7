// The VOD API, called by the vendor's RPC client.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudFor, newVideo, ossClient, refusalOf, rpcClient, send } from './helpers.js'

const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
const video = { Title: 'test', FileName: 'a.mp4' }

for (const method of ['GET', 'POST']) {
  test(`a video is created and its credential renewed, ${method}`, async (t) => {
    const cloud = await cloudFor(t)
    const call = rpcClient(cloud, cloud.accounts.sts(), { method })
    const created = await call('CreateUploadVideo', { Title: '测试 视频 100% ~*!\'()', FileName: 'D:\\视频\\a+b.MP4', FileSize: '123', Tags: 'a,b', UserData: '{"Extend":"x"}' })
    assert.deepEqual(Object.keys(created).sort(), ['RequestId', 'UploadAddress', 'UploadAuth', 'VideoId'])
    const auth = decode(created.UploadAuth)
    assert.deepEqual(Object.keys(auth), ['SecurityToken', 'AccessKeyId', 'ExpireUTCTime', 'AccessKeySecret', 'Expiration', 'Region'])
    assert.deepEqual([auth.Expiration, auth.Region], ['3000', 'cn-shanghai'])
    assert.ok(Math.abs(Date.parse(auth.ExpireUTCTime) - cloud.clock() - 3_000_000) < 5000)
    const address = decode(created.UploadAddress)
    assert.deepEqual(Object.keys(address), ['Endpoint', 'Bucket', 'FileName'])
    assert.equal(address.Endpoint, 'https://oss-cn-shanghai.aliyuncs.com')
    assert.match(address.Bucket, /^outin-[0-9a-f]{32}$/)
    assert.match(address.FileName, /^sv\/([0-9a-f-]+)\/\1\.mp4$/)
    assert.equal(cloud.videos.get(created.VideoId).title, '测试 视频 100% ~*!\'()')

    const renewed = await call('RefreshUploadVideo', { VideoId: created.VideoId })
    assert.equal(renewed.UploadAddress, created.UploadAddress)
    assert.notEqual(decode(renewed.UploadAuth).AccessKeyId, auth.AccessKeyId)
    assert.equal((await refusalOf(call('RefreshUploadVideo', { VideoId: 'x' }))).code, 'InvalidVideo.NotFound')
  })
}

test('an image gets a name, a number and an address to be seen at', async (t) => {
  const cloud = await cloudFor(t)
  const call = rpcClient(cloud, cloud.accounts.longTerm())
  const image = await call('CreateUploadImage', { ImageType: 'cover', ImageExt: 'jpg' })
  assert.deepEqual(Object.keys(image).sort(), ['FileURL', 'ImageId', 'ImageURL', 'RequestId', 'UploadAddress', 'UploadAuth'])
  const { Bucket, FileName } = decode(image.UploadAddress)
  assert.match(FileName, /^image\/cover\/[0-9A-F]{32}-6-2\.jpg$/)
  assert.equal(image.ImageURL, `https://${Bucket}.oss-cn-shanghai.aliyuncs.com/${FileName}`)
  for (const wrong of [{}, { ImageType: 'other' }, { ImageType: 'default', ImageExt: 'bmp' }]) assert.match((await refusalOf(call('CreateUploadImage', wrong))).code, /^(Missing|Invalid)Parameter$/)
})

test('what a video is called and how it is tagged has limits', async (t) => {
  const cloud = await cloudFor(t)
  const call = rpcClient(cloud, cloud.accounts.longTerm())
  const attempt = async (more) => (await refusalOf(call('CreateUploadVideo', { ...video, ...more }))).code
  assert.equal(await attempt({ Title: '' }), 'MissingParameter')
  assert.equal(await attempt({ FileName: '' }), 'MissingParameter')
  for (const FileName of ['a', 'a.exe', 'mp4', 'dir.mp4/a']) assert.equal(await attempt({ FileName }), 'InvalidFileName.Extension')
  assert.equal(await attempt({ Title: '好'.repeat(129) }), 'LengthExceededMax')
  for (const Title of ['日落😀', '❤️', '🇨🇳']) assert.equal(await attempt({ Title }), 'IllegalCharacters')
  assert.equal(await attempt({ Description: 'a'.repeat(1025) }), 'LengthExceededMax')
  assert.equal(await attempt({ Tags: Array(17).fill('a').join() }), 'TagsExceededMax')
  assert.equal(await attempt({ Tags: 'a'.repeat(33) }), 'LengthExceededMax')
  assert.equal(await attempt({ FileSize: '1.5' }), 'InvalidParameter')
  assert.equal(await attempt({ ReferenceId: 'short' }), 'InvalidParameter')
  assert.equal(await attempt({ UserData: '"{}"' }), 'InvalidParameter')
  assert.equal(await attempt({ UserData: JSON.stringify({ Extend: 'x'.repeat(513) }) }), 'LengthExceededMax')
  assert.equal(await attempt({ TemplateGroupId: 'nobody' }), 'InvalidTemplateGroupId.NotFound')
  assert.equal(await attempt({ StorageLocation: 'nowhere.oss-cn-shanghai.aliyuncs.com' }), 'InvalidStorage.NotFound')
  assert.ok((await call('CreateUploadVideo', { ...video, Title: '好'.repeat(128), Description: '©®™ 100 %', Tags: Array(16).fill('a'.repeat(32)).join() })).VideoId)
})

test('storage may lie elsewhere, and uploads may be accelerated', async (t) => {
  const cloud = await cloudFor(t)
  const call = rpcClient(cloud, cloud.accounts.longTerm())
  cloud.createBucket('in-old-beijing', 'cn-beijing')
  const old = await call('CreateUploadVideo', { ...video, StorageLocation: 'in-old-beijing.oss-cn-beijing.aliyuncs.com' })
  assert.equal(decode(old.UploadAddress).Endpoint, 'https://oss-cn-beijing.aliyuncs.com')
  assert.equal(decode(old.UploadAuth).Region, 'cn-shanghai')
  const fast = await call('CreateUploadVideo', { ...video, UserData: '{"AccelerateConfig":{"Type":"oss","Domain":"oss-accelerate.aliyuncs.com"}}' })
  assert.equal(decode(fast.UploadAddress).Endpoint, 'https://oss-accelerate.aliyuncs.com')
  const singapore = rpcClient(cloud, cloud.accounts.longTerm(), { host: 'vod.ap-southeast-1.aliyuncs.com' })
  const there = await singapore('CreateUploadVideo', video)
  assert.equal(decode(there.UploadAddress).Endpoint, 'https://oss-ap-southeast-1.aliyuncs.com')
  assert.equal((await refusalOf(call('RefreshUploadVideo', { VideoId: there.VideoId }))).code, 'InvalidVideo.NotFound')
})

test('the gateway checks key, token, signature, time and nonce', async (t) => {
  let now = Date.now()
  const cloud = await cloudFor(t, { clock: () => now })
  const key = cloud.accounts.longTerm()
  const sts = cloud.accounts.sts({ ttl: 900 })
  const attempt = async (credential, parameters = {}) => {
    const error = await refusalOf(rpcClient(cloud, credential)('CreateUploadVideo', { ...video, ...parameters }))
    return [error.entry?.response.statusCode, error.code]
  }
  const stamp = (ms) => new Date(ms).toISOString().replace(/\.\d+/, '')
  assert.deepEqual(await attempt({ ...key, AccessKeyId: 'nobody' }), [404, 'InvalidAccessKeyId.NotFound'])
  assert.deepEqual(await attempt({ ...key, AccessKeySecret: 'wrong' }), [400, 'SignatureDoesNotMatch'])
  assert.deepEqual(await attempt({ ...sts, SecurityToken: undefined }), [400, 'MissingSecurityToken'])
  assert.deepEqual(await attempt({ ...sts, SecurityToken: 'rubbish' }), [400, 'InvalidSecurityToken.Malformed'])
  assert.deepEqual(await attempt({ ...sts, SecurityToken: cloud.accounts.sts().SecurityToken }), [400, 'InvalidSecurityToken.MismatchWithAccessKey'])
  assert.deepEqual(await attempt(key, { Timestamp: stamp(now - 16 * 60_000) }), [400, 'InvalidTimeStamp.Expired'])
  assert.deepEqual(await attempt(key, { Timestamp: stamp(now + 16 * 60_000) }), [400, 'InvalidTimeStamp.Expired'])
  assert.deepEqual(await attempt(key, { Timestamp: 'now' }), [400, 'InvalidTimeStamp.Format'])
  assert.deepEqual(await attempt(key, { Version: '2015-04-01' }), [400, 'InvalidVersion'])
  assert.deepEqual(await attempt(key, { SignatureNonce: '' }), [400, 'MissingParameter'])
  for (const action of ['DeleteEverything', 'toString']) assert.equal((await refusalOf(rpcClient(cloud, key)(action, {}, { formatAction: false }))).code, 'InvalidAction.NotFound')
  await rpcClient(cloud, key)('CreateUploadVideo', { ...video, SignatureNonce: 'once' })
  assert.deepEqual(await attempt(key, { SignatureNonce: 'once' }), [400, 'SignatureNonceUsed'])
  const upload = decode(cloud.createVideo().UploadAuth)
  assert.deepEqual(await attempt(upload), [403, 'Forbidden'])
  now += 900_000
  assert.deepEqual(await attempt(sts, { Timestamp: stamp(now) }), [400, 'InvalidSecurityToken.Expired'])
})

test('a call must bear a time, and is answered in XML unless it asks for JSON', async (t) => {
  const cloud = await cloudFor(t)
  const host = 'vod.cn-shanghai.aliyuncs.com'
  const answer = await send(cloud, { host, path: '/?Action=CreateUploadVideo&Version=2017-03-21&Format=JSON&AccessKeyId=a&SignatureNonce=1' })
  const error = JSON.parse(answer.body)
  assert.deepEqual(Object.keys(error), ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'])
  assert.match(error.Message, /"Timestamp"/)
  const xml = await send(cloud, { host, path: '/?Action=CreateUploadVideo&Version=2017-03-21' })
  assert.match(String(xml.body), /^<\?xml [^]*<Code>MissingParameter<\/Code>/)
})

test('videos and images are deleted with what was stored of them, by the account\'s own key alone', async (t) => {
  const cloud = await cloudFor(t)
  const key = cloud.accounts.longTerm()
  const call = rpcClient(cloud, key)
  const made = newVideo(cloud)
  const image = newVideo(cloud, { image: true, fileName: 'a.png' })
  await ossClient(cloud, image).put(image.address.FileName, Buffer.from('png'))
  await ossClient(cloud, made).initMultipartUpload(made.address.FileName)
  assert.deepEqual([cloud.objects().length, cloud.uploads().length], [1, 1])
  const { NonExistVideoIds } = await call('DeleteVideo', { VideoIds: `${made.VideoId},none` })
  assert.deepEqual(NonExistVideoIds, ['none'])
  await call('DeleteImage', { DeleteImageType: 'ImageId', ImageIds: image.ImageId })
  assert.deepEqual([cloud.objects().length, cloud.uploads().length, cloud.videos.size, cloud.images.size], [0, 0, 0, 0])
  assert.equal((await refusalOf(call('DeleteVideo', { VideoIds: made.VideoId }))).code, 'InvalidVideo.NotFound')
  assert.equal((await refusalOf(rpcClient(cloud, cloud.accounts.sts())('DeleteVideo', { VideoIds: 'x' }))).code, 'Forbidden')
})

test('a role can be assumed, and its token used', async (t) => {
  const cloud = await cloudFor(t)
  const key = cloud.accounts.longTerm()
  const sts = (credential) => rpcClient(cloud, credential, { host: 'sts.cn-shanghai.aliyuncs.com', apiVersion: '2015-04-01' })
  const role = { RoleArn: 'acs:ram::123456:role/uploader', RoleSessionName: 'test', DurationSeconds: '900' }
  const { Credentials } = await sts(key)('AssumeRole', role)
  assert.deepEqual(Object.keys(Credentials), ['AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration'])
  assert.ok((await rpcClient(cloud, Credentials)('CreateUploadVideo', video)).VideoId)
  assert.equal((await refusalOf(sts(Credentials)('AssumeRole', role))).code, 'Forbidden')
  assert.equal((await refusalOf(sts(key)('AssumeRole', { ...role, RoleArn: 'x' }))).code, 'InvalidParameter')
})

test('a custom id names one video, in the whole account, and refreshes it', async (t) => {
  const cloud = await cloudFor(t)
  const call = rpcClient(cloud, cloud.accounts.longTerm())
  const singapore = rpcClient(cloud, cloud.accounts.longTerm(), { host: 'vod.ap-southeast-1.aliyuncs.com' })
  const ReferenceId = 'file_0-Abc'
  const created = await call('CreateUploadVideo', { ...video, ReferenceId })
  for (const again of [call, singapore]) assert.equal((await refusalOf(again('CreateUploadVideo', { ...video, ReferenceId }))).code, 'InvalidParameter')
  assert.equal(cloud.videos.size, 1)
  const refreshed = await call('RefreshUploadVideo', { ReferenceId })
  assert.deepEqual([refreshed.VideoId, refreshed.UploadAddress], [created.VideoId, created.UploadAddress])
  const other = await call('CreateUploadVideo', { ...video, ReferenceId: 'file_0-Abd' })
  assert.equal((await call('RefreshUploadVideo', { VideoId: other.VideoId, ReferenceId })).VideoId, other.VideoId, 'the VideoId wins')
  assert.equal((await refusalOf(call('RefreshUploadVideo', { ReferenceId: 'nobody-knows' }))).code, 'InvalidVideo.NotFound')
  assert.equal((await refusalOf(call('RefreshUploadVideo'))).code, 'MissingParameter')

  // An answer that was lost is found again.
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { dropAnswer: true } })
  assert.equal((await refusalOf(call('CreateUploadVideo', { ...video, ReferenceId: 'file_1' }))).code, 'ECONNRESET')
  assert.equal(cloud.videos.has((await call('RefreshUploadVideo', { ReferenceId: 'file_1' })).VideoId), true)
})

test('a deleted video is refreshed no more, and its custom id is free', async (t) => {
  const cloud = await cloudFor(t)
  const call = rpcClient(cloud, cloud.accounts.longTerm())
  const { VideoId } = await call('CreateUploadVideo', { ...video, ReferenceId: 'file_0' })
  await cloud.deleteVideo(VideoId)
  await cloud.deleteVideo('no such video')
  for (const parameters of [{ VideoId }, { ReferenceId: 'file_0' }]) {
    const error = await refusalOf(call('RefreshUploadVideo', parameters))
    assert.deepEqual([error.entry.response.statusCode, error.code], [404, 'InvalidVideo.NotFound'])
  }
  assert.ok((await call('CreateUploadVideo', { ...video, ReferenceId: 'file_0' })).VideoId)
  assert.throws(() => cloud.refreshVideo(VideoId), { code: 'InvalidVideo.NotFound' })
})

test('a session policy narrows what a role\'s token may do', async (t) => {
  const cloud = await cloudFor(t)
  const sts = rpcClient(cloud, cloud.accounts.longTerm(), { host: 'sts.cn-shanghai.aliyuncs.com', apiVersion: '2015-04-01' })
  const role = { RoleArn: 'acs:ram::123456:role/uploader', RoleSessionName: 'test' }
  const { VideoId } = cloud.createVideo()
  const allowed = async (...Statement) => {
    const { Credentials } = await sts('AssumeRole', { ...role, Policy: JSON.stringify({ Version: '1', Statement: Statement.map((one) => ({ Resource: '*', ...one })) }) })
    const call = rpcClient(cloud, Credentials)
    const may = async (action, parameters) => call(action, parameters).then(() => true, ({ code }) => assert.equal(code, 'Forbidden') ?? false)
    const put = await ossClient(cloud, { ...newVideo(cloud), auth: Credentials }).put('own/a.mp4', Buffer.from('a')).then(() => true, ({ code }) => assert.equal(code, 'AccessDenied') ?? false)
    return [put, await may('CreateUploadVideo', video), await may('CreateUploadImage', { ImageType: 'default' }), await may('RefreshUploadVideo', { VideoId })]
  }
  assert.deepEqual(await allowed({ Effect: 'Allow', Action: ['vod:CreateUploadVideo'] }), [false, true, false, false])
  assert.deepEqual(await allowed({ Effect: 'Allow', Action: 'vod:Create*' }), [false, true, true, false])
  assert.deepEqual(await allowed({ Effect: 'Allow', Action: '*' }, { Effect: 'Deny', Action: 'vod:RefreshUploadVideo' }), [true, true, true, false])
  assert.deepEqual(await allowed({ Effect: 'Allow', Action: 'oss:PutObject' }), [true, false, false, false])
  for (const Policy of ['x', '{}', 'x'.repeat(2049)]) assert.equal((await refusalOf(sts('AssumeRole', { ...role, Policy }))).code, 'InvalidParameter')
})
