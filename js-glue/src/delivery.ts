// Callbacks of the app: later, in order, and whatever they throw stays here.

/** What a task gives may be a promise: of an async callback. */
export type Deliver = (task: () => unknown) => void

export const complain = (error: unknown): void => console.error('[vod-upload] a callback threw', error)

export function createDelivery(): Deliver {
  let queue: (() => any)[] = []
  const drain = (): void => {
    // A task may deliver more; that is served in the same turn.
    for (let i = 0; i < queue.length; i++) {
      try {
        const given = queue[i]()
        if (given && given.then) given.then(0, complain)
      } catch (error) {
        complain(error)
      }
    }
    queue = []
  }
  return (task) => {
    if (queue.push(task) === 1) Promise.resolve().then(drain)
  }
}
