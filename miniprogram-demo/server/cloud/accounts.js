// Keys and temporary credentials, and what each may do. Secrets leave this file only in the value of the
// call that makes a credential, and towards the signature check.

import { randomBytes } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const UPLOAD_CREDENTIAL_TTL = 3000 // seconds, "视频为3000秒"
const UPLOAD_OPERATIONS = [
  'PutObject', 'PostObject', 'InitiateMultipartUpload', 'UploadPart', 'ListParts',
  'CompleteMultipartUpload', 'AbortMultipartUpload', 'HeadObject',
]

/** The RAM action behind each operation. */
const OSS_ACTIONS = {
  ...Object.fromEntries(['PutObject', 'PostObject', 'InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'].map((operation) => [operation, 'oss:PutObject'])),
  ListParts: 'oss:ListParts',
  AbortMultipartUpload: 'oss:AbortMultipartUpload',
  HeadObject: 'oss:GetObject',
  GetObject: 'oss:GetObject',
}

const word = (length) => Array.from(randomBytes(length), (byte) => LETTERS[byte % LETTERS.length]).join('')

export class Accounts {
  #keys = new Map()
  #clock

  /** Life of an UploadAuth in seconds. */
  uploadTtl = UPLOAD_CREDENTIAL_TTL
  /** Operations that every UploadAuth is refused. Which ones VOD's policy really allows is not documented. */
  refusedToUploads = new Set()

  constructor(clock) {
    this.#clock = clock
  }

  /** A key pair that may do everything. */
  longTerm({ accessKeyId = `LTAI5t${word(18)}`, accessKeySecret = word(30) } = {}) {
    this.#keys.set(accessKeyId, { accessKeyId, secret: accessKeySecret, kind: 'ram' })
    return { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret }
  }

  /** What AssumeRole gives: may call VOD and OSS. `ttl` in seconds; `allows(action)`: the session policy. */
  sts({ ttl = 3600, allows = () => true } = {}) {
    return this.#temporary('sts', ttl, { allows })
  }

  /** What CreateUploadVideo gives: OSS only, one object only. */
  upload({ bucket, key, ttl = this.uploadTtl }) {
    return this.#temporary('upload', ttl, { scope: { bucket, key } })
  }

  find(accessKeyId) {
    return this.#keys.get(accessKeyId)
  }

  byToken(token) {
    return [...this.#keys.values()].find((account) => account.token === token)
  }

  expired(account) {
    return account.expiresAt !== undefined && this.#clock() >= account.expiresAt
  }

  /** From now on the server answers as if the life of this credential were over. */
  expire(accessKeyId) {
    const account = this.#keys.get(accessKeyId)
    if (account?.token) account.expiresAt = Math.min(account.expiresAt, this.#clock())
  }

  expireAll() {
    for (const accessKeyId of this.#keys.keys()) this.expire(accessKeyId)
  }

  /** The key exists no longer. */
  revoke(accessKeyId) {
    this.#keys.delete(accessKeyId)
  }

  /** OSS refuses these operations to this credential from now on; called without operations, none. */
  refuse(accessKeyId, ...operations) {
    const account = this.#keys.get(accessKeyId)
    if (!account) throw new Error(`there is no credential ${accessKeyId}`)
    account.refused = new Set(operations)
  }

  mayUseObject(account, operation, bucket, key) {
    if (account.refused?.has(operation)) return false
    if (account.kind === 'sts') return account.allows(OSS_ACTIONS[operation])
    if (account.kind !== 'upload') return true
    const own = account.scope.bucket === bucket && account.scope.key === key
    return own && UPLOAD_OPERATIONS.includes(operation) && !this.refusedToUploads.has(operation)
  }

  #temporary(kind, ttl, rights) {
    const account = {
      kind,
      ...rights,
      accessKeyId: `STS.N${word(24)}`,
      secret: word(44),
      // Real tokens hold + / and =, which clients forget to escape.
      token: `CAIS${randomBytes(750).toString('base64')}+/=`,
      expiresAt: this.#clock() + ttl * 1000,
    }
    this.#keys.set(account.accessKeyId, account)
    return {
      AccessKeyId: account.accessKeyId,
      AccessKeySecret: account.secret,
      SecurityToken: account.token,
      Expiration: new Date(account.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    }
  }
}
