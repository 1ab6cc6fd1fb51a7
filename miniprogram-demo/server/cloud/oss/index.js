// The object storage: finds the operation, lets in who may, answers in XML.

import { randomBytes } from 'node:crypto'
import { OssError } from './errors.js'
import { authenticate } from './authenticate.js'
import { checkKey, getObject, putObject } from './objects.js'
import { abort, complete, initiate, listParts, uploadPart } from './multipart.js'
import { postObject } from './post.js'
import { foreignPage } from '../pages.js'
import { writeXml } from './xml.js'

const OPERATIONS = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  InitiateMultipartUpload: initiate,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: complete,
  AbortMultipartUpload: abort,
}

export const ossRequestId = () => randomBytes(12).toString('hex').toUpperCase()

export class Oss {
  constructor({ store, accounts, faults, clock }) {
    Object.assign(this, { store, accounts, faults, clock })
  }

  async serve(exchange, place) {
    const headers = { Server: 'AliyunOSS', 'x-oss-request-id': exchange.requestId }
    let answer
    try {
      answer = await this.#handle(exchange, place)
    } catch (error) {
      if (!(error instanceof OssError)) throw error
      answer = refusal(error, exchange)
    }
    const empty = exchange.method === 'HEAD' || answer.status === 204
    const length = answer.headers['Content-Length'] ?? (empty ? undefined : Buffer.byteLength(answer.body ?? ''))
    await exchange.answer(answer.status, { ...headers, ...answer.headers, 'Content-Length': length }, answer.body)
  }

  async #handle(exchange, place) {
    const key = decodeKey(exchange.rawPath)
    const query = decodeQuery(exchange.rawQuery)
    const operation = nameOperation(exchange, key ?? '', query)
    const partNumber = query?.has('partNumber') ? Number(query.get('partNumber')) : undefined
    await exchange.classify({ op: operation, partNumber, bucket: place.bucket, key }, this.faults)
    const { fault } = exchange
    const planned = fault.status && plannedAnswer(fault, exchange)
    if (planned && !fault.processed) {
      await exchange.drain()
      return planned
    }
    if (key === undefined || query === undefined) throw new OssError('InvalidURI')
    const answer = await this.#perform(exchange, place, operation, key, query)
    return planned || answer
  }

  async #perform(exchange, place, operation, key, query) {
    if (place.pathStyle && key) throw new OssError('SecondLevelDomainForbidden')
    const call = { exchange, place, query, key, store: this.store, bucket: place.bucket && this.store.bucket(place.bucket) }
    call.expireIfFaulted = (accessKeyId) => exchange.fault.expireCredential && this.accounts.expire(accessKeyId)
    call.accounts = this.accounts
    call.now = this.clock()
    call.requireBucket = () => requireBucket(call)
    if (operation === 'PostObject') return postObject(call)

    const request = { method: exchange.method, headers: exchange.headers, query, bucket: place.bucket, key, signingRegion: place.region ?? call.bucket?.region }
    const account = authenticate(request, this.accounts, call.now, call.expireIfFaulted)
    requireBucket(call)
    if (!OPERATIONS[operation]) throw new OssError(operation === 'MethodNotAllowed' ? 'MethodNotAllowed' : 'NotImplemented')
    checkKey(key)
    if (!this.accounts.mayUseObject(account, operation, place.bucket, key)) throw new OssError('AccessDenied')
    return OPERATIONS[operation](call)
  }
}

function requireBucket({ bucket, place }) {
  if (!place.bucket) throw new OssError('NotImplemented')
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(place.bucket)) throw new OssError('InvalidBucketName', { BucketName: place.bucket })
  if (!bucket) throw new OssError('NoSuchBucket', { BucketName: place.bucket })
  if (place.region && place.region !== bucket.region) throw new OssError('WrongEndpoint', { Bucket: bucket.name, Endpoint: `oss-${bucket.region}.aliyuncs.com` })
}

function nameOperation({ method, headers }, key, query = new Map()) {
  if (method === 'POST' && /^multipart\/form-data/i.test(headers['content-type'] ?? '') && !query.has('uploads') && !query.has('uploadId')) return 'PostObject'
  if (key === '') return 'BucketOperation'
  if (method === 'PUT') {
    if (headers['x-oss-copy-source'] !== undefined) return 'CopyObject'
    return query.has('partNumber') || query.has('uploadId') ? 'UploadPart' : 'PutObject'
  }
  if (method === 'POST' && query.has('uploads')) return 'InitiateMultipartUpload'
  if (method === 'POST' && query.has('uploadId')) return 'CompleteMultipartUpload'
  if (method === 'GET') return query.has('uploadId') ? 'ListParts' : 'GetObject'
  if (method === 'HEAD') return 'HeadObject'
  if (method === 'DELETE') return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
  return 'MethodNotAllowed'
}

/** In a path a plus sign is a plus sign. @returns undefined when an escape is broken */
function decodeKey(rawPath) {
  try {
    return decodeURIComponent(rawPath.slice(1))
  } catch {
    return undefined
  }
}

function decodeQuery(rawQuery) {
  try {
    const pairs = rawQuery.split('&').filter(Boolean).map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return [decodeURIComponent(name), decodeURIComponent(value.replaceAll('+', ' '))]
    })
    return new Map(pairs)
  } catch {
    return undefined
  }
}

/** A HEAD answer has no body: the error document is in x-oss-err, in base64. */
function refusal(error, exchange) {
  const body = writeXml('Error', error.fields(exchange.requestId, exchange.host))
  exchange.entry.code = error.code
  const headers = { 'Content-Type': 'application/xml', ...(error.ec && { 'x-oss-ec': error.ec }) }
  if (exchange.method === 'HEAD') return { status: error.status, headers: { ...headers, 'x-oss-err': Buffer.from(body).toString('base64') } }
  return { status: error.status, headers, body }
}

function plannedAnswer(fault, exchange) {
  if (fault.html) return foreignPage(fault)
  const { code = 'InternalError', message, status } = fault
  return refusal(new OssError(code, { status, ...(message && { message }), ...fault.detail }), exchange)
}
