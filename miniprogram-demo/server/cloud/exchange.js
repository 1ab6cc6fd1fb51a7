// One request and its answer: the log entry, and the faults that apply to the body and to the answer.

import { once } from 'node:events'
import { STATUS_CODES } from 'node:http'
import { damaged } from './damage.js'
import { RateLimiter, pause } from './link.js'

const SECRET_PARAMETERS = /^(signature|securitytoken|security-token|ossaccesskeyid|accesskeyid|x-oss-signature|x-oss-credential|x-oss-security-token)$/i

const FOR_GOOD = 2 ** 31 - 1 // ms, the longest timer there is

/** Thrown where the connection has been cut on purpose or by the client: no answer can be sent. */
export class ConnectionGone extends Error {}

export class Exchange {
  fault = {}

  constructor(req, res, { host, link, signal, clock, requestId, emit = () => {} }) {
    const gone = new AbortController()
    // A closed connection ends every wait, but not work that has begun: OSS, too, goes on completing an upload.
    res.on('close', () => gone.abort())
    Object.assign(this, { req, res, socket: req.socket, host, link, clock, requestId, signal: AbortSignal.any([signal, gone.signal]) })
    res.sendDate = false
    const mark = req.url.indexOf('?')
    this.method = req.method
    this.rawPath = mark < 0 ? req.url : req.url.slice(0, mark)
    this.rawQuery = mark < 0 ? '' : req.url.slice(mark + 1)
    this.headers = decodeHeaders(req.headers)
    this.entry = {
      method: req.method,
      host,
      path: this.rawPath,
      query: loggedQuery(this.rawQuery),
      op: undefined,
      partNumber: undefined,
      status: undefined,
      code: undefined,
      bytesReceived: 0,
      storedBytes: undefined,
      at: clock(),
      requestId,
    }
    this.emit = (type, more) => emit({ type, at: clock(), request: this.entry, ...more })
  }

  /** Records the operation and picks the faults that apply. `ownBody`: the body is read elsewhere, so faults of the body apply immediately. */
  async classify(facts, faults, { ownBody = false } = {}) {
    Object.assign(this.entry, facts)
    this.emit('begin')
    this.fault = faults.take(this.entry)
    if (Object.keys(this.fault).length) this.entry.fault = this.fault
    await this.fault.call?.(this.entry)
    if (this.fault.delay) await pause(this.fault.delay, this.signal)
    const { 'content-length': length, 'transfer-encoding': chunked } = this.req.headers
    if (ownBody || this.req.readableEnded || length === '0' || (length === undefined && chunked === undefined)) {
      if (this.fault.stall) await this.#stall()
      if (this.fault.dropAfterBytes !== undefined) this.#reset()
    }
  }

  /** The body as it comes over the wire. */
  async *body() {
    const throttle = this.fault.throttle ? new RateLimiter(this.fault.throttle) : undefined
    let received = 0
    await this.#applyFaultAt(0, 0)
    try {
      for await (const piece of this.req) {
        for (const chunk of cutAt(piece, received, this.#faultOffset())) {
          const before = received
          for (const turn of this.link.turns(chunk)) {
            received += turn.length
            this.entry.bytesReceived = received
            await this.link.pass(this.socket, turn.length, this.signal)
            if (throttle) await pause(throttle.reserve(turn.length), this.signal)
            this.emit('received', { bytes: received })
          }
          yield chunk
          await this.#applyFaultAt(before, received)
        }
      }
    } catch (error) {
      throw this.signal.aborted || this.req.destroyed ? new ConnectionGone(error.message) : error
    }
    if (this.fault.dropAfterBytes !== undefined) this.#reset()
  }

  /** The file in a request, with the damage of a fault: the whole body, or the file field of a form. */
  content(chunks = this.body()) {
    return damaged(chunks, this.fault)
  }

  /** To be called when a file or part has been stored. */
  stored(bytes) {
    this.entry.storedBytes = bytes
    this.emit('stored', { bytes })
  }

  async readAll(limit) {
    const chunks = []
    let size = 0
    for await (const chunk of this.content()) {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    }
    return size > limit ? undefined : Buffer.concat(chunks)
  }

  /** Reads the rest of the body and drops it. */
  async drain() {
    if (this.req.readableEnded || this.req.destroyed) return
    for await (const _ of this.body());
  }

  async answer(status, headers, body = '') {
    await this.link.roundTrip(this.signal)
    if (this.fault.dropAnswer) this.#reset()
    if (this.socket.destroyed) throw new ConnectionGone('the client has left')
    const all = { Date: new Date(this.clock()).toUTCString(), ...headers, ...changedHeaders(headers, this.fault) }
    for (const [name, value] of Object.entries({ ...all, ...this.fault.headers })) {
      this.res.removeHeader(name)
      if (value !== null && value !== undefined) this.res.setHeader(name, value)
    }
    this.res.writeHead(status, STATUS_CODES[status] ?? '')
    this.entry.status = status
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      this.res.end(this.method === 'HEAD' ? undefined : body)
    } else {
      for await (const chunk of body) if (!this.res.write(chunk)) await once(this.res, 'drain', { signal: this.signal })
      this.res.end()
    }
  }

  #faultOffset() {
    return this.fault.dropAfterBytes ?? (this.fault.stall ? this.fault.afterBytes : undefined)
  }

  async #applyFaultAt(from, to) {
    const reached = (point) => (from === to ? point === to : point > from && point <= to)
    if (this.fault.stall && reached(this.fault.afterBytes ?? 0)) await this.#stall()
    if (this.fault.dropAfterBytes !== undefined && reached(this.fault.dropAfterBytes)) this.#reset()
  }

  async #stall() {
    const { stall } = this.fault
    this.fault = { ...this.fault, stall: undefined }
    if (typeof stall?.then === 'function') await Promise.race([stall, once(this.signal, 'abort')])
    else await pause(stall === true || stall === Infinity ? FOR_GOOD : stall, this.signal)
  }

  #reset() {
    this.entry.status = 0
    this.socket.resetAndDestroy()
    throw new ConnectionGone('reset by a fault')
  }
}

/** Node hands header bytes out as latin1; clients that send UTF-8 sign UTF-8. */
function decodeHeaders(headers) {
  const decoded = {}
  for (const [name, value] of Object.entries(headers)) decoded[name] = typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value
  return decoded
}

function loggedQuery(rawQuery) {
  const query = {}
  for (const [name, value] of new URLSearchParams(rawQuery)) query[name] = SECRET_PARAMETERS.test(name) ? '***' : value
  return query
}

/** Splits a chunk where a fault applies, so that exactly that many bytes have been received. */
function cutAt(chunk, start, point) {
  const cut = point === undefined ? 0 : point - start
  return cut > 0 && cut < chunk.length ? [chunk.subarray(0, cut), chunk.subarray(cut)] : [chunk]
}

function changedHeaders(headers, fault) {
  const changed = {}
  if (headers.ETag && fault.wrongEtag) changed.ETag = '"00000000000000000000000000000000"'
  if (headers.ETag && fault.noEtag) changed.ETag = null
  if (headers['x-oss-hash-crc64ecma'] && fault.wrongCrc) changed['x-oss-hash-crc64ecma'] = String(BigInt(headers['x-oss-hash-crc64ecma']) ^ 1n)
  return changed
}
