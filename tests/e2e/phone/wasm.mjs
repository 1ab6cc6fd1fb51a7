// WXWebAssembly: a path into the code package, and an engine that is choosier than a browser's.
import { brotliDecompressSync } from 'node:zlib'
import { scanWasm } from './wasmscan.mjs'

// The same file is met by hundreds of phones in one test run.
const inspected = new WeakMap()

function inspect(stored, compressed) {
  if (!inspected.has(stored)) inspected.set(stored, read(stored, compressed))
  return inspected.get(stored)
}

function read(stored, compressed) {
  try {
    const bytes = compressed ? brotliDecompressSync(stored) : stored
    if (bytes.length < 8 || bytes.readUInt32LE(0) !== 0x6d736100) return { broken: 'no wasm file' }
    return { bytes, features: scanWasm(bytes).features, module: null }
  } catch (error) {
    return { broken: error.message }
  }
}

export function createWasm({ persona, world, code, clock, memories, onViolation, state }) {
  const rules = persona.wasm

  function instantiate(path, imports) {
    return world.promise((resolve, reject) => {
      const release = clock.hold()
      const settle = (delay, task) => {
        release()
        if (delay > 0) clock.setTimeout(() => world.post(task), delay)
        else world.post(task)
      }
      const refuse = (message, { delay = 0, violation = null } = {}) => {
        if (violation) onViolation('wasm', violation)
        const [, name, text] = /^(\w+Error): (.*)$/s.exec(message) ?? [null, 'Error', message]
        settle(delay, () => reject(world.error(text, name)))
      }

      if (typeof path !== 'string') return refuse(rules.reject.notString, { violation: 'instantiate takes a path, nothing else' })
      if (/^(wxfile|https?):/.test(path)) return refuse(rules.reject.url, { violation: `instantiate('${path}'): not a package path` })
      if (!/\.wasm(\.br)?$/.test(path)) return refuse(rules.reject.suffix, { violation: `instantiate('${path}'): wrong suffix` })
      if (/(^|\/)\.\.?(\/|$)/.test(path)) return refuse('failed to load wasm file', { violation: `instantiate('${path}'): a package path has no ./ or ../` })
      if (rules.importsRequired && (imports === null || typeof imports !== 'object')) {
        return refuse('TypeError: WebAssembly.instantiate(): Imports argument must be present and must be an object', { violation: 'instantiate without imports' })
      }

      const delay = rules.instantiateDelayMs
      if (rules.sporadicInstantiateFailure && !state.failedOnce) {
        state.failedOnce = true
        return refuse(invalid('sporadic failure'), { delay })
      }
      const name = path.replace(/^\//, '')
      if (!code.has(name)) return refuse(`failed to load wasm file ${path}: no such file in the package`, { delay })

      const file = inspect(code.bytes(name), name.endsWith('.br'))
      if (file.broken) return refuse(invalid(file.broken), { delay: rules.invalidRejectDelayMs, violation: `${path} is no wasm file` })
      const lacking = missingFeatures(file.features)
      if (lacking.length > 0) {
        return refuse(invalid(lacking.join(', ')), { delay: rules.invalidRejectDelayMs, violation: `${path} needs ${lacking.join(', ')}` })
      }
      state.instantiated++
      file.module ??= WebAssembly.compile(file.bytes)
      file.module.then((module) => {
        const instance = new world.engine.Instance(module, imports)
        for (const value of Object.values(instance.exports)) if (value instanceof world.engine.Memory) memories.push(value)
        const result = rules.result === 'Instance' ? instance : world.plain({ instance: null, module: null })
        if (rules.result !== 'Instance') Object.assign(result, { instance, module })
        settle(delay, () => resolve(result))
      }).catch((error) => refuse(`${error.name}: ${error.message}`, { delay: rules.invalidRejectDelayMs }))
    })
  }

  function invalid(detail) {
    return rules.reject.invalid.replace('{detail}', detail)
  }

  function missingFeatures(features) {
    const lacking = Object.entries(rules.features).filter(([name, has]) => has === false && features.has(name)).map(([name]) => name)
    if (rules.features.referenceTypesValues === false && features.has('externrefInSignature')) lacking.push('externrefInSignature')
    if (rules.members.length === 1 && features.has('importNonFunction')) lacking.push('importNonFunction')
    for (const name of ['tailCall', 'gc']) if (features.has(name)) lacking.push(name)
    return lacking
  }

  const api = world.run('({})')
  api.instantiate = instantiate
  for (const member of rules.members) if (member !== 'instantiate') api[member] = world.engine[member]
  return api
}
