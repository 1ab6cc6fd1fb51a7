// The synchronous store: small values that must survive a kill that nobody announces. Phones have thrown on every one of these.
import { textOf } from '../short'
import { api } from './api'

export function get(key: string): string {
  try {
    return textOf(api().getStorageSync!(key))
  } catch (_) {
    return ''
  }
}

export function set(key: string, value: string): boolean {
  try {
    api().setStorageSync!(key, value)
    return true
  } catch (_) {
    return false
  }
}

export function remove(key: string): void {
  try {
    api().removeStorageSync!(key)
  } catch (_) {
    // Stays until the next try.
  }
}
