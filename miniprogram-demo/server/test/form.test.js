// PostObject: policies written by the vendor's client, of both versions.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudFor, elements, newVideo, send, sendForm, signedFields } from './helpers.js'

const bytes = Buffer.from('a film, more or less')

for (const version of ['V1', 'V4']) {
  test(`a form stores a file, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    const { Bucket, FileName: key } = video.address
    const conditions = [{ bucket: Bucket }, ['eq', '$key', key], ['content-length-range', 1, 1000], ['starts-with', '$x-oss-notification', 'eyJ']]
    const fields = { key, 'x-oss-notification': 'eyJWb2QiOnt9fQ==', ...signedFields(cloud, video, { version, conditions }) }
    assert.equal((await sendForm(cloud, Bucket, fields, bytes)).status, 204)
    const object = cloud.object(Bucket, key)
    assert.deepEqual([object.size, object.operation, object.contentType, object.notification], [bytes.length, 'PostObject', 'video/mp4', 'eyJWb2QiOnt9fQ=='])

    const response = await sendForm(cloud, Bucket, { ...fields, success_action_status: '201' }, bytes)
    assert.equal(response.status, 201)
    assert.deepEqual([elements(response).Key, elements(response).Bucket], [key, Bucket])
    assert.equal(response.headers.etag, object.etag)
    assert.equal((await sendForm(cloud, Bucket, { ...fields, success_action_status: '200' }, bytes)).status, 200)
  })

  test(`a form that is not as the policy says is refused, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    const { Bucket, FileName: key } = video.address
    const attempt = async (options, fields = {}, body = bytes) => {
      const answer = await sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, { version, conditions: [], ...options }), ...fields }, body)
      return [answer.status, elements(answer).Code ?? '', elements(answer).Message ?? '']
    }
    const codeOf = async (...given) => (await attempt(...given)).slice(0, 2)
    assert.deepEqual(await codeOf({}), [204, ''])
    assert.deepEqual(await codeOf({ conditions: [['content-length-range', 0, 5]] }), [400, 'EntityTooLarge'])
    assert.deepEqual(await codeOf({ conditions: [['content-length-range', 100, 500]] }), [400, 'EntityTooSmall'])
    assert.deepEqual(await codeOf({ conditions: [['content-length-range', 0, 5]] }, {}, Buffer.alloc(3_000_000)), [400, 'EntityTooLarge'])
    for (const condition of [['eq', '$key', 'other'], ['starts-with', '$key', 'other/'], { bucket: 'other' }, ['in', '$content-type', ['image/png']], ['eq', '$success_action_status', '200']]) {
      const [status, code, message] = await attempt({ conditions: [condition] })
      assert.deepEqual([status, code], [403, 'AccessDenied'])
      assert.match(message, /Policy Condition failed/)
    }
    assert.match((await attempt({ expiration: new Date(cloud.clock() - 1000).toISOString() }))[2], /Policy expired/)
    assert.deepEqual(await codeOf({ expiration: 'tomorrow' }), [400, 'InvalidPolicyDocument'])
    assert.deepEqual(await codeOf({ conditions: [123] }), [400, 'InvalidPolicyDocument'])
    assert.deepEqual(await codeOf({}, { [version === 'V1' ? 'Signature' : 'x-oss-signature']: 'AAAA' }), [403, 'SignatureDoesNotMatch'])
    assert.deepEqual(await codeOf({}, { 'x-oss-security-token': 'CAISother' }), [403, 'InvalidSecurityToken'])
    assert.deepEqual(await codeOf({}, { key: 'sv/other.mp4' }), [403, 'AccessDenied'])
    assert.deepEqual(await codeOf({}, { policy: undefined }), [403, 'AccessDenied'])
    cloud.accounts.expire(video.auth.AccessKeyId)
    assert.deepEqual(await codeOf({}), [403, 'SecurityTokenExpired'])
    assert.equal(cloud.objects().length, 1)
  })
}

test('a V4 policy belongs to the region of the bucket and names its own fields', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const wrong = await sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, { version: 'V4', conditions: [], region: 'cn-beijing' }) }, bytes)
  assert.deepEqual([wrong.status, elements(wrong).EC], [400, '0002-00000226'])
  const silent = await sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, { version: 'V4', conditions: [], unnamed: 'x-oss-date' }) }, bytes)
  assert.deepEqual([silent.status, elements(silent).Code], [400, 'InvalidPolicyDocument'])
})

test('what comes after the file is ignored, and a form without a file is refused', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const { policy, ...late } = signedFields(cloud, video, { version: 'V1', conditions: [] })
  const answer = await sendForm(cloud, Bucket, { key, policy }, bytes, late)
  assert.deepEqual([answer.status, elements(answer).ArgumentName], [400, 'ossaccesskeyid'])
  const without = await sendForm(cloud, Bucket, { key, policy, ...late })
  assert.deepEqual([without.status, elements(without).ArgumentName], [400, 'file'])
  const host = `${Bucket}.oss-cn-shanghai.aliyuncs.com`
  const broken = await send(cloud, { method: 'POST', host, headers: { 'content-type': 'multipart/form-data' }, body: 'x' })
  assert.equal(elements(broken).Code, 'MalformedPOSTRequest')
})
