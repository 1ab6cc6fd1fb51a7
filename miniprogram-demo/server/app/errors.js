/** What the app server tells its caller, in the same form as the VOD API. */
export class AppError extends Error {
  constructor(status, code, message, requestId) {
    super(message)
    Object.assign(this, { status, code, requestId })
  }

  toJSON() {
    return { Code: this.code, Message: this.message, ...(this.requestId && { RequestId: this.requestId }) }
  }
}

export const badInput = (message) => new AppError(400, 'InvalidInput', message)
