// The RPC services: VOD, and the one STS action an app server needs.

import { randomUUID } from 'node:crypto'
import { writeXml } from '../oss/xml.js'
import { foreignPage } from '../pages.js'
import { Gateway } from './authenticate.js'
import { VodError, invalid, missing } from './errors.js'
import { readPolicy } from './policy.js'
import { checkImage, checkVideo } from './rules.js'

const VOD_VERSION = '2017-03-21'
const STS_VERSION = '2015-04-01'
const MAX_FORM = 1024 * 1024 // bytes
const STS_LIFE = { least: 900, most: 3600, usual: 3600 } // seconds

export const REGIONS = [
  'cn-shanghai', 'cn-beijing', 'cn-shenzhen', 'cn-hongkong', 'ap-southeast-1', 'ap-southeast-5', 'ap-northeast-1',
  'eu-central-1', 'us-west-1', 'me-central-1', 'cn-north-2-gov-1',
]

export const rpcRequestId = () => randomUUID().toUpperCase()

const ACTIONS = {
  CreateUploadVideo(media, region, parameters) {
    checkVideo(parameters)
    return media.createVideo(region, parameters)
  },
  RefreshUploadVideo(media, region, parameters) {
    const { VideoId, ReferenceId } = parameters
    if (!VideoId && !ReferenceId) throw missing('VideoId')
    return media.refreshVideo(region, VideoId || media.byReference(ReferenceId))
  },
  CreateUploadImage(media, region, parameters) {
    return media.createImage(region, parameters, checkImage(parameters))
  },
  DeleteVideo(media, region, { VideoIds }) {
    if (!VideoIds) throw missing('VideoIds')
    return media.deleteVideos(region, VideoIds.split(','))
  },
  DeleteImage(media, region, { DeleteImageType, ImageIds }) {
    if (!DeleteImageType) throw missing('DeleteImageType')
    if (DeleteImageType !== 'ImageId') throw invalid('DeleteImageType')
    if (!ImageIds) throw missing('ImageIds')
    return media.deleteImages(region, ImageIds.split(','))
  },
}

export class Rpc {
  constructor({ accounts, media, faults, clock }) {
    Object.assign(this, { accounts, media, faults })
    this.gateway = new Gateway(accounts, clock)
  }

  async serve(exchange, place) {
    let format = 'JSON'
    let answer
    try {
      const parameters = await readParameters(exchange)
      format = (parameters.Format ?? 'XML').toUpperCase()
      answer = await this.#handle(exchange, place, parameters)
    } catch (error) {
      if (!(error instanceof VodError)) throw error
      answer = refusal(error, exchange)
    }
    if (answer.body !== undefined) return exchange.answer(answer.status, answer.headers, answer.body)
    const fields = { RequestId: exchange.requestId, ...answer.fields }
    const body = format === 'JSON' ? JSON.stringify(fields) : writeXml(answer.root, fields)
    const type = format === 'JSON' ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8'
    await exchange.answer(answer.status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'x-acs-request-id': exchange.requestId }, body)
  }

  async #handle(exchange, place, parameters) {
    await exchange.classify({ op: parameters.Action, videoId: parameters.VideoId }, this.faults)
    const { fault } = exchange
    const planned = fault.status && plannedAnswer(fault, exchange)
    if (planned && !fault.processed) return planned
    const answer = await this.#perform(exchange, place, parameters)
    return planned || answer
  }

  async #perform(exchange, place, parameters) {
    const { Action, Version } = parameters
    if (!Action) throw missing('Action')
    if (!['JSON', 'XML', undefined].includes(parameters.Format?.toUpperCase())) throw invalid('Format')
    const known = place.service === 'vod' ? Object.hasOwn(ACTIONS, Action) : Action === 'AssumeRole'
    if (!Version) throw missing('Version')
    if (Version !== (place.service === 'vod' ? VOD_VERSION : STS_VERSION)) throw new VodError('InvalidVersion')
    if (!known) throw new VodError('InvalidAction.NotFound')
    const onAccount = (accessKeyId) => exchange.fault.expireCredential && this.accounts.expire(accessKeyId)
    const account = this.gateway.check(exchange.method, parameters, onAccount)
    // An UploadAuth is for OSS alone.
    if (account.kind === 'upload') throw new VodError('Forbidden')
    // The role of the sample's policy uploads and does nothing else.
    if (account.kind === 'sts' && (Action.startsWith('Delete') || !account.allows(`${place.service}:${Action}`))) throw new VodError('Forbidden')
    const fields = place.service === 'vod' ? await ACTIONS[Action](this.media, place.region, parameters) : this.#assumeRole(account, parameters)
    return { status: 200, root: `${Action}Response`, fields }
  }

  #assumeRole(account, { RoleArn, RoleSessionName, DurationSeconds = STS_LIFE.usual, Policy }) {
    if (!RoleArn) throw missing('RoleArn')
    if (!RoleSessionName) throw missing('RoleSessionName')
    if (!/^acs:ram::\d+:role\/.+$/.test(RoleArn)) throw invalid('RoleArn')
    if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(RoleSessionName)) throw invalid('RoleSessionName')
    const ttl = Number(DurationSeconds)
    if (!(ttl >= STS_LIFE.least && ttl <= STS_LIFE.most)) throw invalid('DurationSeconds')
    const allows = readPolicy(Policy)
    if (account.kind !== 'ram') throw new VodError('Forbidden')
    return { Credentials: this.accounts.sts({ ttl, allows }), AssumedRoleUser: { Arn: `${RoleArn.replace(':role/', ':assumed-role/')}/${RoleSessionName}`, AssumedRoleId: `3900000000000000:${RoleSessionName}` } }
  }
}

async function readParameters(exchange) {
  const parameters = Object.create(null)
  const add = (text) => {
    for (const [name, value] of new URLSearchParams(text)) {
      if (Object.hasOwn(parameters, name)) throw invalid(name)
      parameters[name] = value
    }
  }
  if (exchange.method !== 'GET' && exchange.method !== 'POST') throw new VodError('InvalidAction.NotFound')
  add(exchange.rawQuery)
  if (exchange.method === 'POST') {
    const body = await exchange.readAll(MAX_FORM)
    if (body === undefined) throw invalid('body')
    if (body.length && !/^application\/x-www-form-urlencoded/i.test(exchange.headers['content-type'] ?? '')) throw new VodError('InvalidParameter', 'The Content-Type must be application/x-www-form-urlencoded.')
    add(body.toString('utf8'))
  }
  return parameters
}

function refusal(error, exchange) {
  exchange.entry.code = error.code
  const fields = { HostId: exchange.host, Code: error.code, Message: error.message, Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=vod` }
  return { status: error.status, root: 'Error', fields }
}

function plannedAnswer(fault, exchange) {
  if (fault.html) return foreignPage(fault)
  return refusal(new VodError(fault.code ?? 'InternalError', fault.message, fault.status), exchange)
}
