// The error that leaves this package.
import type { UploadError as UploadErrorFields } from './engine/wasm'

export type ErrorFields = Pick<UploadErrorFields, 'code' | 'message'> & Partial<UploadErrorFields>

/** All fields, of an UploadError as well, whose message is not enumerable. */
export const completeError = ({ code, message, stage = '', httpStatus = 0, requestId = '', part = 0, retryable = false }: ErrorFields): UploadErrorFields => ({
  code, message, stage, httpStatus, requestId, part, retryable,
})

/** Not `extends Error`: a subclass of a built-in that DevTools compiles to ES5 loses its prototype. */
export class UploadError {
  declare readonly name: string
  declare readonly code: string
  declare readonly message: string
  declare readonly stage: string
  declare readonly httpStatus: number
  declare readonly requestId: string
  declare readonly part: number
  declare readonly retryable: boolean

  constructor(fields: ErrorFields) {
    const error = Object.setPrototypeOf(new Error(fields.message), UploadError.prototype)
    return Object.assign(error, { name: 'UploadError' }, completeError(fields))
  }
}
Object.setPrototypeOf(UploadError.prototype, Error.prototype)

/** What was thrown, in words: a message of ours or of the platform's, a code, or the thing itself. */
export function errorMessage(thrown: any): string {
  if (!thrown) return ''
  return String(thrown.message || thrown.errMsg || thrown.errno || thrown.errCode || thrown)
}
