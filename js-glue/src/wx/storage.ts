// The synchronous store: small values that must survive a kill that nobody announces. Phones have thrown on every one of these.
import { textOf } from '../short'
import { attempt } from './attempt'

export const get = (key: string): string => textOf(attempt('getStorageSync', key)[0])

export const set = (key: string, value: string): boolean => attempt('setStorageSync', key, value).length > 0

/** What stays is removed the next time. */
export const remove = (key: string): void => void attempt('removeStorageSync', key)
