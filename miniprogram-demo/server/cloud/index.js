// A local Alibaba Cloud: OSS and VOD on one port, distinguished by the Host header, and as strict as the real ones.

import { createServer } from 'node:http'
import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import { mountApp } from '../app/mount.js'
import { Accounts } from './accounts.js'
import { ConnectionGone, Exchange } from './exchange.js'
import { Faults } from './faults.js'
import { APP_SERVER_AGENT, locate } from './hosts.js'
import { Link } from './link.js'
import { Oss, ossRequestId } from './oss/index.js'
import { Store, describeObject, describeUpload, quotedMd5 } from './store.js'
import { Media } from './vod/media.js'
import { REGIONS, Rpc, rpcRequestId } from './vod/index.js'

/**
 * @param {object} options
 * @param {string} options.dir directory for objects and parts
 * @param {number} [options.port] 0: a free one
 * @param {() => number} [options.clock] the server's clock, ms
 * @param {() => () => void} [options.busy] called before work on the disk, so that a virtual clock can be stopped; the function that it returns is called afterwards
 * @param {(entry: object) => void} [options.log] called with each finished request
 * @param {(event: object) => void} [options.onEvent] called with each step of each request, see `cloud.onEvent`
 * @param {{token?: string, region?: string}} [options.app] for the sample app server at app.example.com
 */
export async function startCloud({ port = 0, dir, clock = () => Date.now(), busy = () => () => {}, log, onEvent, app: appOptions }) {
  const store = new Store(dir, clock, busy)
  await store.open()
  const accounts = new Accounts(clock)
  const faults = new Faults()
  const link = new Link()
  const media = new Media({ store, accounts })
  for (const region of REGIONS) media.defaultBucket(region)
  const stopping = new AbortController()
  const requests = []
  const events = new EventEmitter()
  const emit = (event) => events.emit('event', event)
  if (onEvent) events.on('event', onEvent)
  // Requests being served: a body may still be written to the disk after its connection is closed.
  const serving = new Set()
  const services = { oss: new Oss({ store, accounts, faults, clock }), vod: new Rpc({ accounts, media, faults, clock }) }
  services.sts = services.vod
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, headersTimeout: 0, highWaterMark: 256 * 1024 })
  server.on('request', (req, res) => {
    // Writing to a connection that is being closed fails; nothing is to be done about it.
    res.on('error', () => {})
    const host = String(req.headers['x-forwarded-host'] ?? req.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
    const place = locate(host, (name) => store.cname(name))
    const requestId = place.service === 'oss' ? ossRequestId() : rpcRequestId()
    const exchange = new Exchange(req, res, { host, link, signal: stopping.signal, clock, requestId, emit })
    if (req.headers['user-agent'] === APP_SERVER_AGENT) exchange.entry.via = 'app'
    requests.push(exchange.entry)
    const served = serve(exchange, place).catch((error) => fail(exchange, error)).finally(() => {
      serving.delete(served)
      exchange.emit('end')
      log?.(exchange.entry)
    })
    serving.add(served)
  })

  async function serve(exchange, place) {
    await link.open(exchange.socket, exchange.host, exchange.signal)
    if (place.service === 'app') return app(exchange)
    const known = services[place.service] && (place.service !== 'vod' || REGIONS.includes(place.region))
    if (known) return services[place.service].serve(exchange, place)
    await exchange.drain()
    await exchange.answer(421, { 'Content-Type': 'text/plain' }, `no service lives at ${exchange.host}\n`)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`

  const cloud = {
    url,
    port: server.address().port,
    clock,
    accounts,
    faults,
    requests,
    videos: media.videos,
    images: media.images,

    createBucket: (name, region = 'cn-shanghai') => void store.createBucket(name, region),
    bindCname: (host, bucket) => store.bindCname(host, bucket),
    bucketOf: (region) => media.defaultBucket(region).name,
    /** What the VOD API would answer an app server, without a call. `ttl` in seconds. */
    createVideo({ title = 'test', fileName = 'test.mp4', size, ttl, region = 'cn-shanghai', image = false, ...parameters } = {}) {
      if (image) return media.createImage(region, { ImageType: 'default', Title: title, ...parameters }, /\.(\w+)$/.exec(fileName)?.[1] ?? 'png', ttl)
      return media.createVideo(region, { Title: title, FileName: fileName, ...(size !== undefined && { FileSize: String(size) }), ...parameters }, ttl)
    },
    /** As by the owner of the account, with all that is stored of it. */
    async deleteVideo(videoId) {
      const video = media.videos.get(videoId)
      if (video) await media.deleteVideos(video.region, [videoId])
    },
    refreshVideo: (videoId, { ttl } = {}) => media.refreshVideo(media.videos.get(videoId)?.region, videoId, ttl),
    object(bucket, key) {
      const object = store.bucket(bucket)?.objects.get(key)
      return object && describeObject(object)
    },
    /** Stores an object without a request, for tests with an older object at the key. */
    async putObject(bucketName, key, bytes, { contentType = 'application/octet-stream' } = {}) {
      const blob = await store.receive(Readable.from([Buffer.from(bytes)]))
      const object = await store.putObject(store.bucket(bucketName), key, blob, { operation: 'PutObject', contentType, meta: {}, etag: quotedMd5(blob.md5) })
      return describeObject(object)
    },
    objects: () => store.buckets().flatMap((bucket) => [...bucket.objects.values()].map(describeObject)),
    uploads: () => store.buckets().flatMap((bucket) => [...bucket.uploads.values()].map(describeUpload)),
    link: (shape) => link.shape(shape),
    /**
     * Calls the listener with `{type, at, request, bytes?}`: `begin` when the operation is known, `received` with the number of bytes of its body so far,
     * `stored` with the bytes that are now kept as a part or an object, `end` when it is answered or cut. `at` is ms of the cloud's clock;
     * `request` is the entry in `requests`, with `status` 0 at the end when no answer went out.
     * @returns {() => void} removes the listener
     */
    onEvent(listener) {
      events.on('event', listener)
      return () => events.off('event', listener)
    },
    async stop() {
      stopping.abort()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      // The caller may remove the directory after this.
      await Promise.allSettled(serving)
    },
  }
  const app = mountApp(cloud, appOptions)
  return cloud
}

async function fail(exchange, error) {
  if (error instanceof ConnectionGone || error.name === 'AbortError' || exchange.socket.destroyed) {
    exchange.entry.status ??= 0
    exchange.socket.destroy()
    return
  }
  exchange.entry.failure = error.stack
  if (exchange.res.headersSent) return exchange.socket.destroy()
  exchange.res.writeHead(500, { 'Content-Type': 'text/plain' })
  exchange.entry.status = 500
  exchange.res.end(`the local cloud has a defect: ${error.stack}\n`)
}
