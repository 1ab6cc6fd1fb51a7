// The account behind the suite: the sample app server's calls, and a record of every secret received and of everything created.
import { createRequire } from 'node:module'
import { VodClient } from '../../miniprogram-demo/server/app/vod.js'

const { RPCClient } = createRequire(new URL('../../miniprogram-demo/server/package.json', import.meta.url))('@alicloud/pop-core')

/** Marks in the console what may be deleted if the suite is killed. */
export const TITLE = 'vod-upload live check, may be deleted'

export class Account extends VodClient {
  secrets = new Set()
  videos = new Set()
  images = new Set()
  #config
  #vod

  constructor(config) {
    super(config)
    const { accessKeyId, accessKeySecret, securityToken, vodEndpoint } = config
    this.#config = config
    this.#vod = new RPCClient({ accessKeyId, accessKeySecret, securityToken, endpoint: vodEndpoint, apiVersion: '2017-03-21' })
    this.#keep(accessKeyId, accessKeySecret, securityToken)
  }

  async createVideo(parameters) {
    return this.#note(await super.createVideo({ ...parameters, Title: TITLE }))
  }

  async refreshVideo(videoId) {
    return this.#note(await super.refreshVideo(videoId))
  }

  async refreshByReference(ReferenceId) {
    return this.#note(await this.#call('RefreshUploadVideo', { ReferenceId }))
  }

  async createImage(parameters) {
    return this.#note(await super.createImage({ ...parameters, Title: TITLE }))
  }

  async assumeRole(sessionName, policy) {
    const answer = await super.assumeRole(sessionName, policy)
    this.#keep(answer.AccessKeyId, answer.AccessKeySecret, answer.SecurityToken)
    return answer
  }

  /** Notes what the package created by itself. */
  met({ videoId, imageId }) {
    if (videoId) this.videos.add(videoId)
    if (imageId) this.images.add(imageId)
  }

  /** Deletes all that was made; → what could not be, with VOD's reason. */
  async clean() {
    const left = []
    const remove = async (ids, action, parameters) => {
      for (const id of ids) await this.#call(action, parameters(id)).catch((error) => {
        // What is gone already needs no deletion.
        if (!/\.NotFound$/.test(error.code)) left.push({ id, reason: error.code ?? error.name })
      })
    }
    await remove(this.videos, 'DeleteVideo', (VideoIds) => ({ VideoIds }))
    await remove(this.images, 'DeleteImage', (ImageIds) => ({ DeleteImageType: 'ImageId', ImageIds }))
    return left
  }

  /** The text without a secret in it, not even in base64 or as part of an address. */
  scrub(text) {
    let clean = text
    for (const secret of this.secrets) for (const form of [secret, encodeURIComponent(secret)]) clean = clean.replaceAll(form, '***')
    return clean.replace(/\b(Signature|OSSAccessKeyId|AccessKeyId|SecurityToken|security-token)=[^&\s"')]+/gi, '$1=***')
  }

  #call(action, parameters) {
    const { headersFor, clock } = this.#config
    const timed = clock && { Timestamp: new Date(clock()).toISOString().replace(/\.\d+Z$/, 'Z') }
    return this.#vod.request(action, { ...parameters, ...timed }, { method: 'POST', timeout: 10_000, ...(headersFor && { headers: headersFor('vod') }) })
  }

  #note(answer) {
    this.met({ videoId: answer.VideoId, imageId: answer.ImageId })
    const { AccessKeyId, AccessKeySecret, SecurityToken } = JSON.parse(Buffer.from(answer.UploadAuth, 'base64').toString('utf8'))
    this.#keep(answer.UploadAuth, AccessKeyId, AccessKeySecret, SecurityToken)
    return answer
  }

  #keep(...secrets) {
    for (const secret of secrets) if (secret) this.secrets.add(secret)
  }
}
