// The road between phone and cloud, in the simplest useful form: a rate for all, a rate per connection, a round trip.

import { setTimeout as sleep } from 'node:timers/promises'

/** Says when the next bytes may pass at a steady rate. */
export class Pace {
  #free = 0

  constructor(bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond
  }

  /** @returns ms to wait for these bytes to have gone through */
  reserve(bytes, now = performance.now()) {
    if (!this.bytesPerSecond) return 0
    this.#free = Math.max(now, this.#free) + (bytes / this.bytesPerSecond) * 1000
    return this.#free - now
  }
}

export class Link {
  #shared = new Pace(0)
  #perConnection = 0
  #rttMs = 0
  #lanes = new WeakMap()
  #greeted = new WeakSet()

  shape({ bytesPerSecond = 0, perConnection = 0, rttMs = 0 } = {}) {
    this.#shared = new Pace(bytesPerSecond)
    this.#perConnection = perConnection
    this.#rttMs = rttMs
    this.#lanes = new WeakMap()
  }

  async pass(socket, bytes, signal) {
    if (this.#perConnection && !this.#lanes.has(socket)) this.#lanes.set(socket, new Pace(this.#perConnection))
    const own = this.#lanes.get(socket)?.reserve(bytes) ?? 0
    await pause(Math.max(own, this.#shared.reserve(bytes)), signal)
  }

  /** A new connection costs two more: TCP and TLS. */
  async roundTrip(socket, signal) {
    const trips = this.#greeted.has(socket) ? 1 : 3
    this.#greeted.add(socket)
    await pause(this.#rttMs * trips, signal)
  }
}

/** Resolves after `ms`, or rejects when the cloud stops. */
export async function pause(ms, signal) {
  if (ms > 0.5) await sleep(ms, undefined, { signal })
}
