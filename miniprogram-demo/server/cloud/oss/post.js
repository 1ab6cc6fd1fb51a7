// PostObject: a form with a policy that says what may be uploaded, for clients that can only send forms.

import busboy from 'busboy'
import { Readable } from 'node:stream'
import { ossSign } from '../vendor.js'
import { quotedMd5 } from '../store.js'
import { checkToken, identify, mismatch } from './authenticate.js'
import { OssError } from './errors.js'
import { checkKey, keepOrDiscard, refuseOverwrite } from './objects.js'
import { writeXml } from './xml.js'

const V4 = 'OSS4-HMAC-SHA256'
const MAX_FIELD = 64 * 1024 // bytes of one form field
const MAX_FILE = 5 * 1024 ** 3

export async function postObject(call) {
  call.requireBucket()
  if (call.exchange.headers['content-length'] === undefined) throw new OssError('MissingContentLength')
  const form = await readForm(call.exchange)
  try {
    return await storeFile(form, call)
  } catch (error) {
    // The rest of the form must be read, or the client never reads the answer.
    form.file.resume()
    throw error
  }
}

async function storeFile({ fields, fileName, fileType, file, done }, call) {
  const { exchange, store, bucket, accounts } = call
  const account = authenticateForm(fields, call)
  const key = (fields.get('key') ?? '').replaceAll('${filename}', fileName)
  checkKey(key)
  Object.assign(exchange.entry, { key })
  const policy = readPolicy(fields, call.now)
  const limits = checkConditions(policy, new Map([...fields, ['bucket', bucket.name], ['key', key]]))
  if (!accounts.mayUseObject(account, 'PostObject', bucket.name, key)) throw new OssError('AccessDenied')

  const forbid = () => refuseOverwrite({ bucket, key, exchange }, fields.get('x-oss-forbid-overwrite'))
  forbid()
  const blob = await receiveFile(file, limits.max, call)
  await keepOrDiscard(call, blob, () => checkSize(blob.size, limits))
  await done.catch(async (error) => {
    await store.discard(blob)
    throw error
  })
  await keepOrDiscard(call, blob, forbid)
  const facts = { operation: 'PostObject', contentType: fields.get('content-type') ?? fileType, notification: fields.get('x-oss-notification'), meta: {}, etag: quotedMd5(blob.md5) }
  const object = await store.putObject(bucket, key, blob, facts)
  exchange.stored(object.size)
  const location = `http://${exchange.host}/${encodeURIComponent(key).replace(/%2F/g, '/')}`
  const headers = { ETag: object.etag, 'x-oss-hash-crc64ecma': object.crc64.toString(), Location: location }
  const wanted = fields.get('success_action_status')
  if (wanted === '201') {
    const body = writeXml('PostResponse', { Bucket: bucket.name, Location: location, Key: key, ETag: object.etag })
    return { status: 201, headers: { ...headers, 'Content-Type': 'application/xml' }, body }
  }
  return { status: wanted === '200' ? 200 : 204, headers }
}

/** Refuses a form that ends in the middle of its file. */
async function receiveFile(file, limit, { exchange, store }) {
  try {
    return await store.receive(exchange.content(file), limit)
  } catch (error) {
    throw /^Unexpected end of (file|form)$/.test(error.message) ? new OssError('MalformedPOSTRequest') : error
  }
}

