// CRC-64/XZ ("ECMA-182 reflected"), the checksum OSS puts into x-oss-hash-crc64ecma.
// The running value is kept as two 32-bit halves: BigInt would cut the speed to a few MB/s.

const POLY = 0xc96c5795d7870f42n
const ALL_ONES = 0xffffffffffffffffn
const SLICES = 8 // bytes consumed per step

const lowTable = new Uint32Array(SLICES * 256)
const highTable = new Uint32Array(SLICES * 256)

function fillTables() {
  const first = []
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLY : value >> 1n
    first.push(value)
  }
  let previous = first
  for (let slice = 0; slice < SLICES; slice++) {
    if (slice > 0) previous = previous.map((value) => first[Number(value & 0xffn)] ^ (value >> 8n))
    previous.forEach((value, byte) => {
      lowTable[slice * 256 + byte] = Number(value & 0xffffffffn)
      highTable[slice * 256 + byte] = Number(value >> 32n)
    })
  }
}
fillTables()

export class Crc64 {
  #low = -1
  #high = -1

  update(bytes) {
    let low = this.#low
    let high = this.#high
    let i = 0
    for (const end = bytes.length - 7; i < end; i += 8) {
      const a = low ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24))
      const b = high ^ (bytes[i + 4] | (bytes[i + 5] << 8) | (bytes[i + 6] << 16) | (bytes[i + 7] << 24))
      const i7 = 1792 + (a & 255)
      const i6 = 1536 + ((a >>> 8) & 255)
      const i5 = 1280 + ((a >>> 16) & 255)
      const i4 = 1024 + (a >>> 24)
      const i3 = 768 + (b & 255)
      const i2 = 512 + ((b >>> 8) & 255)
      const i1 = 256 + ((b >>> 16) & 255)
      const i0 = b >>> 24
      low = lowTable[i7] ^ lowTable[i6] ^ lowTable[i5] ^ lowTable[i4] ^ lowTable[i3] ^ lowTable[i2] ^ lowTable[i1] ^ lowTable[i0]
      high = highTable[i7] ^ highTable[i6] ^ highTable[i5] ^ highTable[i4] ^ highTable[i3] ^ highTable[i2] ^ highTable[i1] ^ highTable[i0]
    }
    for (; i < bytes.length; i++) {
      const index = (low ^ bytes[i]) & 255
      low = lowTable[index] ^ ((low >>> 8) | (high << 24))
      high = highTable[index] ^ (high >>> 8)
    }
    this.#low = low
    this.#high = high
    return this
  }

  /** @returns {bigint} unsigned */
  value() {
    const raw = (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0)
    return raw ^ ALL_ONES
  }
}

// Operators that append 2^k zero bytes, as matrices over GF(2): column n is what bit n becomes.
const zeroOperators = []

function apply(matrix, vector) {
  let sum = 0n
  for (let column = 0; vector; column++, vector >>= 1n) if (vector & 1n) sum ^= matrix[column]
  return sum
}

const square = (matrix) => matrix.map((column) => apply(matrix, column))

function zeroOperator(k) {
  if (zeroOperators.length === 0) {
    const oneBit = [POLY]
    for (let bit = 0n; bit < 63n; bit++) oneBit.push(1n << bit)
    zeroOperators.push(square(square(square(oneBit))))
  }
  while (zeroOperators.length <= k) zeroOperators.push(square(zeroOperators.at(-1)))
  return zeroOperators[k]
}

/** The checksum of A followed by B, from theirs and B's length. */
export function combine(crcA, crcB, lengthB) {
  let value = crcA
  for (let k = 0, rest = lengthB; rest > 0; k++, rest = Math.floor(rest / 2)) if (rest % 2) value = apply(zeroOperator(k), value)
  return value ^ crcB
}
