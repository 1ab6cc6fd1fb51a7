// Answers that are nobody's or somebody else's, and what was done nevertheless.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badGateway, captivePortal, redirect } from '../cloud/pages.js'
import { cloudFor, newVideo, ossClient, refusalOf, rpcClient, send, sendForm, sendSigned, signedFields } from './helpers.js'

const bytes = Buffer.from('a film, more or less')

async function prepared(t) {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const client = ossClient(cloud, video)
  const { uploadId } = await client.initMultipartUpload(key)
  await client.uploadPart(key, uploadId, 1, bytes, 0, bytes.length)
  const ways = {
    PutObject: () => sendSigned(cloud, video, { method: 'PUT', body: bytes }),
    UploadPart: () => sendSigned(cloud, video, { method: 'PUT', query: { partNumber: '2', uploadId }, body: bytes }),
    PostObject: () => sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, {}) }, bytes),
    CompleteMultipartUpload: () => sendSigned(cloud, video, { method: 'POST', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } }),
    HeadObject: () => sendSigned(cloud, video, { method: 'HEAD' }),
  }
  return { cloud, video, ways, uploadId, stored: () => cloud.object(Bucket, key) }
}

for (const way of ['PutObject', 'UploadPart', 'PostObject', 'CompleteMultipartUpload', 'HeadObject']) {
  test(`${way} is answered by a captive portal, a redirect, a gateway`, async (t) => {
    const { cloud, ways, stored } = await prepared(t)
    const strikes = async (fault, status) => {
      cloud.faults.add({ when: { op: way }, do: fault })
      const answer = await ways[way]()
      assert.equal(answer.status, status)
      assert.equal(answer.headers['content-type'], 'text/html')
      for (const name of ['x-oss-request-id', 'x-oss-hash-crc64ecma']) assert.equal(answer.headers[name], undefined, name)
      assert.notEqual(answer.headers.server, 'AliyunOSS')
      return answer
    }
    assert.match((await strikes(captivePortal(), 200)).headers.etag, /^W\//)
    for (const status of [302, 307]) assert.equal((await strikes(redirect(status), status)).headers.location, 'https://portal.example.com/login')
    for (const status of [502, 504]) await strikes(badGateway(status), status)
    assert.deepEqual([stored(), cloud.uploads()[0].parts.length], [undefined, 1], 'nothing has been carried out')
    if (way === 'HeadObject') return
    await strikes({ ...badGateway(), processed: true }, 502)
    assert.ok(way === 'UploadPart' ? cloud.uploads()[0].parts.length === 2 : stored(), 'and now it has')
  })
}

test('a Complete whose answer is lost was carried out or not', async (t) => {
  const { cloud, ways, stored } = await prepared(t)
  const complete = ways.CompleteMultipartUpload
  cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { dropAfterBytes: Infinity } })
  assert.equal((await refusalOf(complete())).code, 'ECONNRESET')
  assert.deepEqual([stored(), cloud.uploads().length], [undefined, 1])
  cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { dropAnswer: true } })
  assert.equal((await refusalOf(complete())).code, 'ECONNRESET')
  assert.equal(stored().size, bytes.length)
  assert.equal((await complete()).status, 404)
})

test('headers of an answer can be hidden', async (t) => {
  const { cloud, ways } = await prepared(t)
  const hidden = async (way, ...names) => {
    cloud.faults.add({ when: { op: way }, do: { headers: Object.fromEntries(names.map((name) => [name, null])) } })
    const { status, headers } = await ways[way]()
    assert.ok(status === 200 || status === 204)
    for (const name of names) assert.equal(headers[name.toLowerCase()], undefined, name)
  }
  await hidden('PutObject', 'x-oss-hash-crc64ecma', 'x-oss-request-id', 'ETag')
  await hidden('PostObject', 'X-Oss-Hash-Crc64ecma', 'x-oss-request-id', 'etag')
  await hidden('HeadObject', 'Content-Length')
  await hidden('HeadObject', 'x-oss-hash-crc64ecma', 'content-length')
})

test('each credential can be refused operations of its own', async (t) => {
  const { cloud, video, ways, uploadId } = await prepared(t)
  await ways.PutObject()
  const other = { ...video, auth: JSON.parse(Buffer.from(cloud.refreshVideo(video.VideoId).UploadAuth, 'base64')) }
  cloud.accounts.refuse(video.auth.AccessKeyId, 'HeadObject', 'ListParts', 'AbortMultipartUpload')
  const requests = [{ method: 'HEAD' }, { query: { uploadId } }, { method: 'DELETE', query: { uploadId } }]
  for (const request of requests) assert.equal((await sendSigned(cloud, video, request)).status, 403)
  assert.equal((await ways.PutObject()).status, 200)
  for (const request of requests) assert.ok((await sendSigned(cloud, other, request)).status < 300)
  cloud.accounts.refuse(video.auth.AccessKeyId)
  assert.equal((await sendSigned(cloud, video, { method: 'HEAD' })).status, 200)
  const token = cloud.accounts.sts()
  cloud.accounts.refuse(token.AccessKeyId, 'HeadObject')
  assert.equal((await sendSigned(cloud, { ...video, auth: token }, { method: 'HEAD' })).status, 403)
  assert.throws(() => cloud.accounts.refuse('nobody', 'HeadObject'), /no credential/)
})

test('VOD and the app server, too, may be answered for by others', async (t) => {
  const cloud = await cloudFor(t)
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: captivePortal() })
  await refusalOf(rpcClient(cloud, cloud.accounts.longTerm())('CreateUploadVideo', { Title: 'a', FileName: 'a.mp4' }))
  cloud.faults.add({ when: { op: 'AppCreate' }, do: captivePortal() })
  const answer = await send(cloud, { method: 'POST', host: 'app.example.com', path: '/vod/create', headers: { 'content-type': 'application/json' }, body: '{"fileName":"a.mp4"}' })
  assert.deepEqual([answer.status, answer.headers['content-type'], /<form/.test(answer.body)], [200, 'text/html', true])
  assert.equal(cloud.videos.size, 0)
})
