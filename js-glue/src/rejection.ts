// What getAuth or getSTSToken was rejected with, as text for the engine. Apps reject with whatever they have: an Error, the failure of
// wx.request, the response of an HTTP client around the error of the VOD API, or that error as text.
import { isText } from './values'

/** What may say something, at every level. The rest of a response may be long, circular or secret. */
const FIELDS = [
  'Code', 'code', 'errCode', 'errorCode',
  'Message', 'message', 'errMsg', 'msg', 'errorMessage', 'errmsg',
  'response', 'data', 'body', 'result', 'error', 'Error',
]

/** Levels that are looked through: a response, its data, the server's envelope, the error, its text. */
const MAX_DEPTH = 5

/** JSON of an object, text as it is; '' when it holds nothing, or does not let itself be read. */
export function rejectionText(thrown: any): string {
  if (!thrown) return ''
  if (isText(thrown) || thrown instanceof String) return String(thrown)
  return toJson(() => pick(thrown, 0)) || toJson(() => thrown)
}

/** The fields of an object and of those in it, undefined if there are none: an Error's are not enumerable, a class' are behind getters, and some refer to each other. */
function pick(value: any, depth: number): unknown {
  if (typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value
  let found: { [field: string]: unknown } | undefined
  for (const field of FIELDS) {
    const one = value[field] && depth < MAX_DEPTH ? pick(value[field], depth + 1) : undefined
    if (one !== undefined) found = Object.assign(found || {}, { [field]: one })
  }
  return found
}

function toJson(read: () => unknown): string {
  try {
    // undefined of a function and of a symbol.
    const text: string | undefined = JSON.stringify(read())
    return !text || text === '{}' ? '' : text
  } catch (_) {
    return ''
  }
}
