// Authentication of a request. Signatures are recomputed by the vendor's functions from what was received.

import { ossSign } from '../vendor.js'
import { OssError } from './errors.js'

const MAX_SKEW = 15 * 60 * 1000
const ISO_BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const RFC_1123 = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

// The parameters that belong to the V1 resource, and are signed. All others are not.
const SUB_RESOURCES = new Set(
  ('acl uploads location cors logging website referer lifecycle delete append tagging objectMeta uploadId partNumber security-token ' +
    'position img style styleName replication replicationProgress replicationLocation cname bucketInfo comp qos live status vod ' +
    'startTime endTime symlink x-oss-process response-content-type response-content-language response-expires ' +
    'response-cache-control response-content-disposition response-content-encoding callback callback-var sequential restore ' +
    'versions versionId versioning encryption policy requestPayment x-oss-traffic-limit x-oss-request-payer continuation-token stat').split(' '),
)

/**
 * @param request {method, headers, query: Map, bucket, key, signingRegion}
 * @returns the account
 */
export function authenticate(request, accounts, now, onAccount) {
  const text = request.headers.authorization
  if (text === undefined) throw new OssError('Anonymous')
  if (/^OSS4-HMAC-SHA256 /.test(text)) return checkV4(parseV4(text), request, accounts, now, onAccount)
  if (/^OSS /.test(text)) return checkV1(text, request, accounts, now, onAccount)
  throw new OssError('InvalidArgument', { message: 'Authorization header is invalid.', ec: '0002-00000061', ArgumentName: 'Authorization', ArgumentValue: text.split(' ')[0] })
}

function checkV1(text, request, accounts, now, onAccount) {
  const parts = /^OSS ([^:\s]+):(\S+)$/.exec(text)
  if (!parts) throw new OssError('InvalidArgument', { message: 'Authorization header is invalid.', ec: '0002-00000065', ArgumentName: 'Authorization', ArgumentValue: 'OSS' })
  const [, accessKeyId, provided] = parts
  const { headers } = request
  const dateText = headers['x-oss-date'] ?? headers.date
  if (dateText === undefined || !RFC_1123.test(dateText)) throw new OssError('BadDate')
  const account = identify(accessKeyId, accounts, onAccount)
  checkSkew(Date.parse(dateText), now)
  checkToken(account, headers['x-oss-security-token'], accounts)

  const parameters = {}
  for (const [name, value] of request.query) if (SUB_RESOURCES.has(name)) parameters[name] = value
  const resource = `/${request.bucket ? `${request.bucket}/` : ''}${request.key}`
  // With x-oss-date the vendor's function finds the date by itself; a plain Date header goes in the place of `expires`.
  const plainDate = headers['x-oss-date'] === undefined ? headers.date : undefined
  const stringToSign = ossSign.buildCanonicalString(request.method, resource, { headers, parameters }, plainDate)
  const expected = ossSign.authorization(accessKeyId, account.secret, stringToSign)
  if (expected !== text) throw mismatch(accessKeyId, provided, stringToSign)
  return account
}

function parseV4(text) {
  const fields = {}
  for (const pair of text.slice('OSS4-HMAC-SHA256 '.length).split(',')) {
    const equals = pair.indexOf('=')
    fields[pair.slice(0, equals).trim()] = pair.slice(equals + 1).trim()
  }
  const invalid = (ec, name) => new OssError('InvalidArgument', { message: `Invalid ${name} in Authorization header.`, ec, ArgumentName: 'Authorization', ArgumentValue: name })
  if (!fields.Credential || fields.Signature === undefined) throw invalid('0002-00000202', 'format')
  if (!/^[0-9a-f]{64}$/.test(fields.Signature)) throw invalid('0002-00000204', 'Signature')
  if (fields.AdditionalHeaders === '') throw invalid('0002-00000209', 'AdditionalHeaders')
  const scope = fields.Credential.split('/')
  const [accessKeyId, day, region, product, terminator] = scope
  if (scope.length !== 5 || terminator !== 'aliyun_v4_request') throw invalid('0002-00000213', 'Credential')
  if (!/^\d{8}$/.test(day)) throw invalid('0002-00000212', 'signing date')
  if (product !== 'oss') throw invalid('0002-00000227', 'signing product')
  return { accessKeyId, day, region, signature: fields.Signature, additional: fields.AdditionalHeaders?.split(';') ?? [] }
}

