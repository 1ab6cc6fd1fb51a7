// What a logic layer has beyond the language, and which parts of the language it lacks.
import { webcrypto } from 'node:crypto'

// DevTools and desktop clients run in a browser engine and leak some of it; phones have none of these.
const browserGlobals = {
  TextEncoder, TextDecoder, URL, URLSearchParams, queueMicrotask, AbortController, structuredClone, performance, btoa, atob, crypto: webcrypto,
}

// Newer than the engines in the field; not among the base library's polyfills.
const tooNew = {
  Object: ['hasOwn', 'groupBy'],
  Array: ['fromAsync'],
  Promise: ['withResolvers', 'try'],
}
const tooNewMethods = {
  Array: ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with', 'group'],
  String: ['at', 'isWellFormed', 'toWellFormed'],
  ArrayBuffer: ['resize', 'transfer', 'transferToFixedLength'],
}

export function trimGlobals({ global, persona, onViolation }) {
  const shown = persona.js.browserGlobals
  const missing = new Set(shown ? [] : persona.js.missingGlobals)
  for (const name of missing) delete global[name]
  for (const name of ['SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef']) delete global[name]
  if (!persona.js.bigint) for (const name of ['BigInt', 'BigInt64Array', 'BigUint64Array']) delete global[name]
  if (!persona.wasm.stdWebAssembly && !shown) delete global.WebAssembly

  const desktop = shown || ['devtools', 'windows'].includes(persona.sys.platform)
  if (!desktop) delete global.Intl
  if (desktop) {
    for (const [name, value] of Object.entries(browserGlobals)) if (!missing.has(name)) put(global, name, value)
  }
  for (const name of ['fetch', 'XMLHttpRequest']) {
    if (!desktop || missing.has(name)) continue
    put(global, name, function () {
      onViolation('browser-api', `${name} does not exist on a phone`)
      throw new TypeError(`${name} is not available`)
    })
  }

  for (const [name, keys] of Object.entries(tooNew)) for (const key of keys) delete global[name][key]
  for (const [name, keys] of Object.entries(tooNewMethods)) for (const key of keys) delete global[name].prototype[key]
  if (missing.has('Symbol.asyncIterator')) put(global, 'Symbol', withoutAsyncIterator(global.Symbol))
  // Where eval is forbidden it is there, and throws.
  if (persona.js.evalForbidden) {
    put(global, 'eval', function (source) {
      if (typeof source !== 'string') return source
      onViolation('eval', 'eval of a string')
      throw new EvalError('Code generation from strings disallowed for this context')
    })
  }
}

// Symbol.asyncIterator can not be deleted; a stand-in without it can be shown instead.
function withoutAsyncIterator(native) {
  return new Proxy(() => {}, {
    apply: (target, self, args) => native(...args),
    get: (target, key) => (key === 'asyncIterator' ? undefined : native[key]),
    has: (target, key) => key !== 'asyncIterator' && key in native,
  })
}

function put(target, key, value) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
}
