// wx storage: a megabyte a key, ten in all, outlives the process; asynchronous writes may not.
const flushMs = 80

export function createStore(initial = {}) {
  return { values: new Map(Object.entries(initial).map(([key, value]) => [key, JSON.stringify(value)])) }
}

export function createStorage({ persona, world, clock, store, faults, onViolation }) {
  const rules = persona.storage
  let unflushed = [] // undo records of writes that are not on disk yet

  const used = () => [...store.values].reduce((sum, [key, text]) => sum + key.length + text.length, 0)

  function refusalFor(key, text) {
    const injected = faults.storage?.('set', key)
    if (injected) return injected
    if (key.length + text.length > rules.perKeyLimit) return rules.perKeyError
    const former = store.values.has(key) ? key.length + store.values.get(key).length : 0
    if (used() - former + key.length + text.length > rules.totalLimitBytes) return rules.quotaError
    if (rules.syncSpuriousThrow && used() > 1048576 && text.length >= 102400) return rules.internalError
    return null
  }

  function serialise(api, key, value) {
    if (typeof key !== 'string' || key === '') {
      onViolation('storage', `${api}: key is ${key === '' ? 'empty' : typeof key}`)
      return null
    }
    const text = JSON.stringify(value)
    if (text === undefined) {
      onViolation('storage', `${api}: a value that JSON can not hold`)
      return null
    }
    return text
  }

  function write(api, key, value) {
    const text = serialise(api, key, value)
    if (text === null) return `${api}:fail parameter error`
    const refusal = refusalFor(key, text)
    if (!refusal) store.values.set(key, text)
    else if (used() + text.length > rules.totalLimitBytes || text.length > rules.perKeyLimit) onViolation('storage-limit', `${api}("${key}", ${text.length} characters): ${refusal}`)
    return refusal
  }

  function sync(api, key, work) {
    if (world.dead) return undefined
    const injected = faults.storage?.(api === 'getStorageSync' ? 'get' : 'remove', key)
    const refusal = api === 'setStorageSync' ? work() : injected
    if (refusal) {
      if (rules.syncOnError === 'throw') throw world.error(refusal.replace(/^setStorage(Sync)?/, api))
      return api === 'getStorageSync' ? rules.missingSync : undefined
    }
    return api === 'setStorageSync' ? undefined : work()
  }

  // Promise style is allowed here.
  function later(api, options = {}, work) {
    if (world.dead) return undefined
    const styled = !['success', 'fail', 'complete'].some((key) => typeof options[key] === 'function')
    const result = work()
    const value = world.plain(result.error ? { errMsg: result.error } : { ...result, errMsg: `${api}:ok` })
    if (styled) return world.promise((yes, no) => world.post(() => (result.error ? no(value) : yes(value))))
    world.post(() => {
      const name = result.error ? 'fail' : 'success'
      if (typeof options[name] === 'function') world.enter(() => options[name](value))
      if (typeof options.complete === 'function') world.enter(() => options.complete(value))
    })
    return undefined
  }

  function remember(key) {
    const record = { key, former: store.values.get(key) }
    unflushed.push(record)
    clock.setTimeout(() => {
      unflushed = unflushed.filter((one) => one !== record)
    }, flushMs)
  }

  const api = {
    setStorageSync: (key, value) => sync('setStorageSync', key, () => write('setStorageSync', key, value)),
    getStorageSync: (key) => sync('getStorageSync', key, () => (store.values.has(key) ? world.parse(store.values.get(key)) : rules.missingSync)),
    removeStorageSync: (key) => sync('removeStorageSync', key, () => void store.values.delete(key)),
    clearStorageSync: () => store.values.clear(),
    getStorageInfoSync: () => world.plain({ keys: [...store.values.keys()], currentSize: Math.ceil(used() / 1024), limitSize: rules.totalLimitBytes / 1024 }),
    setStorage: (options) => later('setStorage', options, () => {
      remember(options.key)
      const error = write('setStorage', options.key, options.data)
      return error ? { error: error.replace('Sync', '') } : {}
    }),
    getStorage: (options) => later('getStorage', options, () => {
      const injected = faults.storage?.('get', options.key)
      if (injected) return { error: injected }
      return store.values.has(options.key) ? { data: world.parse(store.values.get(options.key)) } : { error: rules.missingAsync }
    }),
    removeStorage: (options) => later('removeStorage', options, () => {
      remember(options.key)
      store.values.delete(options.key)
      return {}
    }),
    getStorageInfo: (options) => later('getStorageInfo', options, () => ({ keys: [...store.values.keys()], currentSize: Math.ceil(used() / 1024), limitSize: rules.totalLimitBytes / 1024 })),
  }

  return {
    api,
    lose() {
      if (!rules.asyncLostOnKill) return
      for (const { key, former } of unflushed.reverse()) {
        if (former === undefined) store.values.delete(key)
        else store.values.set(key, former)
      }
      unflushed = []
    },
  }
}
