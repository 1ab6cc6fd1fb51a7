import type { Timers } from '../platform'

export const timers: Timers = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer as number | undefined),
}
