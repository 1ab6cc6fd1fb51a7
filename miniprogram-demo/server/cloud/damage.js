// Damage to a file in transit. The damaged file is stored, and the answer's checksum is that of the stored bytes.

/**
 * @param {AsyncIterable<Buffer>} chunks
 * @param {object} fault
 * @param {number|true} [fault.corrupt]  one byte changes: the one at this offset, or (true) one in the middle of the first chunk
 * @param {number} [fault.tear]          from this offset on every byte is changed, as when the file is rewritten during the request
 * @param {number} [fault.truncate]      only the first so many bytes arrive
 */
export async function* damaged(chunks, { corrupt, tear = Infinity, truncate = Infinity }) {
  let offset = 0
  for await (const chunk of chunks) {
    const at = corrupt === true ? (offset === 0 ? chunk.length >> 1 : -1) : corrupt - offset
    if (at >= 0 && at < chunk.length) chunk[at] ^= 0x20
    for (let i = Math.max(0, tear - offset); i < chunk.length; i++) chunk[i] ^= 0xff
    const rest = truncate - offset
    offset += chunk.length
    // The rest is read and dropped: a client reads the answer only after it has sent the whole body.
    if (rest > 0) yield rest < chunk.length ? chunk.subarray(0, rest) : chunk
  }
}
