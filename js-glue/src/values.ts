// Values of the app, of which nothing is taken for granted.
import { toBinaryString } from './polyfills/text_encoding'

export const isText = (value: unknown): value is string => typeof value === 'string'

export const isNumber = (value: unknown): value is number => typeof value === 'number'

export const isFunction = (value: unknown): value is (...args: any[]) => any => typeof value === 'function'

/** '' for what is not text. */
export const textOrEmpty = (value: unknown): string => (isText(value) ? value : '')

/** '' for null and undefined. */
export const toText = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/** Own properties only: other libraries may have extended Object.prototype, and the object may have no prototype. */
export const hasOwn = (object: object, name: string): boolean => Object.prototype.hasOwnProperty.call(object, name)

/** A date or a number of seconds or milliseconds as text; the engine finds out which it is. */
export const toExpiration = (value: unknown): string => (value === null || value === undefined || isText(value) ? toText(value) : toText(Math.floor(Number(value))))

/** What a function returns, promises or throws. */
export const attempt = <T>(task: () => T | PromiseLike<T>): Promise<T> => new Promise((resolve) => resolve(task()))

/** Some frameworks wrap the platform's functions so that they return promises, too. Nobody waits for those; a rejection would be reported as unhandled. */
export function ignoreRejection(given: unknown): void {
  if (given instanceof Promise) given.catch(() => {})
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 of UTF-8: phones have no btoa. */
export function toBase64(text: string): string {
  const bytes = toBinaryString(text)
  let result = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes.charCodeAt(i) << 16) | (bytes.charCodeAt(i + 1) << 8) | bytes.charCodeAt(i + 2)
    for (let k = 0; k < 4; k++) result += i + k > bytes.length ? '=' : BASE64[(group >> (18 - 6 * k)) & 63]
  }
  return result
}
