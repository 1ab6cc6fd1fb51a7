// wx's synchronous storage: a kill is not announced. Phones have been seen to throw on each of these.
import type { Storage } from '../platform'
import { textOrEmpty } from '../../values'
import { currentWx } from './wx'

export const storage: Storage = {
  get(key) {
    try {
      return textOrEmpty(currentWx().getStorageSync!(key))
    } catch (_) {
      return ''
    }
  },
  set(key, value) {
    try {
      currentWx().setStorageSync!(key, value)
      return true
    } catch (_) {
      return false
    }
  },
  remove(key) {
    try {
      currentWx().removeStorageSync!(key)
    } catch (_) {
      // It is removed the next time.
    }
  },
}
