// The base library's Promise on iOS 15 and older: made of timers, so that `then` comes after a macrotask.
export const promisePolyfill = `(function (global, later) {
  const own = new WeakMap()

  function settle(promise, state, value) {
    const self = own.get(promise)
    if (self.state !== 'pending') return
    self.state = state
    self.value = value
    const waiting = self.waiting
    self.waiting = []
    if (waiting.length === 0) return
    later(() => { for (const reaction of waiting) reaction() })
  }

  function resolve(promise, value) {
    if (value === promise) return settle(promise, 'rejected', new TypeError('a promise can not be resolved with itself'))
    let then
    if (value !== null && (typeof value === 'object' || typeof value === 'function')) {
      try { then = value.then } catch (error) { return settle(promise, 'rejected', error) }
    }
    if (typeof then !== 'function') return settle(promise, 'fulfilled', value)
    adopt(promise, (yes, no) => then.call(value, yes, no))
  }

  function adopt(promise, executor) {
    let done = false
    try {
      executor(
        (value) => { if (!done) { done = true; resolve(promise, value) } },
        (reason) => { if (!done) { done = true; settle(promise, 'rejected', reason) } },
      )
    } catch (error) {
      if (!done) { done = true; settle(promise, 'rejected', error) }
    }
  }

  function Promise(executor) {
    if (!(this instanceof Promise)) throw new TypeError('Promise must be called with new')
    if (typeof executor !== 'function') throw new TypeError('the argument of Promise must be a function')
    own.set(this, { state: 'pending', value: undefined, waiting: [] })
    adopt(this, executor)
  }

  Promise.prototype.then = function (onFulfilled, onRejected) {
    const self = own.get(this)
    return new Promise((yes, no) => {
      const react = () => {
        const handler = self.state === 'fulfilled' ? onFulfilled : onRejected
        if (typeof handler !== 'function') return self.state === 'fulfilled' ? yes(self.value) : no(self.value)
        try { yes(handler(self.value)) } catch (error) { no(error) }
      }
      if (self.state === 'pending') self.waiting.push(react)
      else later(react)
    })
  }
  Promise.prototype.catch = function (onRejected) { return this.then(undefined, onRejected) }
  Promise.prototype.finally = function (callback) {
    return this.then(
      (value) => Promise.resolve(callback()).then(() => value),
      (reason) => Promise.resolve(callback()).then(() => { throw reason }),
    )
  }
  Promise.resolve = (value) => (value instanceof Promise ? value : new Promise((yes) => yes(value)))
  Promise.reject = (reason) => new Promise((yes, no) => no(reason))
  Promise.race = (list) => new Promise((yes, no) => { for (const one of list) Promise.resolve(one).then(yes, no) })
  Promise.all = (list) => new Promise((yes, no) => {
    const items = Array.from(list)
    const values = new Array(items.length)
    let left = items.length
    if (left === 0) yes(values)
    items.forEach((one, index) => Promise.resolve(one).then((value) => {
      values[index] = value
      if (--left === 0) yes(values)
    }, no))
  })
  Promise.allSettled = (list) => Promise.all(Array.from(list, (one) => Promise.resolve(one).then(
    (value) => ({ status: 'fulfilled', value }),
    (reason) => ({ status: 'rejected', reason }),
  )))
  Object.defineProperty(global, 'Promise', { value: Promise, writable: true, enumerable: false, configurable: true })
})`
