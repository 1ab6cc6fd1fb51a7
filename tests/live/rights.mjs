// Which requests of OSS a credential of VOD may make: nobody outside has it in writing. Asked by the vendor's own client.
import { Readable } from 'node:stream'
import { refusal } from './world.mjs'

const PART = Buffer.alloc(102_400, 'vod-upload ')

export async function rights({ client, key }) {
  const rows = []
  const ask = async (operation, work) => {
    try {
      const value = await work()
      rows.push({ operation, answer: 'allowed' })
      return value
    } catch (error) {
      // Whoever may not look is not told that there is nothing.
      rows.push({ operation, answer: error.status === 404 ? `allowed (${refusal(error)})` : refusal(error) })
      return undefined
    }
  }
  const begun = await ask('InitiateMultipartUpload', () => client.initMultipartUpload(key))
  const uploadId = begun?.uploadId ?? 'none'
  await ask('UploadPart', () => client._uploadPart(key, uploadId, 1, { stream: Readable.from([PART]), size: PART.length }))
  await ask('ListParts', () => client.listParts(key, uploadId))
  await ask('AbortMultipartUpload', () => client.abortMultipartUpload(key, uploadId))
  await ask('HeadObject, before there is one', () => client.head(key))
  await ask('PutObject', () => client.put(key, PART))
  await ask('HeadObject', () => client.head(key))
  await ask('GetObject', () => client.get(key))
  return rows
}
