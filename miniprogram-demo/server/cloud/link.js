// The network between phone and cloud: a rate for all connections, a rate per connection, a round-trip time.

import { setTimeout as sleep } from 'node:timers/promises'

/** ms. A shorter gap is a late timer, not an idle line: the buffers of a real network bridge far more. */
const LATE = 20

/** Bytes of one connection that pass before another has its turn: connections share a line packet by packet, not body by body. */
const TURN = 16 * 1024

/** Computes when the next bytes may pass at a steady rate. */
export class RateLimiter {
  #free = 0

  constructor(bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond
  }

  /** @returns ms to wait for these bytes to have gone through */
  reserve(bytes, now = performance.now()) {
    if (!this.bytesPerSecond) return 0
    if (now - this.#free > LATE) this.#free = now
    this.#free += (bytes / this.bytesPerSecond) * 1000
    return this.#free - now
  }
}

export class Link {
  #shared = new RateLimiter(0)
  #perConnection = 0
  #rttMs = 0
  #limiters = new WeakMap()
  /** socket → hosts that it has served: a proxy, such as the browser preview, leads all of them over one. */
  #opened = new WeakMap()

  shape({ bytesPerSecond = 0, perConnection = 0, rttMs = 0 } = {}) {
    this.#shared = new RateLimiter(bytesPerSecond)
    this.#perConnection = perConnection
    this.#rttMs = rttMs
    this.#limiters = new WeakMap()
  }

  /** A chunk in the pieces in which it passes. */
  turns(chunk) {
    if (!this.#shared.bytesPerSecond && !this.#perConnection) return [chunk]
    return Array.from({ length: Math.ceil(chunk.length / TURN) }, (_, i) => chunk.subarray(i * TURN, (i + 1) * TURN))
  }

  async pass(socket, bytes, signal) {
    if (this.#perConnection && !this.#limiters.has(socket)) this.#limiters.set(socket, new RateLimiter(this.#perConnection))
    const own = this.#limiters.get(socket)?.reserve(bytes) ?? 0
    await pause(Math.max(own, this.#shared.reserve(bytes)), signal)
  }

  /** A new connection costs two round trips before anything is sent: TCP and TLS. */
  async open(socket, host, signal) {
    const hosts = this.#opened.get(socket) ?? new Set()
    if (hosts.has(host)) return
    this.#opened.set(socket, hosts.add(host))
    await pause(this.#rttMs * 2, signal)
  }

  async roundTrip(signal) {
    await pause(this.#rttMs, signal)
  }
}

/** Resolves after `ms`, or rejects when the cloud stops. */
export async function pause(ms, signal) {
  if (ms > 0.5) await sleep(ms, undefined, { signal })
}
