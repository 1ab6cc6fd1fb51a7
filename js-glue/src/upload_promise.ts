// One file of the list as a promise.
import { CANCELED } from './callbacks'
import { UploadError } from './errors'
import type { FileEntry } from './file_entry'
import type { UploadInfo } from './upload_info'
import type { UploadManager } from './upload_manager'

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

export function upload(manager: UploadManager, file: unknown, options: UploadOptions): UploadHandle {
  const { signal, meta, onProgress, endpoint, bucket, object, paramData } = options
  let entry: FileEntry | undefined
  const promise = new Promise<UploadInfo>((resolve, reject) => {
    if (signal && signal.aborted) return reject(new UploadError(CANCELED))
    // It would wait for ever.
    if (!manager.hasCredentialSource()) {
      return reject(new UploadError({ code: 'InvalidOption', message: 'Nobody gives this upload a credential: give the uploader the option getAuth or getSTSToken.' }))
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
    if (entry && manager.files.has(entry)) task(entry)
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
