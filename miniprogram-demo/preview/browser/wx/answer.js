// How WeChat answers: later, by callbacks if there are any, else by a promise.
export function answer(name, options, work) {
  const { success, fail, complete } = options ?? {}
  const styled = [success, fail, complete].some((one) => typeof one === 'function')
  const result = Promise.resolve().then(work).then((value) => ({ ...value, errMsg: `${name}:ok` }))
  if (!styled) return result.catch((error) => Promise.reject(toError(name, error)))
  result.then(
    (value) => later(success, complete, value),
    (error) => later(fail, complete, toError(name, error)),
  )
  return undefined
}

export class Refusal extends Error {
  constructor(message, numbers = {}) {
    super(message)
    Object.assign(this, numbers)
  }
}

const toError = (name, error) => ({ errMsg: `${name}:fail ${error.message}`, ...(error.errno && { errno: error.errno }), ...(error.errCode && { errCode: error.errCode }) })

// A task of its own: an exception of the app's must reach the console only.
function later(callback, complete, value) {
  setTimeout(() => {
    try {
      callback?.(value)
    } finally {
      complete?.(value)
    }
  })
}
