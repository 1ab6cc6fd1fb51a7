// Compiled, never run: every way to import the package, and the shapes an app meets.
import VODUpload from 'vod-upload-miniprogram'
import { createUploader, UploadError, VODUpload as Named, VODUploadError } from 'vod-upload-miniprogram'
import type { AuthContext, Options, UploadInfo } from 'vod-upload-miniprogram'

const seen: UploadInfo[] = []
const options: Options = {
  userId: '25346073170691',
  retryCount: 0,
  onUploadstarted(info) {
    const ok: boolean = uploader.setUploadAuthAndAddress(info, 'auth', 'address', 'id')
    seen.push(info)
    if (!ok) throw new Error(info.file.name)
  },
  onUploadFailed: (info, code, message) => [info.state === 'Failure', code === 'EmptyFile', message.length],
  onUploadProgress: (_info, total, percent, detail) => [total, percent, detail.secondsLeft],
  onUploadEnd: (info) => info && info.url,
}
const uploader = new VODUpload(options)
const added: boolean = uploader.addFile({ tempFilePath: 'wxfile://tmp_1.mp4', duration: 3 }, null, null, null, '{"Vod":{}}')
const domains: string[] = uploader.requiredDomains().request
VODUpload.load({ wasmPath: 'x.wasm.br' }).then(() => VODUpload.version.length)

const promised = createUploader({
  getAuth: async (context: AuthContext) => ({ UploadAuth: context.kind, UploadAddress: context.file.name, VideoId: context.videoId }),
})
const handle = promised.upload('wxfile://tmp_2.mp4', { meta: { a: 1 }, onProgress: (p) => p.percent.toFixed() })
handle.pause()
handle.resume()
handle.cancel()
handle.then(
  ({ videoId, imageUrl }) => [videoId, imageUrl],
  (error: unknown) => error instanceof UploadError && error instanceof VODUploadError && error.code === 'Canceled' && error.httpStatus,
)
promised.uploader.startUpload()
uploader.upload({ url: 'wxfile://tmp_3.mp4' }).pause()

// @ts-expect-error userId is required
new VODUpload({})
// @ts-expect-error no such transport
new VODUpload({ userId: 1, transport: 'pigeon' })
// @ts-expect-error an upload error is not for apps to make
new UploadError()

const named: Named = new Named({ userId: 1 })
const asType: VODUpload = named

export { added, asType, domains }
