// Base64, and texts as the engine takes them.
import { encodeUtf8, decodeUtf8, toBinaryString } from './polyfills/text_encoding'
import { isText } from './short'

/** What is absent, as '' is to the engine. */
export const text = (value: any): string => (value == null ? '' : value + '')

/** A date, or a number of seconds or milliseconds, as the engine reads it. */
export const expiryText = (value: any): string => text(value == null || isText(value) ? value : Math.floor(Number(value)))

/** Takes whatever an app has passed for a string. */
export const encode = (value: unknown): Uint8Array => encodeUtf8(text(value))

export { decodeUtf8 as decode }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64(given: string): string {
  const bytes = toBinaryString(given)
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes.charCodeAt(i) << 16) | (bytes.charCodeAt(i + 1) << 8) | bytes.charCodeAt(i + 2)
    for (let k = 0; k < 4; k++) out += i + k > bytes.length ? '=' : ALPHABET[(n >> (18 - 6 * k)) & 63]
  }
  return out
}
