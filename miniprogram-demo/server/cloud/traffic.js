// Measurements from the cloud's events: bytes received that belong to no stored part or object, and times of acknowledgement.

const CARRY_FILES = new Set(['PutObject', 'PostObject', 'UploadPart'])

/** `startCloud({ onEvent: traffic.observe })`, or `cloud.onEvent(traffic.observe)`. */
export class Traffic {
  /** Bytes received by requests that ended without storing anything. */
  lostBytes = 0
  /** Largest value of `atRisk` so far, in bytes. */
  peakAtRisk = 0
  /** `{at, atRisk}` after each change; `at` in ms of the cloud's clock. */
  history = []
  /** One entry per body that was stored and answered: `{op, key, partNumber, bytes, began, received, acknowledged}`, times in ms. */
  acknowledgements = []

  #open = new Map() // request → {bytes, began, received, stored}

  /** Bytes received by open requests that have stored nothing so far; they are lost if the connection breaks. */
  get atRisk() {
    let sum = 0
    for (const { bytes, stored } of this.#open.values()) if (!stored) sum += bytes
    return sum
  }

  observe = ({ type, at, request, bytes }) => {
    if (!CARRY_FILES.has(request.op)) return
    if (!this.#open.has(request)) this.#open.set(request, { bytes: 0, began: at, received: at, stored: false })
    const body = this.#open.get(request)
    if (type === 'received') Object.assign(body, { bytes, received: at })
    if (type === 'stored') body.stored = true
    if (type === 'end') this.#close(request, body, at)
    const { atRisk } = this
    this.peakAtRisk = Math.max(this.peakAtRisk, atRisk)
    if (atRisk !== (this.history.at(-1)?.atRisk ?? 0)) this.history.push({ at, atRisk })
  }

  #close(request, { bytes, began, received, stored }, at) {
    this.#open.delete(request)
    if (!stored) this.lostBytes += bytes
    else if (request.status > 0) this.acknowledgements.push({ op: request.op, key: request.key, partNumber: request.partNumber, bytes, began, received, acknowledged: at })
  }
}
