// Callbacks of the app: later, in order, and whatever they throw stays here.

export type Deliver = (task: () => unknown) => void

const complain = (error: unknown): void => console.error('[vod-upload] a callback threw', error)

/** What the callback gives may be a promise: of an async one. */
export const attempt = (callback: () => any): void => {
  try {
    const given = callback()
    if (given && given.then) given.then(0, complain)
  } catch (error) {
    complain(error)
  }
}

export function createDelivery(): Deliver {
  let queue: (() => unknown)[] = []
  const drain = (): void => {
    // A task may deliver more; that is served in the same turn.
    for (let i = 0; i < queue.length; i++) attempt(queue[i])
    queue = []
  }
  return (task) => {
    if (queue.push(task) === 1) Promise.resolve().then(drain)
  }
}
