// From what the engine says to what the app is told: which callback, with what, and the promise of the file.
import { attempt, createDelivery } from './delivery'
import { ended, type Entry, isIn } from './entry'
import type { EmitKind, Payload } from './host'
import type { Options } from './options'
import { assign, isFunction } from './short'
import { type ErrorFacts, UploadError } from './upload_error'

export const CANCELED: ErrorFacts = { code: 'Canceled', message: 'The upload was canceled.' }

/** All of them later, in one order. */
export interface Callbacks {
  _tell(kind: EmitKind, entry: Entry, payload: Payload): void
  _call(name: string, ...args: unknown[]): void
  _after(task: () => void): void
  _log(event: Payload): void
  /** The file has left the list: neither its promise nor who was told of its start must wait for ever. */
  _abandon(entry: Entry): void
}

/** `settled`: the promise of a file has been kept or broken. */
export function createCallbacks(app: Options, scale: number, settled: (entry: Entry) => void): Callbacks {
  const later = createDelivery()

  const call = (name: string, ...args: unknown[]): unknown => isFunction(app[name]) && app[name](...args)

  const settle = (entry: Entry, error?: ErrorFacts): void => {
    const hooks = entry._hooks
    if (!hooks) return
    entry._hooks = undefined
    if (error) hooks._fail(new UploadError(error))
    else hooks._done(entry._info)
    settled(entry)
  }

  const deliver = (kind: EmitKind, entry: Entry, payload: Payload): unknown => {
    const info = entry._info
    if (kind === 'progress') {
      // 100 % and success may be one step of the engine.
      if (!/Uploading|Success/.test(info.state)) return
      const percent = payload.percent * scale
      const detail = assign({}, payload, { percent })
      attempt(() => entry._hooks && entry._hooks._progress(detail))
      return call('onUploadProgress', info, payload.total, percent, detail)
    } else if (!/started|Expired/.test(kind) || isIn(entry, 'Uploading')) {
      if (kind !== 'TokenExpired') entry._open = kind === 'started'
      if (kind === 'Succeed') settle(entry)
      if (kind === 'Failed') settle(entry, payload as ErrorFacts)
      if (kind === 'Canceled') settle(entry, CANCELED)
      return call('onUpload' + kind, info, payload.code, payload.message)
    }
  }

  return {
    _tell: (kind, entry, payload) => later(() => deliver(kind, entry, payload)),
    _call: (name, ...args) => later(() => call(name, ...args)),
    _after: later,
    _abandon(entry) {
      const { _info, _open } = entry
      // It was stopped, or waits for another turn; what the engine itself has canceled is canceled already.
      if (_open && !ended(entry)) _info.state = 'Canceled'
      later(() => (entry._open ? deliver('Canceled', entry, {}) : settle(entry, CANCELED)))
    },
    _log: (event) =>
      later(() => {
        const { level } = event
        if (isFunction(app.log)) return app.log(level, event)
        if (/warn|error/.test(level)) console[level as 'warn']('[vod-upload]', event)
      }),
  }
}
