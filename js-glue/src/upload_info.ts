// The uploadInfo object of the app: plain, live, and never holding a secret.
import type { ChosenFile } from './chosen_file'
import { isImage } from './chosen_file'
import { base64 } from './codec'
import type { Payload } from './host'
import { textOf } from './short'

export type State = 'Ready' | 'Uploading' | 'Success' | 'Failure' | 'Canceled' | 'Stoped'

export interface UploadInfo {
  [field: string]: any
  url: string
  file: { name: string; size: number; url: string }
  state: State
  ri: string
}

export interface ParamData {
  /** JSON text; '' when none was given. */
  _text: string
  /** Its first level's `Vod`. */
  _vod: unknown
  /** Why it is not JSON. */
  _broken: string
}

export function readParamData(given: unknown): ParamData {
  const none = given === undefined || given === null || given === ''
  const param: ParamData = { _text: textOf(given), _vod: undefined, _broken: '' }
  if (none) return param
  try {
    if (typeof given !== 'string') param._text = JSON.stringify(given)
    const value = JSON.parse(param._text)
    param._vod = value && value.Vod
  } catch (error) {
    param._broken = String((error as Error).message)
  }
  return param
}

/** A trace id: unique enough to tell uploads apart in a log. */
const traceId = (): string => Date.now().toString(36) + Math.random().toString(36).slice(2)

export function makeInfo(file: ChosenFile, param: ParamData, region: string, target: string[]): UploadInfo {
  const [endpoint, bucket, object] = target
  const size = Math.max(file._size, 0)
  return patchInfo({
    url: file._url,
    coverUrl: file._coverUrl,
    file: { name: file._name, size, url: file._url },
    fileSize: size,
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
    userData: param._text && base64(param._text),
    videoInfo: param._vod || {},
  }, {}, 1)
}

/** The vendor's SDK has some fields twice, in either spelling. */
export function patchInfo(info: UploadInfo, patch: Payload, scale: number): UploadInfo {
  for (const field in patch) {
    const value = patch[field]
    info[field] = field === 'loaded' ? value * scale : value
  }
  info.file.size = info.fileSize
  info.Endpoint = info.endpoint
  info.Bucket = info.bucket
  info.Object = info.object
  return info
}
