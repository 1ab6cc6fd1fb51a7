// CommonJS, as tsc knows it without esModuleInterop.
import VODUpload = require('vod-upload-miniprogram')

const uploader: VODUpload = new VODUpload({ userId: '1' })
export const state: VODUpload.State | undefined = uploader.listFiles()[0]?.state
export const same: typeof VODUpload = VODUpload.default
export const named: typeof VODUpload = VODUpload.VODUpload
export const error: typeof VODUpload.UploadError = VODUpload.VODUploadError
export const made = VODUpload.createUploader({ getAuth: () => ({ UploadAuth: '', UploadAddress: '' }) }).upload('wxfile://a.mp4')
