// The logic layer: a JavaScript world that has what WeChat's has, and nothing of Node.
import vm from 'node:vm'
import { promisePolyfill } from './promise.mjs'
import { trimGlobals } from './globals.mjs'

const spinLimit = 2000
const spinPause = 100 // ms

export function createWorld({ persona, clock, random, wallClock, onError, onViolation }) {
  const context = vm.createContext({}, {
    codeGeneration: { strings: false, wasm: persona.wasm.stdWebAssembly },
  })
  const run = (source, name = 'phone.js') => vm.runInContext(source, context, { filename: name })
  const global = run('globalThis')
  const before = () => new Set(Reflect.ownKeys(global))

  let dead = false
  let callbacksFrozen = false
  let timersFrozen = false
  let parked = []
  const timers = new Map()
  let timerIds = 0
  let spin = { since: -Infinity, count: 0 }
  let spun = false

  // Native memory and WXWebAssembly need the engine's own object, which the app may not see.
  const engine = run('WebAssembly')
  const prelude = run(`({
    buffer: (size) => new ArrayBuffer(size),
    parse: (text) => JSON.parse(text),
    error: (message, name) => { const e = new Error(message); if (name) e.name = name; return e },
    object: () => ({}),
    array: () => [],
  })`)

  run(dateSource)(wallClock)
  run(mathSource)(() => random.next())
  run(functionSource)(global, (source) => onViolation('eval', `new Function(${JSON.stringify(source)})`))
  trimGlobals({ global, persona, onViolation })

  const world = {
    context,
    global,
    run,
    engine,
    get dead() {
      return dead
    },
    buffer: prelude.buffer,
    parse: prelude.parse,
    error: prelude.error,

    // Results are made of this world's own objects: `instanceof ArrayBuffer` must hold inside.
    plain(value) {
      if (value === null || typeof value !== 'object') return value
      if (isBuffer(value)) return value
      const copy = Array.isArray(value) ? prelude.array() : prelude.object()
      for (const key of Object.keys(value)) copy[key] = world.plain(value[key])
      return copy
    },

    // The only way into the world from outside: later, never while the app's code is running, never after its death.
    post(task) {
      if (dead) return
      const release = clock.hold()
      setImmediate(() => {
        release()
        if (dead) return
        if (callbacksFrozen) parked.push(task)
        else world.enter(task)
      })
    },

    // An exception of the app's goes to wx.onError, not to the caller.
    enter(task) {
      if (dead) return
      try {
        task()
      } catch (error) {
        onError(error)
      }
    },

    freeze({ callbacks }) {
      timersFrozen = true
      callbacksFrozen = callbacks
      for (const timer of timers.values()) {
        clock.clearTimeout(timer.handle)
        timer.left = Math.max(0, timer.due - clock.now())
      }
    },

    thaw() {
      timersFrozen = false
      callbacksFrozen = false
      const now = clock.now()
      const mode = persona.life.timersOnResume
      const late = [...timers.values()].sort((a, b) => a.due - b.due)
      for (const timer of late) {
        if (mode === 'never-fired-until-resume') timer.due = now + timer.left
        if (mode === 'burst' && timer.every !== null && timer.due < now) {
          const missed = Math.min(1000, Math.floor((now - timer.due) / Math.max(1, timer.every)))
          for (let i = 0; i < missed; i++) world.post(() => timers.has(timer.id) && timer.callback())
        }
        arm(timer)
      }
    },

    // What waited while nobody was there, in the order it came.
    deliverParked() {
      const tasks = parked
      parked = []
      for (const task of tasks) world.post(task)
    },

    kill() {
      dead = true
      for (const timer of timers.values()) clock.clearTimeout(timer.handle)
      timers.clear()
      parked = []
    },

    // Names the app or its packages left on the global object.
    leaks() {
      return Reflect.ownKeys(global).filter((key) => !known.has(key)).map(String)
    },
    seal() {
      known = before()
    },
  }

  function arm(timer) {
    timer.handle = clock.setTimeout(() => fire(timer), timer.due - clock.now())
  }

  function fire(timer) {
    if (dead || timersFrozen || !timers.has(timer.id)) return
    if (timer.every === null) timers.delete(timer.id)
    else {
      timer.due = clock.now() + Math.max(1, timer.every)
      arm(timer)
    }
    world.enter(timer.callback)
  }

  function start(callback, delay, every, args) {
    if (dead) return 0
    if (typeof callback !== 'function') {
      onViolation('timer', 'the callback of a timer is not a function')
      return 0
    }
    let wait = Math.max(0, Number(delay) || 0)
    if (every === null && wait < 1) wait = spins() ? spinPause : wait
    const timer = { id: ++timerIds, due: clock.now() + wait, every, left: wait, handle: 0 }
    timer.callback = () => callback(...args)
    timers.set(timer.id, timer)
    if (!timersFrozen) arm(timer)
    return timer.id
  }

  // Thousands of timers without a delay in one second: somebody waits by running in circles, and the battery pays.
  // Once it is known, it is slowed down, so that the test comes to its end.
  function spins() {
    const now = clock.now()
    if (now - spin.since >= 1000) spin = { since: now, count: 0 }
    if (++spin.count === spinLimit) {
      spun = true
      onViolation('spin', `${spinLimit} timers without a delay within one second`)
    }
    return spun
  }

  function stop(id) {
    const timer = timers.get(id)
    if (!timer) return
    clock.clearTimeout(timer.handle)
    timers.delete(id)
  }

  function later(callback) {
    const timer = { id: ++timerIds, due: clock.now(), every: null, left: 0, handle: 0, callback }
    timers.set(timer.id, timer)
    if (!timersFrozen) arm(timer)
  }

  define(global, {
    setTimeout: (callback, delay, ...args) => start(callback, delay, null, args),
    setInterval: (callback, delay, ...args) => start(callback, delay, Math.max(1, Number(delay) || 0), args),
    clearTimeout: stop,
    clearInterval: stop,
    global,
  })

  if (persona.js.promise === 'macrotask') run(promisePolyfill)(global, (callback) => later(callback))
  world.promise = run('(executor) => new Promise(executor)')

  let known = before()
  return world
}

