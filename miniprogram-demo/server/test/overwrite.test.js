// x-oss-forbid-overwrite, on the four requests that know it, and what was there before.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudFor, elements, eventOf, newVideo, ossClient, sendForm, sendSigned, signedFields } from './helpers.js'

const FORBID = { 'x-oss-forbid-overwrite': 'true' }
const bytes = Buffer.from('a film, more or less')
const seen = (answer) => [answer.status, elements(answer).Code, elements(answer).EC]

async function prepared(t) {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const client = ossClient(cloud, video)
  const ways = {
    PutObject: (headers, body = bytes) => sendSigned(cloud, video, { method: 'PUT', body, headers }),
    InitiateMultipartUpload: (headers) => sendSigned(cloud, video, { method: 'POST', query: { uploads: '' }, headers }),
    async CompleteMultipartUpload(headers) {
      const { uploadId } = await client.initMultipartUpload(key)
      await client.uploadPart(key, uploadId, 1, bytes, 0, bytes.length)
      return sendSigned(cloud, video, { method: 'POST', query: { uploadId }, headers: { ...headers, 'x-oss-complete-all': 'yes' } })
    },
    PostObject: (fields, body = bytes) => sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, {}), ...fields, success_action_status: '200' }, body),
  }
  return { cloud, ways, older: () => cloud.putObject(Bucket, key, 'older'), stored: () => cloud.object(Bucket, key) }
}

for (const way of ['PutObject', 'InitiateMultipartUpload', 'CompleteMultipartUpload', 'PostObject']) {
  test(`${way} does not overwrite when the request forbids it`, async (t) => {
    const { cloud, ways, older, stored } = await prepared(t)
    assert.equal((await ways[way](FORBID)).status, 200, 'nothing is there')
    const before = await older()
    const open = cloud.uploads().length
    assert.deepEqual(seen(await ways[way](FORBID)), [409, 'FileAlreadyExists', way.includes('Multipart') ? '0042-00000214' : '0026-00000002'])
    assert.deepEqual(await stored().sha256(), await before.sha256(), 'what was there is there')
    assert.equal(cloud.uploads().length, way === 'CompleteMultipartUpload' ? open + 1 : open, 'a refused Complete leaves the upload open')
    for (const headers of [{ 'x-oss-forbid-overwrite': 'false' }, {}]) assert.equal((await ways[way](headers)).status, 200)
    cloud.faults.add({ when: { op: way }, do: { ignoreForbidOverwrite: true } })
    assert.equal((await ways[way](FORBID)).status, 200, 'a versioned bucket')
    if (way !== 'InitiateMultipartUpload') assert.equal(stored().size, bytes.length)
  })
}

test('what comes into being while a body is on its way is not overwritten either', async (t) => {
  for (const way of ['PutObject', 'PostObject']) {
    const { cloud, ways, older, stored } = await prepared(t)
    let release
    const stall = new Promise((resolve) => (release = resolve))
    cloud.faults.add({ when: { op: way }, do: { stall, afterBytes: 100_000 } })
    const answer = ways[way](FORBID, Buffer.alloc(200_000))
    await eventOf(cloud, ({ type, bytes: received }) => type === 'received' && received === 100_000)
    await older()
    release()
    assert.equal((await answer).status, 409)
    assert.equal(stored().size, 'older'.length)
  }
})
