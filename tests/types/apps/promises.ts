// The promise interface, as in the vendor's web SDK 2.0.
import { createUploader, UploadError, VODUpload, VODUploadError } from 'vod-upload-miniprogram'
import type { Auth, AuthContext, UploadHandle, Uploader } from 'vod-upload-miniprogram'

declare function askYourServer(kind: AuthContext['kind'], body: object): Promise<Auth>

const uploader: Uploader = createUploader({
  getAuth: ({ kind, file, meta, videoId, uploadInfo }) => askYourServer(kind, { name: file.name, size: file.size, title: meta?.title, videoId, image: uploadInfo.isImage }),
})

export async function send(path: string): Promise<string> {
  await VODUpload.load()
  const upload: UploadHandle = uploader.upload({ tempFilePath: path, duration: 3, width: 1, height: 1 }, {
    meta: { title: VODUpload.version },
    onProgress: ({ percent, loaded, total, bytesPerSecond, secondsLeft }) => console.log(percent, loaded / total, bytesPerSecond, secondsLeft),
    paramData: { Vod: {} },
  })
  upload.pause()
  upload.resume()
  setTimeout(() => upload.cancel(), 1000)
  try {
    const { videoId, imageId, imageUrl } = await upload
    return videoId || imageId || imageUrl
  } catch (error) {
    if (error instanceof UploadError && error instanceof VODUploadError) {
      const { code, message, stage, httpStatus, requestId, part, retryable } = error
      return [code, message, stage, httpStatus.toFixed(), requestId, part + 1, retryable].join()
    }
    throw error
  }
}

export const byToken = createUploader({ getSTSToken: async () => ({ AccessKeyId: 'k', AccessKeySecret: 's', SecurityToken: 't', Expiration: '2026-01-01T00:00:00Z' }) })
export const listed = byToken.uploader.listFiles().map((info) => info.state)
export const both = new VODUpload({ userId: 1, getAuth: async () => ({ UploadAuth: 'a', UploadAddress: 'b', ImageId: 'i', ImageURL: 'u', RequestId: 'r' }) })
