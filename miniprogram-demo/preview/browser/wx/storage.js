// wx storage in the browser's: it outlives the phone's process.
import { answer } from './answer.js'

const PREFIX = 'wx:'

export function createStorage() {
  const get = (key) => {
    const text = localStorage.getItem(PREFIX + key)
    return text === null ? '' : JSON.parse(text)
  }
  const set = (key, value) => localStorage.setItem(PREFIX + key, JSON.stringify(value))
  const remove = (key) => localStorage.removeItem(PREFIX + key)
  return {
    getStorageSync: get,
    setStorageSync: set,
    removeStorageSync: remove,
    setStorage: (options) => answer('setStorage', options, () => set(options.key, options.data)),
    getStorage: (options) => answer('getStorage', options, () => ({ data: get(options.key) })),
    removeStorage: (options) => answer('removeStorage', options, () => remove(options.key)),
  }
}
