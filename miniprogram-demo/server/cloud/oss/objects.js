// PutObject, GetObject, HeadObject.

import { createReadStream } from 'node:fs'
import { quotedMd5 } from '../store.js'
import { OssError } from './errors.js'

const MAX_KEY = 1023 // bytes of UTF-8
const MAX_SINGLE = 5 * 1024 ** 3 // bytes, one PutObject or one part

/** Properties of an object from the headers of the request that creates it. */
export function objectFacts(headers, operation) {
  return {
    operation,
    contentType: headers['content-type'] ?? 'application/octet-stream',
    notification: headers['x-oss-notification'],
    meta: Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-oss-meta-'))),
  }
}

export function checkKey(key) {
  const bytes = Buffer.byteLength(key)
  if (bytes < 1 || bytes > MAX_KEY || /^[/\\]/.test(key)) throw new OssError('InvalidObjectName', { ObjectName: key.slice(0, 100) })
}

/** `forbid`: the header or form field x-oss-forbid-overwrite. A versioned bucket ignores it; the fault `ignoreForbidOverwrite` simulates one. */
export function refuseOverwrite({ bucket, key, exchange }, forbid, ec) {
  if (forbid?.toLowerCase() === 'true' && !exchange.fault.ignoreForbidOverwrite && bucket.objects.has(key)) throw new OssError('FileAlreadyExists', { ec, Key: key })
}

/** Reads a body of announced length, and compares it with Content-MD5 when that is given. */
export async function receiveBody(call) {
  const { exchange, store } = call
  const length = exchange.headers['content-length']
  if (length === undefined && exchange.headers['transfer-encoding'] === undefined) throw new OssError('MissingContentLength')
  if (Number(length) > MAX_SINGLE) throw new OssError('EntityTooLarge', { ProposedSize: length, MaxSizeAllowed: MAX_SINGLE })
  const digest = exchange.headers['content-md5']
  if (digest !== undefined && Buffer.from(digest, 'base64').length !== 16) throw new OssError('InvalidDigest', { 'Content-MD5': digest })
  const blob = await store.receive(exchange.content())
  await keepOrDiscard(call, blob, () => checkDigest(digest, blob.md5))
  return blob
}

/** Runs a check on received bytes and deletes their file if it throws. */
export async function keepOrDiscard({ store }, blob, check) {
  try {
    return check()
  } catch (error) {
    await store.discard(blob)
    throw error
  }
}

export function checkDigest(given, md5) {
  if (given !== undefined && given !== md5.toString('base64')) throw new OssError('InvalidDigest', { 'Content-MD5': given })
}

export async function putObject(call) {
  const { bucket, key, store, exchange } = call
  const forbid = exchange.headers['x-oss-forbid-overwrite']
  refuseOverwrite(call, forbid)
  const blob = await receiveBody(call)
  await keepOrDiscard(call, blob, () => refuseOverwrite(call, forbid))
  const object = await store.putObject(bucket, key, blob, { ...objectFacts(exchange.headers, 'PutObject'), etag: quotedMd5(blob.md5) })
  exchange.stored(object.size)
  return { status: 200, headers: { ETag: object.etag, 'x-oss-hash-crc64ecma': object.crc64.toString(), 'Content-MD5': blob.md5.toString('base64') } }
}

export async function getObject({ bucket, key, exchange }) {
  const object = bucket.objects.get(key)
  if (!object) throw new OssError('NoSuchKey', { Key: key })
  const headers = {
    'Content-Type': object.contentType,
    'Content-Length': object.size,
    ETag: object.etag,
    'Last-Modified': new Date(object.lastModified).toUTCString(),
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': object.operation === 'CompleteMultipartUpload' ? 'Multipart' : 'Normal',
    'x-oss-hash-crc64ecma': object.crc64.toString(),
    'x-oss-storage-class': 'Standard',
    ...object.meta,
  }
  if (exchange.method === 'HEAD') return { status: 200, headers }
  const range = wantedRange(exchange.headers.range, object.size)
  if (!range) return { status: 200, headers, body: object.size ? createReadStream(object.file) : '' }
  const [start, end] = range
  const partly = { 'Content-Length': end - start + 1, 'Content-Range': `bytes ${start}-${end}/${object.size}` }
  return { status: 206, headers: { ...headers, ...partly }, body: createReadStream(object.file, { start, end }) }
}

/** OSS answers a range it does not understand with the whole object. */
function wantedRange(text, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [start, end] = match[1] === '' ? [Math.max(0, size - Number(match[2])), size - 1] : [Number(match[1]), match[2] === '' ? size - 1 : Number(match[2])]
  if (start >= size) throw new OssError('InvalidRange', { ActualObjectSize: size, RangeRequested: text })
  return start > end ? undefined : [start, Math.min(end, size - 1)]
}
