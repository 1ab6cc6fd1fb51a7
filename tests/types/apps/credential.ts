// A page of an app that came from the vendor's SDK: callbacks, and credentials of its own server.
import VODUpload from 'vod-upload-miniprogram'

interface Permit {
  UploadAuth: string
  UploadAddress: string
  VideoId: string
}

function ask(path: string, data: WechatMiniprogram.IAnyObject, then: (permit: Permit) => void): void {
  wx.request<Permit>({ url: `https://app.example.com${path}`, method: 'POST', data, success: ({ data: permit }) => then(permit) })
}

Page({
  data: { percent: 0, state: '' as string },
  uploader: null as VODUpload | null,

  onLoad() {
    const uploader: VODUpload = new VODUpload({
      userId: '25346073170691',
      region: 'cn-shanghai',
      retryCount: 3,
      retryDuration: 2,
      enableUploadProgress: true,
      onUploadstarted(uploadInfo) {
        const known: string = uploadInfo.videoId
        ask(known ? '/vod/refresh' : '/vod/create', known ? { videoId: known } : { fileName: uploadInfo.file.name }, ({ UploadAuth, UploadAddress, VideoId }) => {
          const taken: boolean = uploader.setUploadAuthAndAddress(uploadInfo, UploadAuth, UploadAddress, VideoId)
          console.log(taken, uploadInfo.endpoint, uploadInfo.Bucket, uploadInfo.object)
        })
      },
      onUploadProgress: (uploadInfo, totalSize, loadedPercent, detail) => {
        this.setData({ percent: Math.ceil(loadedPercent), state: `${uploadInfo.state} of ${totalSize}: ${detail.secondsLeft} s` })
      },
      onUploadSucceed: (uploadInfo) => this.setData({ state: uploadInfo.isImage ? uploadInfo.imageUrl : uploadInfo.videoId }),
      onUploadFailed: (uploadInfo, code, message) => {
        if (code === 'DomainNotAllowed' || code === 'AccessDenied') console.error(message)
        if (uploadInfo.state === 'Failure') this.setData({ state: message })
      },
      onUploadCanceled: (uploadInfo) => console.log(uploadInfo.url),
      onUploadTokenExpired: (uploadInfo) => ask('/vod/refresh', { videoId: uploadInfo.videoId }, ({ UploadAuth }) => uploader.resumeUploadWithAuth(UploadAuth)),
      onUploadEnd: (uploadInfo) => console.log(uploadInfo ? uploadInfo.url : 'nothing to do'),
      addFileSuccess: (uploadInfo) => console.log(uploadInfo.ri),
    })
    this.uploader = uploader
  },

  async choose() {
    const { uploader } = this
    if (!uploader) return
    const media = await wx.chooseMedia({ mediaType: ['video', 'image'] })
    for (const file of media.tempFiles) uploader.addFile(file, null, null, null, '{"Vod":{}}')
    const video = await wx.chooseVideo({})
    uploader.addFile(video, null, null, null, { Vod: { Title: 'Holiday', Tags: 'a,b' } })
    uploader.addFile({ url: video.tempFilePath, coverUrl: 'wxfile://cover.jpg' })
    const picture = await wx.chooseImage({})
    for (const file of picture.tempFiles) uploader.addFile(file)
    const [path] = picture.tempFilePaths
    if (path) uploader.addFile(path, null, null, null, null)
    const message = await wx.chooseMessageFile({ count: 1 })
    for (const file of message.tempFiles) uploader.addFile(file)
    uploader.startUpload()
  },

  list() {
    const infos: VODUpload.UploadInfo[] = this.uploader ? this.uploader.listFiles() : []
    for (const [index, info] of infos.entries()) {
      const state: VODUpload.State = info.state
      if (state === 'Stoped' || info.loaded < 100) this.uploader!.cancelFile(index)
      if (state === 'Canceled') this.uploader!.resumeFile(index) && this.uploader!.deleteFile(index)
    }
    this.uploader!.stopUpload()
    this.uploader!.cleanList()
  },
})
