// From the engine's events to the app's callbacks and the promise of the file.
import type { Deliver } from './delivery'
import { callSafely } from './delivery'
import type { Progress, UploadEvent } from './engine/wasm'
import type { ErrorFields } from './errors'
import { type FileEntry, isIn } from './file_entry'
import type { AppOptions } from './options'
import { isFunction } from './values'

export const CANCELED: ErrorFields = { code: 'Canceled', message: 'The upload was canceled.' }

export type FileEvent = Extract<UploadEvent, { type: 'started' | 'progress' | 'succeed' | 'failed' | 'canceled' | 'expired' }>

interface CallbackHooks {
  /** The promise of a file has been settled. */
  onSettled(entry: FileEntry): void
  /** onUploadSucceed was called; a promise, if there is one, was settled. */
  onSuccessReported(entry: FileEntry, isPromise: boolean): void
  /** onUploadstarted or onUploadTokenExpired was called: a credential is awaited. */
  onCredentialAwaited(entry: FileEntry, callback: string): void
}

export class Callbacks {
  constructor(
    private readonly app: AppOptions,
    private readonly progressScale: number,
    private readonly deliver: Deliver,
    private readonly hooks: CallbackHooks,
  ) {}

  call(name: string, ...args: unknown[]): void {
    this.deliver(() => this.callNow(name, ...args))
  }

  report(entry: FileEntry, event: FileEvent): void {
    this.deliver(() => this.deliverEvent(entry, event))
  }

  /** The file has left the list: neither its promise nor a callback that announces its end may be awaited for ever. */
  abandon(entry: FileEntry): void {
    this.deliver(() => (entry.open ? this.deliverEvent(entry, { type: 'canceled' }) : this.settle(entry, CANCELED)))
  }

  private callNow(name: string, ...args: unknown[]): unknown {
    return isFunction(this.app[name]) ? this.app[name](...args) : undefined
  }

  private deliverEvent(entry: FileEntry, event: FileEvent): unknown {
    const { info } = entry
    switch (event.type) {
      case 'started':
        if (!isIn(entry, 'Uploading')) return
        entry.open = true
        this.hooks.onCredentialAwaited(entry, 'onUploadstarted')
        return this.callNow('onUploadstarted', info)
      case 'expired':
        if (!isIn(entry, 'Uploading')) return
        this.hooks.onCredentialAwaited(entry, 'onUploadTokenExpired')
        return this.callNow('onUploadTokenExpired', info, event.code, event.message)
      case 'progress':
        return this.deliverProgress(entry, event)
      case 'succeed':
        return this.deliverSuccess(entry)
      case 'failed':
        entry.open = false
        this.settle(entry, event)
        return this.callNow('onUploadFailed', info, event.code, event.message)
      case 'canceled':
        entry.open = false
        this.settle(entry, CANCELED)
        return this.callNow('onUploadCanceled', info)
    }
  }

  private deliverSuccess(entry: FileEntry): unknown {
    const isPromise = !!entry.observer
    entry.open = false
    this.settle(entry)
    try {
      return this.callNow('onUploadSucceed', entry.info)
    } finally {
      this.hooks.onSuccessReported(entry, isPromise)
    }
  }

  private deliverProgress(entry: FileEntry, { percent, loaded, total, bytesPerSecond, secondsLeft }: Progress): unknown {
    // 100 % and success may be one step of the engine.
    if (!isIn(entry, 'Uploading', 'Success')) return
    const detail = { percent: (percent * this.progressScale) / 100, loaded, total, bytesPerSecond, secondsLeft }
    const { observer } = entry
    if (observer) callSafely(() => observer.onProgress(detail))
    return this.callNow('onUploadProgress', entry.info, total, toLoadedPercent(percent, this.progressScale), Object.assign({}, detail))
  }

  private settle(entry: FileEntry, error?: ErrorFields): void {
    const { observer } = entry
    if (!observer) return
    entry.observer = undefined
    if (error) observer.onFailure(error)
    else observer.onSuccess(entry.info)
    this.hooks.onSettled(entry)
  }
}

/** Whole percent, or hundredths when the scale is 1. The engine never goes back and gives 100 only for a confirmed object. */
export const toLoadedPercent = (percent: number, scale: number): number => (Math.floor(percent) * scale) / 100
