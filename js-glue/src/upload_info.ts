// The app's uploadInfo: plain, live, without secrets. The app may freeze, copy or proxy it, so nothing is read back from it to decide
// anything: what counts is InfoFields, and the object shows it as far as it lets itself be written.
import type { FileInput } from './file_input'
import { isImage } from './file_input'
import type { ParamData } from './param_data'
import { isText, toBase64 } from './values'

export type State = 'Ready' | 'Uploading' | 'Success' | 'Failure' | 'Canceled' | 'Stoped'

export interface InfoFields {
  url: string
  coverUrl: string
  fileSize: number
  fileHash: string
  isImage: boolean
  state: State
  /** On the scale of loadedPercent. */
  loaded: number
  videoId: string
  imageId: string
  imageUrl: string
  endpoint: string
  bucket: string
  object: string
  region: string
  /** Trace id. */
  ri: string
  /** paramData in base64. */
  userData: string
  /** The `Vod` level of paramData. */
  videoInfo: unknown
  checkpoint: object
}

export interface UploadInfo extends InfoFields {
  file: { [own: string]: unknown; name: string; size: number; url: string; type: string }
  Endpoint: string
  Bucket: string
  Object: string
}

export function initialFields(file: FileInput, param: ParamData, region: string, target: string[]): InfoFields {
  const [endpoint, bucket, object] = target
  return {
    url: file.path,
    coverUrl: file.coverUrl,
    fileSize: Math.max(file.size, 0),
    fileHash: '',
    isImage: isImage(file),
    state: 'Ready',
    loaded: 0,
    videoId: '',
    imageId: '',
    imageUrl: '',
    endpoint,
    bucket,
    object,
    region,
    ri: traceId(),
    userData: param.text && toBase64(param.text),
    videoInfo: param.vod || {},
    checkpoint: {},
  }
}

export function createInfo(fields: InfoFields, input: FileInput): UploadInfo {
  const file = Object.assign({}, input.ownFields, { name: input.name, size: fields.fileSize, url: input.path, type: input.mimeType })
  const { endpoint, bucket, object } = fields
  return Object.assign({}, fields, { file, Endpoint: endpoint, Bucket: bucket, Object: object })
}

/** A copy that can be written, with what the app has put on it. */
export const thawed = (info: UploadInfo): UploadInfo => Object.assign({}, info, { file: Object.assign({}, info.file) })

/** The vendor's SDK has these in either spelling. */
const SECOND_SPELLING: { [name: string]: string | undefined } = { endpoint: 'Endpoint', bucket: 'Bucket', object: 'Object' }

/** Shows changed fields in the app's object, as far as it takes them. */
export function showFields(info: UploadInfo, changes: Partial<InfoFields>): void {
  for (const name of Object.keys(changes)) {
    const value = changes[name as keyof InfoFields]
    write(info, name, value)
    if (SECOND_SPELLING[name]) write(info, SECOND_SPELLING[name]!, value)
    if (name === 'fileSize') writeFile(info, 'size', value)
  }
}

/** Shows a field of `uploadInfo.file`. */
export function writeFile(info: UploadInfo, name: string, value: unknown): void {
  try {
    write(info.file, name, value)
  } catch (_) {
    // The app has put something else there.
  }
}

function write(target: object, name: string, value: unknown): void {
  try {
    // Unlike an assignment it does not throw on a frozen object; a proxy or a setter of the app's may throw all the same.
    Reflect.set(target, name, value)
  } catch (_) {
    // It is the app's object: what it does not take, it does not show.
  }
}

/** The first part of the trace ids of this run of the app. */
const APP_RUN = Date.now().toString(36) + Math.random().toString(36).slice(2)
let lastTrace = 0

const traceId = (): string => `${APP_RUN}-${++lastTrace}`

/** Whether a file with this trace id was added since the app was started. */
export const isOfThisRun = (ri: unknown): boolean => isText(ri) && ri.indexOf(APP_RUN) === 0
