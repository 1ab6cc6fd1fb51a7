// What happens to a file on its way. It is stored as it arrives, and the answer's checksum is that of what was stored.

/**
 * @param {AsyncIterable<Buffer>} chunks
 * @param {object} fault
 * @param {number|true} [fault.corrupt]  one byte changes: the one at this offset, or (true) one in the middle of the first chunk
 * @param {number} [fault.tear]          from this offset on every byte is another one, as when the file is rewritten meanwhile
 * @param {number} [fault.truncate]      only so many bytes arrive
 */
export async function* damaged(chunks, { corrupt, tear = Infinity, truncate = Infinity }) {
  let offset = 0
  for await (const chunk of chunks) {
    const at = corrupt === true ? (offset === 0 ? chunk.length >> 1 : -1) : corrupt - offset
    if (at >= 0 && at < chunk.length) chunk[at] ^= 0x20
    for (let i = Math.max(0, tear - offset); i < chunk.length; i++) chunk[i] ^= 0xff
    const rest = truncate - offset
    offset += chunk.length
    // What is cut off is read all the same: the sender must get rid of it before it reads an answer.
    if (rest > 0) yield rest < chunk.length ? chunk.subarray(0, rest) : chunk
  }
}
