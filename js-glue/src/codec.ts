// UTF-8 and base64: phones have neither TextEncoder nor btoa.
import { isText } from './short'

/** What is absent, as '' is to the engine. */
export const text = (value: any): string => (value == null ? '' : value + '')

/** A date, or a number of seconds or milliseconds, as the engine reads it. */
export const expiryText = (value: any): string => text(value == null || isText(value) ? value : Math.floor(Number(value)))

/**
 * UTF-8, each byte a character: the one way to it that every engine has had since ES3, and faster than a loop where there is no JIT.
 * A lone surrogate becomes U+FFFD, as TextEncoder has it. Takes whatever an app has passed for a string.
 */
const binary = (value: unknown): string => unescape(encodeURIComponent(text(value).replace(/[\ud800-\udfff]/gu, '\ufffd')))

export function encode(value: unknown): Uint8Array {
  const given = binary(value)
  const bytes = new Uint8Array(given.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = given.charCodeAt(i)
  return bytes
}

/** Never throws: in what is not UTF-8 all that is not ASCII becomes U+FFFD. */
export function decode(bytes: Uint8Array): string {
  let out = ''
  // Engines limit the number of arguments of one call.
  for (let i = 0; i < bytes.length; i += 4096) out += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096) as any)
  try {
    return decodeURIComponent(escape(out))
  } catch (_) {
    return out.replace(/[^\0-\x7f]+/g, '\ufffd')
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64(given: string): string {
  const bytes = binary(given)
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes.charCodeAt(i) << 16) | (bytes.charCodeAt(i + 1) << 8) | bytes.charCodeAt(i + 2)
    for (let k = 0; k < 4; k++) out += i + k > bytes.length ? '=' : ALPHABET[(n >> (18 - 6 * k)) & 63]
  }
  return out
}
