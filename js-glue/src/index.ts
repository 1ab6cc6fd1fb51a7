import { createUploader } from './create_uploader'
import { load } from './loader'
import { assign } from './short'
import { UploadError } from './upload_error'
import { VODUpload } from './vod_upload'

module.exports = assign(VODUpload, {
  __esModule: true,
  default: VODUpload,
  VODUpload,
  createUploader,
  UploadError,
  VODUploadError: UploadError,
})

// Ahead of its use, but not in the way of the app's start. A failure shows when somebody uploads.
setTimeout(() => load({}).catch(() => {}), 0)
