// InitiateMultipartUpload, UploadPart, ListParts, CompleteMultipartUpload, AbortMultipartUpload.

import { createHash } from 'node:crypto'
import { OssError } from './errors.js'
import { checkDigest, keepOrDiscard, objectFacts, receiveBody, refuseOverwrite } from './objects.js'
import { readXml, writeResult } from './xml.js'

const MAX_PARTS = 10000
const MIN_PART_SIZE = 100 * 1024 // bytes, all parts but the last, looked at only when the upload is completed
const MAX_PAGE = 1000
const UPLOAD_LIFE = 7 * 86_400_000 // ms, VOD clears away what nobody has completed by then
const EXISTS_EC = '0042-00000214' // FileAlreadyExists, where it is a multipart upload that must not overwrite
const MAX_LIST_BODY = 4 * 1024 * 1024 // bytes of the XML list of 10 000 parts, with room

export async function initiate(call) {
  const { bucket, key, query, store, exchange } = call
  refuseOverwrite(call, exchange.headers['x-oss-forbid-overwrite'], EXISTS_EC)
  const upload = store.initiate(bucket, key, objectFacts(exchange.headers, 'CompleteMultipartUpload'))
  const fields = { ...encoding(query), Bucket: bucket.name, Key: encodedKey(key, query), UploadId: upload.uploadId }
  return xml(writeResult('InitiateMultipartUploadResult', fields))
}

export async function uploadPart(call) {
  const { query, store } = call
  const text = query.get('partNumber')
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > MAX_PARTS)
    throw new OssError('InvalidArgument', { message: `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive.`, ec: '0017-00000220', ArgumentName: 'partNumber', ArgumentValue: text })
  findUpload(call)
  const blob = await receiveBody(call)
  // It may have been aborted or completed while the part was on its way.
  const upload = await keepOrDiscard(call, blob, () => findUpload(call))
  const part = await store.putPart(upload, number, blob)
  call.exchange.stored(part.size)
  return { status: 200, headers: { ETag: part.etag, 'Content-MD5': blob.md5.toString('base64'), 'x-oss-hash-crc64ecma': part.crc64.toString() } }
}

export async function listParts(call) {
  const { bucket, key, query } = call
  const upload = findUpload(call)
  const marker = wholeNumber(query, 'part-number-marker', 0, 0, Infinity)
  const page = wholeNumber(query, 'max-parts', MAX_PAGE, 1, MAX_PAGE)
  const rest = sorted(upload).filter((part) => part.number > marker)
  const shown = rest.slice(0, page)
  const fields = {
    ...encoding(query),
    Bucket: bucket.name,
    Key: encodedKey(key, query),
    UploadId: upload.uploadId,
    StorageClass: 'Standard',
    PartNumberMarker: marker,
    NextPartNumberMarker: shown.at(-1)?.number ?? marker,
    MaxParts: page,
    IsTruncated: rest.length > shown.length,
    Part: shown.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: part.etag,
      HashCrc64ecma: part.crc64.toString(),
      Size: part.size,
    })),
  }
  return xml(writeResult('ListPartsResult', fields))
}

export async function complete(call) {
  const { bucket, key, query, store, exchange } = call
  const all = exchange.headers['x-oss-complete-all'] === 'yes'
  const body = await exchange.readAll(MAX_LIST_BODY)
  const upload = findUpload(call)
  if (body === undefined) throw new OssError('MalformedXML')
  checkDigest(exchange.headers['content-md5'], createHash('md5').update(body).digest())
  if (all && body.length)
    throw new OssError('InvalidArgument', { message: 'The body must be empty when x-oss-complete-all is given.', ArgumentName: 'x-oss-complete-all', ArgumentValue: 'yes' })
  const parts = all ? sorted(upload) : chosenParts(upload, body.toString('utf8'))
  if (parts.length === 0) throw new OssError('InvalidPart', { UploadId: upload.uploadId })
  for (const part of parts.slice(0, -1))
    if (part.size < MIN_PART_SIZE) throw new OssError('EntityTooSmall', { MinSizeAllowed: MIN_PART_SIZE, ProposedSize: part.size, ETag: part.etag, PartNumber: part.number })
  refuseOverwrite(call, exchange.headers['x-oss-forbid-overwrite'], EXISTS_EC)
  const facts = { contentType: upload.contentType, meta: upload.meta, operation: 'CompleteMultipartUpload', notification: exchange.headers['x-oss-notification'], partSizes: parts.map((part) => part.size) }
  const object = await store.complete(bucket, upload, parts, facts)
  exchange.stored(object.size)
  const location = `http://${exchange.host}/${encodeURIComponent(key).replace(/%2F/g, '/')}`
  const fields = { ...encoding(query), Location: location, Bucket: bucket.name, Key: encodedKey(key, query), ETag: object.etag }
  return xml(writeResult('CompleteMultipartUploadResult', fields), { ETag: object.etag, 'x-oss-hash-crc64ecma': object.crc64.toString() })
}

export async function abort(call) {
  await call.store.abort(call.bucket, findUpload(call))
  return { status: 204, headers: {} }
}

function findUpload({ bucket, key, query, store, now }) {
  const uploadId = query.get('uploadId')
  const upload = bucket.uploads.get(uploadId)
  const stale = upload && now - upload.initiated > UPLOAD_LIFE
  if (stale) void store.abort(bucket, upload)
  if (!upload || stale || upload.key !== key) throw new OssError('NoSuchUpload', { UploadId: uploadId })
  return upload
}

function chosenParts(upload, text) {
  const list = readXml(text)?.CompleteMultipartUpload?.Part
  if (!list) throw new OssError('MalformedXML')
  let last = 0
  return list.map(({ PartNumber, ETag }) => {
    const number = Number(PartNumber)
    if (!Number.isInteger(number) || number < 1 || typeof ETag !== 'string') throw new OssError('MalformedXML')
    if (number <= last) throw new OssError('InvalidPartOrder', { UploadId: upload.uploadId })
    last = number
    const part = upload.parts.get(number)
    const bare = (etag) => etag.trim().replaceAll('"', '')
    if (!part || bare(part.etag) !== bare(ETag)) throw new OssError('InvalidPart', { ETag, PartNumber: number, UploadId: upload.uploadId })
    return part
  })
}

const sorted = (upload) => [...upload.parts.values()].sort((a, b) => a.number - b.number)

function wholeNumber(query, name, absent, least, most) {
  const text = query.get(name)
  if (text === undefined) return absent
  if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
    throw new OssError('InvalidArgument', { message: `Argument ${name} must be an integer between ${least} and ${most}.`, ArgumentName: name, ArgumentValue: text })
  return Number(text)
}

const encoding = (query) => (query.get('encoding-type') === 'url' ? { EncodingType: 'url' } : {})
const encodedKey = (key, query) => (query.get('encoding-type') === 'url' ? encodeURIComponent(key) : key)
const xml = (body, headers = {}) => ({ status: 200, headers: { 'Content-Type': 'application/xml', ...headers }, body })
