// The gateway's checks of a signed RPC call; the signature is recomputed by pop-core's own functions.

import { rpcSignature, rpcStringToSign } from '../vendor.js'
import { VodError, invalid, missing } from './errors.js'

const MAX_SKEW = 15 * 60 * 1000
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

export class Gateway {
  #nonces = new Map() // accessKeyId + nonce -> time of use

  constructor(accounts, clock) {
    this.accounts = accounts
    this.clock = clock
  }

  /** @returns the account */
  check(method, parameters, onAccount) {
    const now = this.clock()
    for (const name of ['AccessKeyId', 'Timestamp', 'SignatureNonce']) if (!parameters[name]) throw missing(name)
    if (!parameters.Signature) throw new VodError('IncompleteSignature')
    if (parameters.SignatureMethod !== 'HMAC-SHA1') throw invalid('SignatureMethod')
    if (parameters.SignatureVersion !== '1.0') throw invalid('SignatureVersion')
    if (!TIMESTAMP.test(parameters.Timestamp)) throw new VodError('InvalidTimeStamp.Format')
    if (Math.abs(Date.parse(parameters.Timestamp) - now) > MAX_SKEW) throw new VodError('InvalidTimeStamp.Expired')
    onAccount?.(parameters.AccessKeyId)
    const account = this.accounts.find(parameters.AccessKeyId)
    if (!account) throw new VodError('InvalidAccessKeyId.NotFound')
    this.#checkToken(account, parameters.SecurityToken)

    const { Signature, ...signed } = parameters
    const stringToSign = rpcStringToSign(method, signed)
    if (rpcSignature(stringToSign, account.secret) !== Signature)
      throw new VodError('SignatureDoesNotMatch', `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`)
    this.#useNonce(parameters, now)
    return account
  }

  #checkToken(account, token) {
    if (account.token && !token) throw new VodError('MissingSecurityToken')
    if (token === account.token) {
      if (this.accounts.expired(account)) throw new VodError('InvalidSecurityToken.Expired')
      return
    }
    throw new VodError(this.accounts.byToken(token) ? 'InvalidSecurityToken.MismatchWithAccessKey' : 'InvalidSecurityToken.Malformed')
  }

  #useNonce({ AccessKeyId, SignatureNonce }, now) {
    for (const [key, at] of this.#nonces) if (now - at > 2 * MAX_SKEW) this.#nonces.delete(key)
    const key = `${AccessKeyId} ${SignatureNonce}`
    if (this.#nonces.has(key)) throw new VodError('SignatureNonceUsed')
    this.#nonces.set(key, now)
  }
}
