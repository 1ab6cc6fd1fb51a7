// The CommonJS way.
import VODUpload = require('vod-upload-miniprogram')

const uploader: VODUpload = new VODUpload({ userId: 1 })
const error: typeof VODUpload.UploadError = VODUpload.VODUploadError
const state: VODUpload.State = uploader.listFiles()[0].state
const same: typeof VODUpload = VODUpload.default

export { error, same, state }
