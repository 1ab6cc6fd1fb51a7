// What getAuth or getSTSToken was rejected with. Apps reject with whatever they have: an Error, the failure of wx.request, the response
// of an HTTP client around the error of the VOD API, or that error as text.
import { isText, textOrEmpty } from './values'

export interface Rejection {
  /** The VOD API's or the app's own; '' when there is none. */
  code: string
  /** '' when there is none. */
  message: string
}

/** Names of the code: in the VOD API's answers, in Errors, in failures of WeChat, and in answers of servers. */
const CODES = ['Code', 'code', 'errCode', 'errorCode']
const MESSAGES = ['Message', 'message', 'errMsg', 'msg', 'errorMessage', 'errmsg']
/** What HTTP clients and servers wrap around an error; the inner one says more. */
const WRAPPINGS = ['response', 'data', 'body', 'result', 'error', 'Error']
/** Levels that are looked through: a response, its data, the server's envelope, the error. */
const MAX_DEPTH = 4

export function readRejection(thrown: unknown): Rejection {
  const found = read(thrown, 0)
  if (found.message || !thrown) return found
  return { code: found.code, message: found.code || describe(thrown) }
}

function read(given: unknown, depth: number): Rejection {
  const value = isText(given) ? parseObject(given) || given : given
  if (isText(value)) return { code: '', message: value }
  if (!value || typeof value !== 'object') return { code: '', message: '' }
  const own = { code: firstText(value, CODES), message: firstText(value, MESSAGES) }
  if (depth === MAX_DEPTH) return own
  const inner = WRAPPINGS.map((name) => read(field(value, name), depth + 1)).find(({ code, message }) => !!(code || message))
  return inner ? { code: inner.code || own.code, message: inner.message || own.message } : own
}

function firstText(object: object, names: string[]): string {
  return names.map((name) => textOrEmpty(field(object, name))).find((text) => !!text) || ''
}

/** The object may be any: a proxy or a getter of it may throw. */
function field(object: any, name: string): unknown {
  try {
    return object[name]
  } catch (_) {
    return undefined
  }
}

function parseObject(text: string): object | undefined {
  if (text.trim()[0] !== '{') return undefined
  try {
    return JSON.parse(text)
  } catch (_) {
    return undefined
  }
}

/** Something without any known field, in words. */
function describe(thrown: unknown): string {
  try {
    const text = JSON.stringify(thrown)
    return text === '{}' ? '' : text || String(thrown)
  } catch (_) {
    return ''
  }
}