export function define(target, values) {
  for (const [key, value] of Object.entries(values)) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
  }
}

// Across worlds instanceof lies; WeChat's own bridge asks like this.
export function isBuffer(value) {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
}

const dateSource = `(function (wallClock) {
  const Native = Date
  function PhoneDate(...parts) {
    if (!new.target) return new Native(wallClock()).toString()
    return Reflect.construct(Native, parts.length === 0 ? [wallClock()] : parts, new.target)
  }
  PhoneDate.prototype = Native.prototype
  PhoneDate.prototype.constructor = PhoneDate
  PhoneDate.now = () => Math.floor(wallClock())
  PhoneDate.parse = Native.parse
  PhoneDate.UTC = Native.UTC
  Object.defineProperty(PhoneDate, 'name', { value: 'Date' })
  Object.defineProperty(globalThis, 'Date', { value: PhoneDate, writable: true, enumerable: false, configurable: true })
})`

const mathSource = `(function (next) { Math.random = () => next() })`

// WeChat lets exactly one text through.
const functionSource = `(function (global, refuse) {
  const Native = Function
  function PhoneFunction(...parts) {
    if (parts.length === 1 && /^\\s*return this;?\\s*$/.test(parts[0])) return function () { return global }
    refuse(parts.join(', '))
    throw new EvalError('Code generation from strings disallowed for this context')
  }
  PhoneFunction.prototype = Native.prototype
  Object.defineProperty(Native.prototype, 'constructor', { value: PhoneFunction, writable: true, configurable: true })
  Object.defineProperty(PhoneFunction, 'name', { value: 'Function' })
  Object.defineProperty(global, 'Function', { value: PhoneFunction, writable: true, enumerable: false, configurable: true })
})`
