/** The body of an error answer: `{code, message, requestId?}`. */
export class AppError extends Error {
  constructor(status, code, message, requestId) {
    super(message)
    Object.assign(this, { status, code, requestId })
  }

  toJSON() {
    return { code: this.code, message: this.message, requestId: this.requestId }
  }
}

export const badInput = (message) => new AppError(400, 'InvalidInput', message)
