// Every line below must be refused: tsc complains of a @ts-expect-error that has nothing to expect.
import { createUploader, UploadError, VODUpload } from 'vod-upload-miniprogram'
import type { Options, UploadInfo } from 'vod-upload-miniprogram'

// ---- options

// @ts-expect-error userId is required
new VODUpload({})
// @ts-expect-error the options are
new VODUpload()
// @ts-expect-error userId is a string or a number
new VODUpload({ userId: null })
// @ts-expect-error misspelt: onUploadSucceed
new VODUpload({ userId: 1, onUploadSuccess() {} })
// @ts-expect-error misspelt: onUploadTokenExpired
new VODUpload({ userId: 1, onTokenExpired() {} })
// @ts-expect-error misspelt: retryCount
new VODUpload({ userId: 1, retrycount: 2 })
// @ts-expect-error a number
new VODUpload({ userId: 1, retryCount: '3' })
// @ts-expect-error 100 or 1
new VODUpload({ userId: 1, progressScale: 10 })
// @ts-expect-error no such transport
new VODUpload({ userId: 1, transport: 'pigeon' })
// @ts-expect-error v4 or v1
new VODUpload({ userId: 1, signature: 'v2' })
// @ts-expect-error crc64 or off
new VODUpload({ userId: 1, integrity: 'md5' })
// @ts-expect-error a boolean
new VODUpload({ userId: 1, checkpoint: 'yes' })
// @ts-expect-error onUploadEnd may have no info
new VODUpload({ userId: 1, onUploadEnd: (info) => info.url })
// @ts-expect-error the second argument is bytes
new VODUpload({ userId: 1, onUploadProgress: (info, totalSize: string) => [info, totalSize] })
// @ts-expect-error an answer without UploadAddress
new VODUpload({ userId: 1, getAuth: async () => ({ UploadAuth: 'a' }) })
// @ts-expect-error a token without its SecurityToken
createUploader({ getSTSToken: async () => ({ AccessKeyId: 'a', AccessKeySecret: 'b', Expiration: 'c' }) })
// @ts-expect-error misspelt: getAuth
createUploader({ getauth: async () => ({ UploadAuth: 'a', UploadAddress: 'b' }) })

// ---- methods

declare const uploader: VODUpload
declare const info: UploadInfo

// @ts-expect-error a file is needed
uploader.addFile()
// @ts-expect-error no path
uploader.addFile({})
// @ts-expect-error no path, only a name
uploader.addFile({ name: 'a.mp4' })
// @ts-expect-error misspelt: coverUrl
uploader.addFile({ url: 'a', coverURL: 'b' })
// @ts-expect-error a path is a string
uploader.addFile({ url: 5 })
// @ts-expect-error neither a path nor a file
uploader.addFile(5)
// @ts-expect-error paramData is text or an object
uploader.addFile('a', null, null, null, 5)
// @ts-expect-error an index is a number
uploader.cancelFile('0')
// @ts-expect-error which one?
uploader.deleteFile()
// @ts-expect-error auth and address are needed
uploader.setUploadAuthAndAddress(info)
// @ts-expect-error the info comes first
uploader.setUploadAuthAndAddress('auth', 'address', 'id')
// @ts-expect-error the new credential is needed
uploader.resumeUploadWithAuth()
// @ts-expect-error all three parts of the token
uploader.setSTSToken(info, 'key', 'secret')
// @ts-expect-error it gives nothing back
uploader.startUpload().then()
// @ts-expect-error no such method
uploader.pause()
// @ts-expect-error a static one
uploader.load()
// @ts-expect-error options, not a path
VODUpload.load('lib/vod_upload.wasm.br')
// @ts-expect-error it is a constant
VODUpload.version = '2'

// ---- uploadInfo

// @ts-expect-error misspelt: videoId
info.videoID
// @ts-expect-error misspelt: fileSize
info.filesize
// @ts-expect-error the vendor spells it Stoped
info.state === 'Stopped'
// @ts-expect-error only the engine moves it
info.state = 'Ready'
// @ts-expect-error live, and not the app's to change
info.file.name = 'x'

// ---- promises

declare const promised: ReturnType<typeof createUploader>

// @ts-expect-error a file is needed
promised.upload()
// @ts-expect-error misspelt: onProgress
promised.upload('a', { onprogress() {} })
// @ts-expect-error no such control
promised.upload('a').stop()
// @ts-expect-error of the uploader beneath
promised.addFile('a')
// @ts-expect-error an upload error is not for apps to make
new UploadError('x')
declare const failed: UploadError
// @ts-expect-error a fact, not a setting
failed.code = 'x'

export const options: Options = { userId: 1 }
