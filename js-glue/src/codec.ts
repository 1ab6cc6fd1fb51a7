// UTF-8 and base64: phones have neither TextEncoder nor btoa.

/** What is absent, as '' is to the engine. */
export const text = (value: any): string => (value == null ? '' : value + '')

/** A date, or a number of seconds or milliseconds, as the engine reads it. */
export const expiryText = (value: any): string => text(value == null || typeof value === 'string' ? value : Math.floor(value))

/** A lone surrogate becomes U+FFFD, as TextEncoder has it. Takes whatever an app has passed for a string. */
export function encode(value: unknown): Uint8Array {
  const given = text(value)
  const length = given.length
  const bytes = new Uint8Array(length * 3)
  let at = 0
  for (let i = 0; i < length; i++) {
    let c = given.charCodeAt(i)
    if (c >> 11 === 27) {
      const low = given.charCodeAt(i + 1)
      if (c < 0xdc00 && low >> 10 === 55) {
        c = (c << 10) + low - 0x35fdc00
        i++
      } else c = 0xfffd
    }
    if (c < 0x80) bytes[at++] = c
    else {
      if (c < 0x800) bytes[at++] = 0xc0 | (c >> 6)
      else {
        if (c < 0x10000) bytes[at++] = 0xe0 | (c >> 12)
        else {
          bytes[at++] = 0xf0 | (c >> 18)
          bytes[at++] = 0x80 | ((c >> 12) & 63)
        }
        bytes[at++] = 0x80 | ((c >> 6) & 63)
      }
      bytes[at++] = 0x80 | (c & 63)
    }
  }
  return bytes.subarray(0, at)
}

/** Never throws: what is not UTF-8 becomes U+FFFD, one for each longest beginning of a character, as TextDecoder has it. */
export function decode(bytes: Uint8Array): string {
  const length = bytes.length
  let out = ''
  let codes: number[] = []
  for (let i = 0; i < length; ) {
    const lead = bytes[i++]
    let c = lead
    if (lead > 0x7f) {
      let more = lead > 0xc1 && lead < 0xf5 ? (lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3) : 0
      // Overlong forms, surrogates and what is above U+10FFFF show in the second byte.
      let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
      let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
      c = more ? lead & (0x3f >> more) : 0xfffd
      for (; more; more--) {
        const next = bytes[i]
        if (!(next >= least && next <= most)) {
          c = 0xfffd
          break
        }
        c = (c << 6) | (next & 63)
        least = 0x80
        most = 0xbf
        i++
      }
    }
    if (c > 0xffff) codes.push((c >> 10) + 0xd7c0, (c & 0x3ff) | 0xdc00)
    else codes.push(c)
    // Engines limit the number of arguments of one call.
    if (codes.length > 4095 || i >= length) {
      out += String.fromCharCode.apply(null, codes)
      codes = []
    }
  }
  return out
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64(given: string): string {
  const bytes = encode(given)
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]
    out += ALPHABET[n >> 18] + ALPHABET[(n >> 12) & 63] + (i + 1 < bytes.length ? ALPHABET[(n >> 6) & 63] : '=') + (i + 2 < bytes.length ? ALPHABET[n & 63] : '=')
  }
  return out
}
