import type { Timers } from './platform/platform'
import { attempt } from './values'

/** Longest delay that every timer takes, ms. */
export const MAX_DELAY_MS = 2_000_000_000

/** The promise, or a failure when it takes too long. `start` may throw. */
export function withTimeout<T>(timers: Timers, ms: number, name: string, start: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(Object.assign(new Error(`${name} gave no answer in ${ms / 1000} s`), { code: 'RequestTimeout' }))
    const timer = timers.setTimeout(fail, Math.min(ms, MAX_DELAY_MS))
    attempt(start).then(
      (value) => {
        timers.clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        timers.clearTimeout(timer)
        reject(error)
      },
    )
  })
}
