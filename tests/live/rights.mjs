// Which requests of OSS a credential of VOD may make.
import { Readable } from 'node:stream'
import { postForm } from './form.mjs'
import { refusal } from './world.mjs'

const PART = Buffer.alloc(102_400, 'vod-upload ')

export async function rights(world, upload) {
  const { client, key } = upload
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
  await ask('PostObject', async () => ({ note: `answered ${shown(await postForm(world, upload, PART), ['x-oss-hash-crc64ecma', 'etag'])}` }))
  await ask('HeadObject', async () => ({ note: shown((await client.head(key)).res.headers, ['content-length', 'x-oss-hash-crc64ecma']) }))
  await ask('GetObject', plain(() => client.get(key)))
  return rows
}

/** Which of these headers an answer has: a file is compared by its length and CRC64. */
const shown = (headers, names) => names.map((name) => `${headers[name] === undefined ? 'without' : 'with'} ${name}`).join(', ')
