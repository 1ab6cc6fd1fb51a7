// Which requests of OSS a credential of VOD may make.
import { Readable } from 'node:stream'
import { refusal } from './world.mjs'

const PART = Buffer.alloc(102_400, 'vod-upload ')

export async function rights({ client, key }) {
  const rows = []
  const ask = async (request, work) => {
    try {
      const { value, note } = await work()
      rows.push({ request, verdict: 'yes', answer: note ? `allowed, ${note}` : 'allowed' })
      return value
    } catch (error) {
      // 404 proves the right: without it the answer would be 403.
      const allowed = error.status === 404
      rows.push({ request, verdict: allowed ? 'yes' : error.status === 403 ? 'no' : 'unknown', answer: allowed ? `allowed (${refusal(error)})` : refusal(error) })
      return undefined
    }
  }
  const plain = (work) => async () => ({ value: await work() })

  const begun = await ask('InitiateMultipartUpload', plain(() => client.initMultipartUpload(key)))
  const uploadId = begun?.uploadId ?? 'none'
  await ask('UploadPart', plain(() => client._uploadPart(key, uploadId, 1, { stream: Readable.from([PART]), size: PART.length })))
  await ask('ListParts', plain(() => client.listParts(key, uploadId)))
  await ask('AbortMultipartUpload', plain(() => client.abortMultipartUpload(key, uploadId)))
  await ask('HeadObject, nothing there', plain(() => client.head(key)))
  await ask('PutObject', plain(() => client.put(key, PART)))
  await ask('HeadObject', async () => ({ note: shown((await client.head(key)).res.headers) }))
  await ask('GetObject', plain(() => client.get(key)))
  return rows
}

/** Length and CRC64 together prove that the object is the file. */
function shown(headers) {
  const has = (name, title) => `${headers[name] === undefined ? 'without' : 'with'} ${title}`
  return `${has('content-length', 'length')}, ${has('x-oss-hash-crc64ecma', 'CRC64')}`
}
