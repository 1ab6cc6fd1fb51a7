import { assign, promised } from './short'

/** The promise, or a failure when it takes too long. `start` may throw. */
export const within = <T>(ms: number, who: string, start: () => T | Promise<T>): Promise<T> => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(assign(new Error(`${who} gave no answer in ${ms / 1000} s`), { code: 'RequestTimeout' })), Math.min(ms, 2e9))
  const over =
    <A>(settle: (value: A) => void) =>
    (value: A) => {
      clearTimeout(timer)
      settle(value)
    }
  promised(start).then(over(resolve), over(reject))
})
