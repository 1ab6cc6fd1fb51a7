// One file of an uploader, with what the app does not see.
import type { ErrorFields } from './errors'
import type { FileInput } from './file_input'
import type { ParamData } from './param_data'
import { createInfo, type InfoFields, type State, type UploadInfo } from './upload_info'

/** What the promise interface listens to. */
export interface UploadObserver {
  /** Given to getAuth and getSTSToken. */
  meta: unknown
  onProgress(detail: object): void
  onSuccess(info: UploadInfo): void
  onFailure(error: ErrorFields): void
}

export interface FileEntry {
  readonly id: number
  readonly input: FileInput
  readonly param: ParamData
  /** By the extension; the app's own, or '', until the engine has the file. */
  mimeType: string
  /** endpoint, bucket and object given to addFile, each '' if not: they win over an upload address. */
  readonly target: readonly string[]
  /** The app's object; replaced when the app has frozen it. */
  info: UploadInfo
  /** The truth that it shows. */
  readonly fields: InfoFields
  /** Name of the checkpoint of its content, once that is known; '' when it has none. */
  record: string
  /** Bytes that OSS has, once that is known in this run. */
  storedBytes: number | undefined
  /** When its progress was last noted in the journal, ms; 0: not yet. */
  notedAt: number
  /** Until its promise is settled. */
  observer: UploadObserver | undefined
  /** The file was added to the present engine, or its command waits for it. */
  known: boolean
  /** Held back by the promise's pause(): a start of the others leaves it. */
  held: boolean
  /** Stopped by itself, by pauseFile: resumeFile takes it up again. */
  paused: boolean
  /** The kind of credential that the app is being asked for; '' when it is not. */
  asked: string
  /** Settled when the app has answered the calls for a credential so far: one at a time for each file. */
  credentialTurn: Promise<void>
  /** The app has answered the last call for a credential. */
  answered: boolean
  /** onUploadstarted was called and no end yet. */
  open: boolean
}

export function createEntry(id: number, given: Pick<FileEntry, 'input' | 'param' | 'target' | 'fields' | 'observer'>): FileEntry {
  const { input, param, target, fields, observer } = given
  return {
    id,
    input,
    param,
    mimeType: input.mimeType,
    target,
    info: createInfo(fields, input),
    fields,
    record: '',
    storedBytes: undefined,
    notedAt: 0,
    observer,
    known: false,
    held: false,
    paused: false,
    asked: '',
    credentialTurn: Promise.resolve(),
    answered: false,
    open: false,
  }
}

export const isIn = (entry: FileEntry, ...states: State[]): boolean => states.indexOf(entry.fields.state) >= 0

export const hasEnded = (entry: FileEntry): boolean => isIn(entry, 'Success', 'Failure', 'Canceled')
