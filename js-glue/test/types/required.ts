// The CommonJS way.
import VODUpload = require('vod-upload-miniprogram')
import fallback = require('vod-upload-miniprogram/fallback')

const uploader: VODUpload = new VODUpload({ userId: 1, fallback: () => fallback })
const error: typeof VODUpload.UploadError = VODUpload.VODUploadError
const state: VODUpload.State = uploader.listFiles()[0].state
const same: typeof VODUpload = VODUpload.default

export { error, same, state }
