// The four calls an app server makes, by the vendor's RPC client.

import { createRequire } from 'node:module'
import { AppError } from './errors.js'

const { RPCClient } = createRequire(import.meta.url)('@alicloud/pop-core')

const STS_LIFE = 3600 // seconds
// Refusals of this server's own key or rights: no business of the phone, which would take them for its own credential's.
const OWN_FAULT = /^(Signature|IncompleteSignature|InvalidAccessKeyId|InvalidSecurityToken|MissingSecurityToken|InvalidTimeStamp|Forbidden|NoPermission|OperationDenied)/

export class VodClient {
  #config
  #vod
  #sts

  constructor(config) {
    this.#config = config
    const { accessKeyId, accessKeySecret, securityToken } = config
    this.#vod = new RPCClient({ accessKeyId, accessKeySecret, securityToken, endpoint: config.vodEndpoint, apiVersion: '2017-03-21' })
    this.#sts = new RPCClient({ accessKeyId, accessKeySecret, securityToken, endpoint: config.stsEndpoint, apiVersion: '2015-04-01' })
  }

  createVideo(parameters) {
    return this.#call('vod', this.#vod, 'CreateUploadVideo', parameters)
  }

  refreshVideo(videoId) {
    return this.#call('vod', this.#vod, 'RefreshUploadVideo', { VideoId: videoId })
  }

  createImage(parameters) {
    return this.#call('vod', this.#vod, 'CreateUploadImage', parameters)
  }

  /**
   * Credentials for apps that call VOD themselves. The role must allow the three upload actions and nothing else.
   * @param {object} [policy] a session policy, which narrows the role's
   */
  async assumeRole(sessionName, policy) {
    const { roleArn } = this.#config
    if (!roleArn) throw new AppError(501, 'StsNotConfigured', 'Set ALIBABA_CLOUD_ROLE_ARN to hand out STS credentials.')
    const answer = await this.#call('sts', this.#sts, 'AssumeRole', { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: STS_LIFE, Policy: policy && JSON.stringify(policy) })
    return { RequestId: answer.RequestId, ...answer.Credentials }
  }

  async #call(service, client, action, parameters) {
    const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined))
    const { headersFor, clock } = this.#config
    const timed = clock && { Timestamp: new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z') }
    try {
      return await client.request(action, { ...given, ...timed }, { method: 'POST', timeout: 10_000, ...(headersFor && { headers: headersFor(service) }) })
    } catch (error) {
      throw tellable(error)
    }
  }
}

/** pop-core's message holds the whole signed request, so nothing of it may be passed on or logged. */
function tellable({ data, entry }) {
  if (!data?.Code) return new AppError(502, 'VodUnreachable', 'The video service could not be reached. Try again in a moment.')
  if (OWN_FAULT.test(data.Code)) return new AppError(502, 'ServerNotAllowed', `The video service refused this server: ${data.Code}. Check its AccessKey, clock and RAM policy.`, data.RequestId)
  return new AppError(entry?.response?.statusCode ?? 502, data.Code, data.Message, data.RequestId)
}
