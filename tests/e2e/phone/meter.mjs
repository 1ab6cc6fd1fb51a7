// How much of the files stands in memory at once, and how many requests are under way.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
/** From here on it matters whether a buffer is still held or only not collected yet, bytes. */
const MANY = 16 * 1024 * 1024

export function createMeter() {
  let held = 0
  let underWay = 0
  const sizes = new WeakMap() // buffer → bytes still counted
  const counted = new Set() // the same, as weak references
  // A buffer that was read and never sent is forgotten when the engine has forgotten it.
  const dropped = new FinalizationRegistry((entry) => {
    held -= entry.bytes
    entry.bytes = 0
  })

  const meter = {
    peakHeld: 0,
    peakRequests: 0,
    requests: 0,
    readBytes: 0,
    putBytes: 0, // of the bodies of PUT that went out, whether or not they arrived
    answered: [], // {method, url, status} of every answer that reached the app

    read(buffer) {
      const entry = { bytes: buffer.byteLength, buffer: new WeakRef(buffer) }
      sizes.set(buffer, entry)
      counted.add(entry)
      dropped.register(buffer, entry)
      meter.readBytes += entry.bytes
      grow(entry.bytes)
    },
    // `own`: the app's own requests to its own server are no matter of the package.
    called(call, own) {
      meter.requests++
      if (!own) meter.peakRequests = Math.max(meter.peakRequests, ++underWay)
      call.foreign = own
      const entry = call.source && sizes.get(call.source)
      // Sent a second time: it is still held.
      if (entry && entry.bytes === 0) {
        entry.bytes = call.source.byteLength
        grow(entry.bytes)
      }
    },
    settled(call) {
      if (!call.foreign) underWay--
      const entry = call.source && sizes.get(call.source)
      if (!entry) return
      held -= entry.bytes
      entry.bytes = 0
      call.source = null
    },
    get held() {
      return held
    },
    reset() {
      meter.peakHeld = held
      meter.peakRequests = 0
      meter.requests = 0
      meter.readBytes = 0
      meter.putBytes = 0
      meter.answered = []
    },
  }

  function grow(bytes) {
    held += bytes
    if (held > MANY) forgetCollected()
    meter.peakHeld = Math.max(meter.peakHeld, held)
  }

  /** What was read to be compared is of no use afterwards, and is never sent: it counts until it is collected. */
  function forgetCollected() {
    collectGarbage()
    for (const entry of counted) {
      if (entry.bytes > 0 && entry.buffer.deref()) continue
      held -= entry.bytes
      entry.bytes = 0
      counted.delete(entry)
    }
  }

  return meter
}
