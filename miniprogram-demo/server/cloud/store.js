// Buckets, objects and parts. Bytes lie on disk under one directory, the index is in memory.

import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Crc64, combine } from './crc64.js'

const hex = (bytes) => randomBytes(bytes).toString('hex')

export class Store {
  #dir
  #clock
  #busy
  #buckets = new Map()
  #cnames = new Map()

  constructor(dir, clock, busy) {
    this.#dir = join(dir, 'blobs')
    this.#clock = clock
    this.#busy = busy
  }

  /** Reports work on the disk to `busy`, so that a virtual clock does not advance while it lasts. */
  async #onDisk(work) {
    const done = this.#busy()
    try {
      return await work()
    } finally {
      done()
    }
  }

  /** The index is in memory, so the bytes of a former run are of no use to anybody. */
  async open() {
    await rm(this.#dir, { recursive: true, force: true })
    await mkdir(this.#dir, { recursive: true })
  }

  createBucket(name, region) {
    const bucket = { name, region, objects: new Map(), uploads: new Map() }
    this.#buckets.set(name, bucket)
    return bucket
  }

  bucket(name) {
    return this.#buckets.get(name)
  }

  buckets() {
    return [...this.#buckets.values()]
  }

  bindCname(host, bucketName) {
    this.#cnames.set(host.toLowerCase(), bucketName)
  }

  cname(host) {
    return this.#cnames.get(host)
  }

  /**
   * Writes a body to a file of its own, counting and hashing on the way. Leaves nothing behind when the body breaks off.
   * Past the limit bytes are only counted: the sender must get rid of them before it reads an answer.
   */
  async receive(body, limit = Infinity) {
    const file = join(this.#dir, hex(16))
    const md5 = createHash('md5')
    const crc = new Crc64()
    let size = 0
    const handle = await this.#onDisk(() => open(file, 'wx'))
    try {
      for await (const chunk of body) {
        size += chunk.length
        if (size > limit) continue
        md5.update(chunk)
        crc.update(chunk)
        await this.#onDisk(() => handle.appendFile(chunk))
      }
    } catch (error) {
      await this.#onDisk(() => handle.close())
      await this.discard({ file })
      throw error
    }
    await this.#onDisk(() => handle.close())
    return { file, size, md5: md5.digest(), crc64: crc.value() }
  }

  async discard(blob) {
    await this.#onDisk(() => rm(blob.file, { force: true }))
  }

  async putObject(bucket, key, blob, facts) {
    const former = bucket.objects.get(key)
    const object = { bucket: bucket.name, key, ...blob, ...facts, lastModified: this.#clock() }
    bucket.objects.set(key, object)
    if (former) await this.discard(former)
    return object
  }

  async remove(bucket, key) {
    const object = bucket.objects.get(key)
    bucket.objects.delete(key)
    if (object) await this.discard(object)
    for (const upload of [...bucket.uploads.values()]) if (upload.key === key) await this.abort(bucket, upload)
  }

  initiate(bucket, key, facts) {
    const upload = { bucket: bucket.name, key, uploadId: hex(16).toUpperCase(), parts: new Map(), initiated: this.#clock(), ...facts }
    bucket.uploads.set(upload.uploadId, upload)
    return upload
  }

  async putPart(upload, number, blob) {
    const former = upload.parts.get(number)
    const part = { number, ...blob, etag: quotedMd5(blob.md5), lastModified: this.#clock() }
    upload.parts.set(number, part)
    if (former) await this.discard(former)
    return part
  }

  async abort(bucket, upload) {
    bucket.uploads.delete(upload.uploadId)
    await Promise.all([...upload.parts.values()].map((part) => this.discard(part)))
  }

  /** Joins the chosen parts into one file. The upload id is dead from the first moment, as in OSS. */
  async complete(bucket, upload, parts, facts) {
    bucket.uploads.delete(upload.uploadId)
    const blob = {
      file: join(this.#dir, hex(16)),
      size: parts.reduce((sum, part) => sum + part.size, 0),
      crc64: parts.reduce((crc, part) => combine(crc, part.crc64, part.size), 0n),
    }
    const [first, ...others] = parts
    await this.#onDisk(() => rename(first.file, blob.file))
    await this.#onDisk(() => append(blob.file, first.size, others))
    // The answer does not wait for the deletion.
    for (const part of upload.parts.values()) this.discard(part).catch(() => {})
    const md5s = createHash('md5')
    for (const part of parts) md5s.update(part.md5)
    const etag = `"${md5s.digest('hex').toUpperCase()}-${parts.length}"`
    return this.putObject(bucket, upload.key, blob, { ...facts, etag })
  }
}

/** In large blocks and several parts at a time: phones wait for this, and the real cloud does it in no time. */
async function append(target, size, parts) {
  const out = await open(target, 'r+')
  const left = parts.map((part) => ({ part, position: (size += part.size) - part.size }))
  const worker = async () => {
    const block = Buffer.allocUnsafe(Math.min(4 << 20, Math.max(1, ...parts.map((part) => part.size))))
    for (let next = left.shift(); next; next = left.shift()) await copy(next.part.file, out, next.position, block)
  }
  const work = await Promise.allSettled(Array.from({ length: Math.min(4, parts.length) }, worker))
  await out.close()
  for (const { reason } of work) if (reason) throw reason
}

async function copy(file, out, position, block) {
  const source = await open(file, 'r')
  for (;;) {
    const { bytesRead } = await source.read(block, 0, block.length)
    if (bytesRead === 0) break
    for (let done = 0; done < bytesRead; ) done += (await out.write(block, done, bytesRead - done, position + done)).bytesWritten
    position += bytesRead
  }
  await source.close()
}

export const quotedMd5 = (md5) => `"${md5.toString('hex').toUpperCase()}"`

/** What tests may see of an object. */
export function describeObject(object) {
  return {
    bucket: object.bucket,
    key: object.key,
    path: object.file,
    size: object.size,
    crc64: object.crc64.toString(),
    etag: object.etag,
    contentType: object.contentType,
    notification: object.notification,
    operation: object.operation,
    parts: object.partSizes,
    async sha256() {
      const hash = createHash('sha256')
      await pipeline(createReadStream(object.file), hash)
      return hash.digest('hex')
    },
  }
}

export function describeUpload(upload) {
  const parts = [...upload.parts.values()].sort((a, b) => a.number - b.number)
  return {
    bucket: upload.bucket,
    key: upload.key,
    uploadId: upload.uploadId,
    parts: parts.map(({ number, size, etag, crc64 }) => ({ number, size, etag, crc64: crc64.toString() })),
  }
}
