// Videos, images, and the credential and address under which their bytes may be stored.

import { randomBytes } from 'node:crypto'
import { VodError } from './errors.js'
import { extensionOf, parsedUserData } from './rules.js'

const ACCELERATED = 'oss-accelerate.aliyuncs.com'
const hex = (bytes) => randomBytes(bytes).toString('hex')
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')

export class Media {
  videos = new Map()
  images = new Map()

  constructor({ store, accounts }) {
    this.store = store
    this.accounts = accounts
  }

  createVideo(region, parameters, ttl) {
    this.#checkReference(parameters.ReferenceId)
    const address = this.#address(region, parameters)
    const name = `${hex(4)}-${hex(6).slice(0, 11)}`
    address.key = `sv/${name}/${name}.${extensionOf(parameters.FileName)}`
    const video = { videoId: hex(16), region, title: parameters.Title, fileName: parameters.FileName, parameters, ...address }
    this.videos.set(video.videoId, video)
    return { VideoId: video.videoId, ...this.#permit(video, ttl) }
  }

  refreshVideo(region, videoId, ttl) {
    const video = this.videos.get(videoId)
    // Every region has a catalogue of its own.
    if (!video || video.region !== region) throw new VodError('InvalidVideo.NotFound')
    return { VideoId: video.videoId, ...this.#permit(video, ttl) }
  }

  /**
   * The documentation calls a ReferenceId unique per user and does not specify the error for a duplicate, so clients must not depend on
   * this code. RefreshUploadVideo with the same ReferenceId shows whether the video exists.
   */
  #checkReference(referenceId) {
    if (referenceId !== undefined && this.byReference(referenceId)) throw new VodError('InvalidParameter', 'The specified parameter ReferenceId is already used by another video.')
  }

  byReference(referenceId) {
    return [...this.videos.values()].find((video) => video.parameters.ReferenceId === referenceId)?.videoId
  }

  createImage(region, parameters, extension, ttl) {
    const address = this.#address(region, parameters)
    address.key = `image/${parameters.ImageType}/${hex(16).toUpperCase()}-6-2.${extension}`
    const image = { imageId: hex(16), region, parameters, ...address }
    this.images.set(image.imageId, image)
    const url = `https://${image.bucket}.oss-${this.store.bucket(image.bucket).region}.aliyuncs.com/${image.key}`
    return { ImageId: image.imageId, ImageURL: url, FileURL: url, ...this.#permit(image, ttl) }
  }

  async deleteVideos(region, ids) {
    const known = ids.filter((id) => this.videos.get(id)?.region === region)
    if (!known.length) throw new VodError('InvalidVideo.NotFound')
    await this.#remove(this.videos, known)
    return { ForbiddenVideoIds: [], NonExistVideoIds: ids.filter((id) => !known.includes(id)) }
  }

  async deleteImages(region, ids) {
    await this.#remove(this.images, ids.filter((id) => this.images.has(id)))
    return {}
  }

  /** Deletes the stored objects and open uploads, too. */
  async #remove(media, ids) {
    for (const id of ids) {
      const { bucket, key } = media.get(id)
      media.delete(id)
      await this.store.remove(this.store.bucket(bucket), key)
    }
  }

  /** VOD keeps one bucket of its own in each region. */
  defaultBucket(region) {
    const own = this.store.buckets().find((bucket) => bucket.region === region && bucket.name.startsWith('outin-'))
    return own ?? this.store.createBucket(`outin-${hex(16)}`, region)
  }

  #address(region, { StorageLocation, UserData }) {
    const accelerate = parsedUserData(UserData ?? '')?.AccelerateConfig
    const bucket = StorageLocation ? this.#storage(StorageLocation) : this.defaultBucket(region)
    const endpoint = accelerate?.Type === 'oss' ? accelerate.Domain ?? ACCELERATED : `oss-${bucket.region}.aliyuncs.com`
    return { bucket: bucket.name, endpoint: endpoint.startsWith('https://') ? endpoint : `https://${endpoint}` }
  }

  #storage(location) {
    const bucket = this.store.buckets().find((one) => location === `${one.name}.oss-${one.region}.aliyuncs.com`)
    if (!bucket) throw new VodError('InvalidStorage.NotFound')
    return bucket
  }

  #permit({ bucket, key, endpoint, region }, ttl = this.accounts.uploadTtl) {
    const credential = this.accounts.upload({ bucket, key, ttl })
    // Fields and their order as in a real answer; Expiration is a number of seconds, as text.
    const auth = {
      SecurityToken: credential.SecurityToken,
      AccessKeyId: credential.AccessKeyId,
      ExpireUTCTime: credential.Expiration,
      AccessKeySecret: credential.AccessKeySecret,
      Expiration: String(ttl),
      Region: region,
    }
    return { UploadAddress: encode({ Endpoint: endpoint, Bucket: bucket, FileName: key }), UploadAuth: encode(auth) }
  }
}
