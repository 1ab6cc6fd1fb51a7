// Callbacks of the app: later, in order, and whatever they throw stays here.

import { isFunction } from './values'

export type Deliver = (task: () => unknown) => void

const report = (error: unknown): void => console.error('[vod-upload] a callback threw', error)

/** An async callback gives a promise. */
export function callSafely(callback: () => any): void {
  try {
    const result = callback()
    // Anything may come back: a request task, for example, or a promise of an older library.
    if (result && isFunction(result.then)) result.then(undefined, report)
  } catch (error) {
    report(error)
  }
}

export function createDelivery(): Deliver {
  let queue: (() => unknown)[] = []
  const drain = (): void => {
    // A task may deliver more, which is served in the same turn.
    for (let i = 0; i < queue.length; i++) callSafely(queue[i])
    queue = []
  }
  return (task) => {
    if (queue.push(task) === 1) Promise.resolve().then(drain)
  }
}
