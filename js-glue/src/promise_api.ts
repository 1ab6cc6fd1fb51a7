// The shape of the vendor's web SDK 2.0: one call and one promise per file.
import type { Domains } from './domains'
import { UploadError } from './errors'
import type { EngineHub } from './engine/hub'
import type { AppOptions } from './options'
import type { UploadHandle, UploadOptions } from './upload_promise'
import { managerOf, VODUpload } from './vod_upload'

interface PromiseUploader {
  uploader: VODUpload
  upload(file: unknown, options?: UploadOptions): UploadHandle
  requiredDomains(): Domains
}

export function createUploader(hub: EngineHub, options?: AppOptions): PromiseUploader {
  const uploader = new VODUpload(hub, options, false)
  if (!managerOf(uploader).hasCredentialSource()) {
    throw new UploadError({ code: 'InvalidOption', stage: 'options', message: 'createUploader needs the option getAuth or getSTSToken: without it no upload gets a credential.' })
  }
  const { upload, requiredDomains } = uploader
  return { uploader, upload, requiredDomains }
}
