// Files that arrive otherwise than they were sent, by each of the three ways: they are stored so, and the checksum is theirs.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Crc64 } from '../cloud/crc64.js'
import { cloudFor, elements, newVideo, ossClient, sendForm, sendSigned, signedFields } from './helpers.js'

const SIZE = 300_000
const crcOf = (bytes) => new Crc64().update(bytes).value().toString()

async function prepared(t) {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const client = ossClient(cloud, video)
  const form = (body, conditions = [], more, options) => sendForm(cloud, Bucket, { key, success_action_status: '201', ...signedFields(cloud, video, { conditions }) }, body, more, options)
  const stored = async () => cloud.object(Bucket, key) && readFile(cloud.object(Bucket, key).path)
  const ways = {
    PutObject: (body) => sendSigned(cloud, video, { method: 'PUT', body }),
    PostObject: form,
    async UploadPart(body) {
      const { uploadId } = await client.initMultipartUpload(key)
      const answer = await sendSigned(cloud, video, { method: 'PUT', query: { partNumber: '1', uploadId }, body })
      await sendSigned(cloud, video, { method: 'POST', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } })
      return answer
    },
  }
  return { cloud, ways, form, stored }
}

for (const way of ['PutObject', 'PostObject', 'UploadPart']) {
  test(`${way}: a byte changes, the rest is another file, the end is missing`, async (t) => {
    const { cloud, ways, stored } = await prepared(t)
    const sent = randomBytes(SIZE)
    const arrives = async (fault, expected) => {
      cloud.faults.add({ when: { op: way }, do: fault })
      const answer = await ways[way](sent)
      assert.ok([200, 201].includes(answer.status))
      assert.ok((await stored()).equals(expected), JSON.stringify(fault))
      assert.equal(answer.headers['x-oss-hash-crc64ecma'], crcOf(expected))
    }
    const changed = (at) => Buffer.from(sent.map((byte, i) => (i === at ? byte ^ 0x20 : byte)))
    for (const at of [0, 200_001, SIZE - 1]) await arrives({ corrupt: at }, changed(at))
    const torn = Buffer.from(sent.map((byte, i) => (i >= 100_003 ? byte ^ 0xff : byte)))
    await arrives({ tear: 100_003 }, torn)
    await arrives({ truncate: 250_000 }, sent.subarray(0, 250_000))
    await arrives({}, sent)
  })
}

test('one byte in the middle of somewhere is enough of a fault, and forms keep their fields', async (t) => {
  const { cloud, form, stored } = await prepared(t)
  const sent = Buffer.from('short')
  cloud.faults.add({ do: { corrupt: true } })
  assert.equal((await form(sent)).status, 201)
  const differing = [...(await stored())].filter((byte, i) => byte !== sent[i])
  assert.equal(differing.length, 1)
})

test('an exact length finds out what is missing, a policy of another length what is too much', async (t) => {
  const { cloud, form, stored } = await prepared(t)
  const sent = randomBytes(SIZE)
  const exact = (size) => [['content-length-range', size, size]]
  const answer = await form(sent, exact(SIZE))
  assert.equal(answer.status, 201)
  assert.deepEqual([elements(answer).ETag !== undefined, elements(answer).Location !== undefined, answer.headers['content-type']], [true, true, 'application/xml'])
  assert.equal(answer.headers['x-oss-hash-crc64ecma'], crcOf(sent))
  cloud.faults.add({ do: { truncate: SIZE - 1 } })
  assert.equal(elements(await form(sent, exact(SIZE))).Code, 'EntityTooSmall')
  assert.equal(elements(await form(sent, exact(SIZE - 1))).Code, 'EntityTooLarge')
  assert.equal(elements(await form(sent, [...exact(SIZE), ['content-length-range', 0, 10]])).Code, 'EntityTooLarge', 'every range counts')
  for (const range of [['content-length-range', 2, 1], ['content-length-range', '1', '2'], ['content-length-range', 1], ['content-length-range', -1, 2], ['content-length-range', 0, 1.5]])
    assert.equal(elements(await form(sent, [range])).Code, 'InvalidPolicyDocument', JSON.stringify(range))
  assert.equal((await stored()).length, SIZE)
})

test('a form that breaks off in its file is refused and leaves nothing behind', async (t) => {
  const { form, stored } = await prepared(t)
  const answer = await form(randomBytes(SIZE), [], {}, { ends: false })
  assert.deepEqual([answer.status, elements(answer).Code], [400, 'MalformedPOSTRequest'])
  assert.equal(await stored(), undefined)
})
