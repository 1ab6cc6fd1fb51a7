// What a visitor sees of the engine's work: which parts are on their way, stored or sent again, and how many bytes come in.
const UPLOADS = 3 // the newest, so that the picture stays small

export class Transfer {
  #bytes = 0
  #at = performance.now()

  /**
   * @param {object[]} requests the cloud's log; entries change while they are served
   * @returns {{bytesPerSecond: number, uploads: {id: string, parts: {number: number, state: 'sending' | 'stored' | 'failed', attempts: number}[]}[]}}
   */
  look(requests, now = performance.now()) {
    const uploads = new Map()
    let bytes = 0
    for (const entry of requests) {
      if (entry.op !== 'UploadPart' && entry.op !== 'PutObject') continue
      bytes += entry.bytesReceived
      const id = entry.query.uploadId ?? entry.path
      // Met again it counts as new: the newest are at the end.
      const parts = uploads.get(id) ?? new Map()
      uploads.delete(id)
      uploads.set(id, parts)
      const number = entry.partNumber ?? 1
      const part = parts.get(number) ?? { number, state: 'sending', attempts: 0 }
      part.attempts++
      if (entry.status === 200) part.state = 'stored'
      else if (part.state !== 'stored') part.state = entry.status === undefined ? 'sending' : 'failed'
      parts.set(number, part)
    }
    const seconds = (now - this.#at) / 1000
    const bytesPerSecond = seconds > 0 ? Math.round(Math.max(0, bytes - this.#bytes) / seconds) : 0
    this.#bytes = bytes
    this.#at = now
    const newest = [...uploads].slice(-UPLOADS)
    return { bytesPerSecond, uploads: newest.map(([id, parts]) => ({ id, parts: [...parts.values()].sort((a, b) => a.number - b.number) })) }
  }
}
