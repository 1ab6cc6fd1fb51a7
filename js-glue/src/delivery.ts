// Callbacks of the app: later, in order, and whatever they throw stays here.

export class Delivery {
  private _queue: (() => void)[] = []

  _push(task: () => void): void {
    if (this._queue.push(task) === 1) Promise.resolve().then(() => this._drain())
  }

  private _drain(): void {
    // A task may push more, and those are served in the same turn: the list shrinks only at its end.
    for (let i = 0; i < this._queue.length; i++) {
      try {
        this._queue[i]()
      } catch (error) {
        console.error('[vod-upload] a callback threw', error)
      }
    }
    this._queue = []
  }
}
