// The way of a file, gone by the vendor's own client.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Crc64 } from '../cloud/crc64.js'
import { cloudFor, newVideo, ossClient, send } from './helpers.js'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const notification = Buffer.from('{"Vod":{"Title":"测试"}}').toString('base64')

for (const authorizationV4 of [false, true]) {
  const version = authorizationV4 ? 'V4' : 'V1'

  test(`ali-oss stores a file in one request, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud)
    const bytes = randomBytes(70_000)
    const { res } = await ossClient(cloud, video, { authorizationV4 }).put(video.address.FileName, bytes, { mime: 'video/mp4', headers: { 'x-oss-notification': notification } })
    assert.equal(res.headers.etag, `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"`)
    assert.equal(res.headers['x-oss-hash-crc64ecma'], new Crc64().update(bytes).value().toString())
    assert.match(res.headers['x-oss-request-id'], /^[0-9A-F]{24}$/)
    const object = cloud.object(video.address.Bucket, video.address.FileName)
    assert.equal(await object.sha256(), sha256(bytes))
    assert.equal(object.contentType, 'video/mp4')
    assert.equal(object.notification, notification)
  })

  test(`ali-oss stores a file in parts, lists them, looks at it and gives up another, ${version}`, async (t) => {
    const cloud = await cloudFor(t)
    const video = newVideo(cloud, { fileName: 'path/日落.MOV' })
    const client = ossClient(cloud, video, { authorizationV4 })
    const name = video.address.FileName
    const bytes = randomBytes(102_400 * 3 + 1)
    const listed = []
    const progress = async (percent, checkpoint) => {
      if (checkpoint?.doneParts.length === 2) listed.push(await client.listParts(name, checkpoint.uploadId))
    }
    const result = await client.multipartUpload(name, bytes, { partSize: 102_400, parallel: 2, progress, headers: { 'x-oss-notification': notification } })
    assert.equal(listed.length, 1)
    assert.match(result.etag, /^"[0-9A-F]{32}-4"$/)
    const head = await client.head(name)
    assert.equal(head.res.headers['content-length'], String(bytes.length))
    assert.equal(head.res.headers['x-oss-hash-crc64ecma'], new Crc64().update(bytes).value().toString())
    const object = cloud.object(video.address.Bucket, name)
    assert.equal(await object.sha256(), sha256(bytes))
    assert.equal(object.notification, notification)
    assert.deepEqual(cloud.uploads(), [])

    const { uploadId } = await client.initMultipartUpload(name)
    await client.uploadPart(name, uploadId, 7, bytes, 0, 1000)
    assert.deepEqual(cloud.uploads().map(({ parts }) => parts.map(({ number, size }) => [number, size])), [[[7, 1000]]])
    assert.equal((await client.abortMultipartUpload(name, uploadId)).res.status, 204)
    assert.deepEqual(cloud.uploads(), [])
  })
}

test('an app server gives a credential that works, and takes it up again', async (t) => {
  const cloud = await cloudFor(t)
  const ask = async (path, body) => {
    const answer = await send(cloud, { method: 'POST', host: 'app.example.com', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    return { status: answer.status, ...JSON.parse(answer.body) }
  }
  const decoded = ({ UploadAuth, UploadAddress }) => ({ auth: JSON.parse(Buffer.from(UploadAuth, 'base64')), address: JSON.parse(Buffer.from(UploadAddress, 'base64')) })
  const created = await ask('/vod/create', { fileName: 'tmp/wx_1.mp4', title: '假期', size: 5 })
  assert.equal(created.status, 200)
  assert.equal(cloud.videos.get(created.VideoId).title, '假期')
  const refreshed = await ask('/vod/refresh', { videoId: created.VideoId })
  assert.equal(refreshed.UploadAddress, created.UploadAddress)
  assert.notEqual(refreshed.UploadAuth, created.UploadAuth)
  const upload = decoded(refreshed)
  await ossClient(cloud, upload).put(upload.address.FileName, Buffer.from('hello'))
  assert.equal(cloud.object(upload.address.Bucket, upload.address.FileName).size, 5)
})