function checkV4(given, request, accounts, now, onAccount) {
  const { headers } = request
  const dateText = headers['x-oss-date']
  const match = ISO_BASIC.exec(dateText ?? '')
  if (!match) throw new OssError('BadDate')
  const [, year, month, day, hour, minute, second] = match
  const account = identify(given.accessKeyId, accounts, onAccount)
  checkSkew(Date.UTC(year, month - 1, day, hour, minute, second), now)
  if (headers['x-oss-content-sha256'] !== 'UNSIGNED-PAYLOAD')
    throw new OssError('InvalidArgument', { message: 'Invalid x-oss-content-sha256 header.', ec: '0002-00000214', ArgumentName: 'x-oss-content-sha256', ArgumentValue: headers['x-oss-content-sha256'] ?? '' })
  if (given.day !== dateText.slice(0, 8))
    throw new OssError('InvalidArgument', { message: 'Invalid signing date in Authorization header.', ec: '0002-00000225' })
  if (request.signingRegion && given.region !== request.signingRegion)
    throw new OssError('InvalidArgument', { message: 'Invalid signing region in Authorization header.', ec: '0002-00000226' })
  checkToken(account, headers['x-oss-security-token'], accounts)

  // ali-oss signs a parameter without a value as a bare name, which its function expects as null.
  const queries = Object.fromEntries([...request.query].map(([name, value]) => [name, value === '' ? null : value]))
  const absent = given.additional.find((name) => headers[name] === undefined)
  if (absent !== undefined) throw new OssError('InvalidArgument', { message: 'An additional header is not in the request.', ec: '0002-00000210', ArgumentName: 'AdditionalHeaders', ArgumentValue: absent })
  const signed = [given.accessKeyId, account.secret, given.region, request.method, { headers, queries }, request.bucket, request.key, given.additional]
  const expected = ossSign.authorizationV4(...signed)
  if (!expected.endsWith(`Signature=${given.signature}`)) {
    const canonical = ossSign.getCanonicalRequest(request.method, { headers, queries }, request.bucket, request.key, ossSign.fixAdditionalHeaders(given.additional))
    const stringToSign = ossSign.getStringToSign(given.region, dateText, canonical)
    throw mismatch(given.accessKeyId, given.signature, stringToSign, { CanonicalRequest: canonical })
  }
  return account
}

export function identify(accessKeyId, accounts, onAccount) {
  onAccount?.(accessKeyId)
  const account = accounts.find(accessKeyId)
  if (!account) throw new OssError('InvalidAccessKeyId', { OSSAccessKeyId: accessKeyId })
  return account
}

export function checkToken(account, token, accounts) {
  // An STS key without its token is simply unknown to OSS.
  if (account.token && token === undefined) throw new OssError('InvalidAccessKeyId', { OSSAccessKeyId: account.accessKeyId })
  if (token !== account.token) throw new OssError('InvalidSecurityToken', { SecurityToken: token })
  if (accounts.expired(account)) throw new OssError('SecurityTokenExpired', { SecurityToken: token })
}

function checkSkew(time, now) {
  if (Math.abs(now - time) <= MAX_SKEW) return
  throw new OssError('RequestTimeTooSkewed', {
    MaxAllowedSkewMilliseconds: MAX_SKEW,
    RequestTime: new Date(time).toISOString(),
    ServerTime: new Date(now).toISOString(),
  })
}

export function mismatch(accessKeyId, provided, stringToSign, more = {}) {
  const bytes = Buffer.from(stringToSign).toString('hex').toUpperCase().match(/../g).join(' ')
  return new OssError('SignatureDoesNotMatch', {
    OSSAccessKeyId: accessKeyId,
    SignatureProvided: provided,
    StringToSign: stringToSign,
    StringToSignBytes: bytes,
    ...more,
  })
}
