// The one error that leaves this package.
import { assign, setPrototypeOf } from './short'

export interface ErrorFacts {
  code: string
  message: string
  stage?: string
  httpStatus?: number
  requestId?: string
  part?: number
  retryable?: boolean
}

/** Not `extends Error`: the ES5 that DevTools may make of a subclass of a built-in loses its prototype. */
export class UploadError {
  declare name: string
  declare code: string
  declare message: string
  declare stage: string
  declare httpStatus: number
  declare requestId: string
  declare part: number
  declare retryable: boolean

  constructor(facts: ErrorFacts) {
    const error = setPrototypeOf(new Error(facts.message), UploadError.prototype)
    return assign(error, { name: 'UploadError', stage: '', httpStatus: 0, requestId: '', part: 0, retryable: false }, facts)
  }
}
setPrototypeOf(UploadError.prototype, Error.prototype)

/** What somebody threw, in words. */
export const words = (thrown: any): string => String((thrown && (thrown.message || thrown.errMsg || thrown.errno || thrown.errCode)) || thrown || '')