function checkSize(size, { min, max }) {
  if (size > max) throw new OssError('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: max })
  if (size < min) throw new OssError('EntityTooSmall', { ProposedSize: size, MinSizeAllowed: min })
}

/** Gives the fields as soon as the file begins: what comes after the file is ignored, as OSS does. */
async function readForm(exchange) {
  let form
  try {
    form = busboy({ headers: exchange.headers, limits: { fieldSize: MAX_FIELD, files: 1 }, defParamCharset: 'utf8' })
  } catch {
    throw new OssError('MalformedPOSTRequest')
  }
  const fields = new Map()
  let open = true
  const source = Readable.from(exchange.body(), { objectMode: false })
  form.on('field', (name, value) => open && fields.set(name.toLowerCase(), value))
  const done = new Promise((resolve, reject) => {
    form.on('close', resolve)
    form.on('error', () => reject(new OssError('MalformedPOSTRequest')))
    source.on('error', reject)
  })
  done.catch(() => {})
  const begun = new Promise((resolve, reject) => {
    form.on('file', (name, file, info) => {
      open = false
      // Without a listener the error of a form that breaks off would be thrown.
      file.on('error', () => {})
      source.once('error', (error) => file.destroy(error))
      if (name.toLowerCase() === 'file') resolve({ file, info })
      else reject(new OssError('InvalidArgument', { message: 'The form has no field "file".', ArgumentName: 'file', ArgumentValue: '0' }))
    })
    done.then(() => reject(new OssError('InvalidArgument', { message: 'The form has no field "file".', ArgumentName: 'file', ArgumentValue: '0' })), reject)
  })
  source.pipe(form)
  const { file, info } = await begun
  return { fields, file, done, fileName: info.filename ?? '', fileType: info.mimeType }
}

function authenticateForm(fields, { accounts, now, bucket, expireIfFaulted }) {
  const policy = fields.get('policy')
  const version = fields.get('x-oss-signature-version')
  if (policy === undefined) throw new OssError('Anonymous')
  if (version !== undefined && version !== V4) throw new OssError('InvalidArgument', { message: 'x-oss-signature-version is invalid.', ArgumentName: 'x-oss-signature-version', ArgumentValue: version })
  const missing = (version ? ['x-oss-credential', 'x-oss-date', 'x-oss-signature'] : ['ossaccesskeyid', 'signature']).find((name) => !fields.get(name))
  if (missing) throw new OssError('InvalidArgument', { message: `The form field ${missing} is missing.`, ArgumentName: missing, ArgumentValue: '' })

  const [accessKeyId, day, region, product, end] = version ? fields.get('x-oss-credential').split('/') : [fields.get('ossaccesskeyid')]
  const account = identify(accessKeyId, accounts, expireIfFaulted)
  checkToken(account, fields.get('x-oss-security-token'), accounts)
  if (!version) {
    const expected = ossSign.computeSignature(account.secret, policy)
    if (expected !== fields.get('signature')) throw mismatch(accessKeyId, fields.get('signature'), policy)
    return account
  }
  const wrong = (message, ec) => new OssError('InvalidArgument', { message, ec, ArgumentName: 'x-oss-credential', ArgumentValue: [day, region, product, end].join('/') })
  if (product !== 'oss' || end !== 'aliyun_v4_request') throw wrong('Invalid x-oss-credential.')
  if (region !== bucket.region) throw wrong('Invalid signing region in x-oss-credential.', '0002-00000226')
  if (!/^\d{8}T\d{6}Z$/.test(fields.get('x-oss-date')) || day !== fields.get('x-oss-date').slice(0, 8)) throw wrong('Invalid signing date in x-oss-credential.')
  // A V4 signature is good for seven days at most.
  const signedAt = Date.parse(fields.get('x-oss-date').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (signedAt - now > 15 * 60 * 1000 || now - signedAt > 7 * 86400 * 1000) throw new OssError('AccessDenied', { message: 'Invalid x-oss-date.' })
  if (ossSign.getSignatureV4(account.secret, day, region, policy) !== fields.get('x-oss-signature')) throw mismatch(accessKeyId, fields.get('x-oss-signature'), policy)
  return account
}

function readPolicy(fields, now) {
  let policy
  try {
    policy = JSON.parse(Buffer.from(fields.get('policy'), 'base64').toString('utf8'))
  } catch {
    throw new OssError('InvalidPolicyDocument')
  }
  if (!policy || !Array.isArray(policy.conditions)) throw new OssError('InvalidPolicyDocument', { message: 'Invalid Policy: conditions must be a list.', ec: '0006-00000214' })
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(policy.expiration ?? '')) throw new OssError('InvalidPolicyDocument', { message: 'Invalid Policy: Invalid expiration.' })
  if (Date.parse(policy.expiration) <= now) throw new OssError('AccessDenied', { message: 'Invalid according to Policy: Policy expired.' })
  return policy
}

/** @returns the range of sizes allowed; throws at the first condition that is not met */
function checkConditions(policy, fields) {
  const limits = { min: 0, max: MAX_FILE }
  for (const condition of policy.conditions) {
    if (!condition || typeof condition !== 'object') throw new OssError('InvalidPolicyDocument', { message: 'Invalid Policy: a condition must be a map or a list.', ec: '0006-00000222' })
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition)) checkOne(['eq', `$${name}`, value], fields)
    } else if (condition[0] === 'content-length-range') {
      const [, min, max] = condition
      if (condition.length !== 3 || !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < min)
        throw new OssError('InvalidPolicyDocument', { message: 'Invalid Policy: content-length-range must be two whole numbers, the smaller one first.', ec: '0006-00000218' })
      limits.min = Math.max(limits.min, min)
      limits.max = Math.min(limits.max, max)
    } else {
      checkOne(condition, fields)
    }
  }
  checkV4Fields(policy.conditions, fields)
  return limits
}

function checkOne(condition, fields) {
  const [operator, name, wanted] = condition
  const value = fields.get(String(name).replace(/^\$/, '').toLowerCase()) ?? ''
  const met = {
    eq: () => value === String(wanted),
    'starts-with': () => value.startsWith(wanted),
    in: () => wanted.includes(value),
    'not-in': () => !wanted.includes(value),
  }[operator]
  if (!met || condition.length !== 3) throw new OssError('InvalidPolicyDocument', { message: 'Invalid Policy: a condition is invalid.', ec: '0006-00000218' })
  if (!met()) throw new OssError('AccessDenied', { message: `Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`, ec: '0006-00000227' })
}

/** A V4 policy must itself hold the fields it was signed with. */
function checkV4Fields(conditions, fields) {
  if (!fields.has('x-oss-signature-version')) return
  const named = new Set(conditions.flatMap((one) => (Array.isArray(one) ? [String(one[1]).replace(/^\$/, '')] : Object.keys(one))))
  const absent = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date'].find((name) => !named.has(name))
  if (absent) throw new OssError('InvalidPolicyDocument', { message: `Invalid Policy: ${absent} must be in the conditions.` })
}
