// mulberry32: small, seeded, good enough to choose faults. Everything a phone does by chance comes from here, so a printed seed replays it.
export function createRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    chance: (rate) => next() < rate,
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
    hex: (digits) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join(''),
  }
}

// Bytes that look random and can be made again, in any order, from the seed: 64 KB blocks of xorshift32.
export function fillBytes(buffer, seed, position = 0) {
  const blockSize = 65536
  const block = new Uint32Array(blockSize / 4)
  const view = Buffer.from(block.buffer)
  let done = 0
  while (done < buffer.length) {
    const at = position + done
    const index = Math.floor(at / blockSize)
    let x = (Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)) >>> 0 || 1
    for (let i = 0; i < block.length; i++) {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      block[i] = x
    }
    const from = at - index * blockSize
    done += view.copy(buffer, done, from, Math.min(blockSize, from + buffer.length - done))
  }
  return buffer
}
