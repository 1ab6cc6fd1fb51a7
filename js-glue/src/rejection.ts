// What getAuth or getSTSToken was rejected with, as text for the engine. Apps reject with whatever they have: an Error, the failure of
// wx.request, the response of an HTTP client around the error of the VOD API, or that error as text.
import { isText } from './values'

/** What may say something, at every level. The rest of a response may be long, circular or secret. */
const FIELDS = [
  'Code', 'code', 'errCode', 'errorCode',
  'Message', 'message', 'errMsg', 'msg', 'errorMessage', 'errmsg',
  'response', 'data', 'body', 'result', 'error', 'Error',
]

/** JSON of an object, text as it is; '' when it holds nothing. */
export function rejectionText(thrown: any): string {
  if (!thrown || isText(thrown)) return thrown || ''
  return toJson(thrown, FIELDS) || toJson(thrown)
}

/** '' for an object without any of the fields, and for one that does not let itself be read. */
function toJson(thrown: any, fields?: string[]): string {
  try {
    // An Error's message is not enumerable, and axios' toJSON leaves out the response.
    const readable = typeof thrown === 'object' ? Object.assign({ message: thrown.message || undefined }, thrown, { toJSON: undefined }) : thrown
    // undefined of a function and of a symbol.
    const text: string | undefined = JSON.stringify(readable, fields)
    return !text || text === '{}' ? '' : text
  } catch (_) {
    return ''
  }
}
