// The shape of the vendor's web SDK 2.0: one call and one promise per file.
import { CANCELED } from './callbacks'
import type { Domains } from './domains'
import type { EngineHub } from './engine/connection'
import { UploadError } from './errors'
import type { FileEntry } from './file_entry'
import type { AppOptions } from './options'
import type { UploadInfo } from './upload_info'
import type { UploadManager } from './upload_manager'
import { managerOf, VODUpload } from './vod_upload'

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

export interface UploadHandle extends Promise<UploadInfo> {
  pause(): void
  resume(): void
  cancel(): void
}

export interface PromiseUploader {
  uploader: VODUpload
  upload(file: unknown, options?: UploadOptions): UploadHandle
  requiredDomains(): Domains
}

export function createUploader(hub: EngineHub, options?: AppOptions): PromiseUploader {
  const uploader = new VODUpload(hub, options, false)
  const { getAuth, getSTSToken, onUploadstarted, onUploadStarted } = options || ({} as AppOptions)
  const hasCredentials = !!(getAuth || getSTSToken || onUploadstarted || onUploadStarted)
  return {
    uploader,
    upload: (file, uploadOptions) => upload(managerOf(uploader), file, uploadOptions || {}, hasCredentials),
    requiredDomains: () => uploader.requiredDomains(),
  }
}

function upload(manager: UploadManager, file: unknown, options: UploadOptions, hasCredentials: boolean): UploadHandle {
  const { signal, meta, onProgress, endpoint, bucket, object, paramData } = options
  let entry: FileEntry | undefined
  const promise = new Promise<UploadInfo>((resolve, reject) => {
    if (signal && signal.aborted) return reject(new UploadError(CANCELED))
    // It would wait for ever.
    if (!hasCredentials) {
      return reject(new UploadError({ code: 'InvalidOption', message: 'Nobody gives this upload a credential: pass getAuth or getSTSToken to createUploader.' }))
    }
    entry = manager.add(file, [endpoint, bucket, object], paramData, {
      meta,
      onProgress: (progress) => onProgress && onProgress(progress),
      onSuccess: resolve,
      onFailure: (error) => reject(new UploadError(error)),
    })
    if (entry) manager.start()
  })
  const handle = promise as UploadHandle
  // Harmless once the file has ended, or left the list with cleanList.
  const whileListed = (task: (entry: FileEntry) => void) => (): void => {
    if (entry && manager.isListed(entry)) task(entry)
  }
  handle.pause = whileListed((listed) => manager.hold(listed))
  handle.resume = whileListed((listed) => {
    manager.resume(listed)
    manager.start()
  })
  handle.cancel = whileListed((listed) => void manager.cancel(listed))
  if (entry && signal && signal.addEventListener) {
    signal.addEventListener('abort', handle.cancel)
    // One signal may serve many files and must not keep them all.
    const forget = (): void => signal.removeEventListener && signal.removeEventListener('abort', handle.cancel)
    promise.then(forget, forget)
  }
  return handle
}
