// Callbacks of the app: later, in order, and whatever they throw stays here.

export type Deliver = (task: () => void) => void

export function createDelivery(): Deliver {
  let queue: (() => void)[] = []
  const drain = (): void => {
    // A task may deliver more; that is served in the same turn.
    for (let i = 0; i < queue.length; i++) {
      try {
        queue[i]()
      } catch (error) {
        console.error('[vod-upload] a callback threw', error)
      }
    }
    queue = []
  }
  return (task) => {
    if (queue.push(task) === 1) Promise.resolve().then(drain)
  }
}
