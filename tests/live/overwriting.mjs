// Whether `x-oss-forbid-overwrite: true` has an effect, on each request that is documented to know it. On InitiateMultipartUpload it decides,
// with put rights alone, whether a CompleteMultipartUpload whose answer was lost was carried out.
import { Readable } from 'node:stream'
import { postForm } from './form.mjs'
import { refusal } from './world.mjs'

const BODY = Buffer.from('vod-upload live check, the first object')
const headers = { 'x-oss-forbid-overwrite': 'true' }

/** @param upload a client and a key under which nothing is stored */
export async function overwriting(world, upload) {
  const { client, key } = upload
  const rows = []
  const note = (request, verdict, answer) => rows.push({ request, verdict, answer })

  const begin = (options) => client.initMultipartUpload(key, options).then(({ uploadId }) => uploadId)
  const abort = (uploadId) => client.abortMultipartUpload(key, uploadId).catch(() => {})
  /** → the list of parts; what cannot be completed is not left open. */
  const complete = async (uploadId, options) => {
    try {
      const { etag } = await client._uploadPart(key, uploadId, 1, { stream: Readable.from([BODY]), size: BODY.length })
      const parts = [{ number: 1, etag }]
      await client.completeMultipartUpload(key, uploadId, parts, options)
      return parts
    } catch (error) {
      await abort(uploadId)
      throw error
    }
  }
  const forbidden = async (request, work) => {
    try {
      await work()
      note(request, 'no', 'ignored: it was carried out')
    } catch (error) {
      note(request, error.status === 409 ? 'yes' : 'unknown', refusal(error))
    }
  }
  const plain = async (request, work) => {
    try {
      const value = await work()
      note(request, 'yes', 'carried out')
      return value
    } catch (error) {
      note(request, 'no', refusal(error))
      return undefined
    }
  }

  const first = await plain('InitiateMultipartUpload with it, nothing there', () => begin({ headers }))
  const parts = first && (await plain('CompleteMultipartUpload of that upload, without it', () => complete(first)))
  // What a client sees that repeats a Complete whose answer was lost.
  if (parts) await plain('the same CompleteMultipartUpload again', () => client.completeMultipartUpload(key, first, parts))
  const there = await client.put(key, BODY).then(() => true, () => false)
  if (!there) return rows
  await forbidden('InitiateMultipartUpload with it, an object there', async () => abort(await begin({ headers })))
  await forbidden('PutObject with it, an object there', () => client.put(key, BODY, { headers }))
  await forbidden('PostObject with it, an object there', () => postForm(world, upload, BODY, headers))
  await forbidden('CompleteMultipartUpload with it, an object there', async () => complete(await begin(), { headers }))
  return rows
}
