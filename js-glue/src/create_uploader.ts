// The shape of the vendor's web SDK 2.0: one call, one promise a file.
import { CANCELED } from './callbacks'
import type { Entry } from './entry'
import type { Options } from './options'
import { UploadError } from './upload_error'
import { VODUpload } from './vod_upload'

export interface UploadOptions {
  meta?: unknown
  onProgress?: (progress: object) => void
  /** An AbortSignal, or whatever has `aborted` and `addEventListener`. */
  signal?: any
  paramData?: unknown
  endpoint?: string
  bucket?: string
  object?: string
}

export interface UploadHandle extends Promise<object> {
  pause(): void
  resume(): void
  cancel(): void
}

export function createUploader(options?: Options): object {
  const uploader = new VODUpload(options, false)
  const { getAuth, getSTSToken, onUploadstarted, onUploadStarted } = options || ({} as Options)
  const authorised = getAuth || getSTSToken || onUploadstarted || onUploadStarted
  return {
    uploader,
    upload: (file: unknown, how?: UploadOptions) => upload(uploader, file, how || {}, authorised),
    requiredDomains: () => uploader.requiredDomains(),
  }
}

function upload(uploader: VODUpload, file: unknown, how: UploadOptions, authorised: unknown): UploadHandle {
  let entry: Entry | undefined
  const { signal } = how
  const pending = new Promise<object>((resolve, reject) => {
    if (signal && signal.aborted) return reject(new UploadError(CANCELED))
    // It would wait for ever.
    if (!authorised) return reject(new UploadError({ code: 'InvalidOption', message: 'Nobody gives this upload a credential: pass getAuth or getSTSToken to createUploader.' }))
    entry = uploader._add(file, [how.endpoint, how.bucket, how.object], how.paramData, {
      _meta: how.meta,
      _progress: (progress) => how.onProgress && how.onProgress(progress),
      _done: resolve,
      _fail: reject,
    })
    if (entry) uploader.startUpload()
  })
  const handle = pending as UploadHandle
  // Harmless once the file has ended, or left the list with cleanList.
  const act = (task: (entry: Entry) => void) => () => {
    if (entry && uploader.listFiles().indexOf(entry._info) >= 0) task(entry)
  }
  handle.pause = act((e) => uploader._pause(e))
  handle.resume = act((e) => {
    uploader._resume(e)
    uploader.startUpload()
  })
  handle.cancel = act((e) => uploader._cancel(e))
  if (entry && signal && signal.addEventListener) {
    signal.addEventListener('abort', handle.cancel)
    // One signal may serve many files, and must not keep them all.
    const forget = (): void => signal.removeEventListener && signal.removeEventListener('abort', handle.cancel)
    pending.then(forget, forget)
  }
  return handle
}
