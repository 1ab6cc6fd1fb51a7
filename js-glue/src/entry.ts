// One file of the list, with what the app does not see.
import type { ChosenFile } from './chosen_file'
import type { ParamData, State, UploadInfo } from './upload_info'
import type { UploadError } from './upload_error'

/** What the promise interface listens to. */
export interface Hooks {
  _meta: unknown
  _progress(detail: object): void
  _done(info: UploadInfo): void
  _fail(error: UploadError): void
}

export interface Entry {
  _id: number
  _info: UploadInfo
  _file: ChosenFile
  _param: ParamData
  _hooks: Hooks | undefined
  /** The present engine has been told of it. */
  _known: boolean
  /** Held back by the promise's pause(): a start of the others leaves it. */
  _paused: boolean
  /** The kind of credential the app is being asked for. */
  _asked: string
  /** onUploadstarted was called, and no end yet. */
  _open: boolean
}

/** Whether it is in this state. */
export const isIn = (entry: Entry, state: State): boolean => entry._info.state === state

export const ended = (entry: Entry): boolean => /Success|Failure|Canceled/.test(entry._info.state)
