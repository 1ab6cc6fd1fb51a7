// The synchronous store: small values that must survive a kill that nobody announces. Phones have thrown on every one of these.
import { api } from './api'

export function get(key: string): string {
  try {
    const value = api().getStorageSync!(key)
    return typeof value === 'string' ? value : ''
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
