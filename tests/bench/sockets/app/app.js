// A mini program that uploads one file and asks nobody: its credential is there when the upload begins.
const VODUpload = require('vod-upload-miniprogram')

App({
  VODUpload,

  upload(url, { UploadAuth, UploadAddress, VideoId }, progress, ended) {
    const uploader = new VODUpload({
      userId: '25346073170691',
      onUploadstarted: (info) => {
        progress(0)
        uploader.setUploadAuthAndAddress(info, UploadAuth, UploadAddress, VideoId)
      },
      onUploadProgress: (info, total, percent, detail) => progress(detail.loaded),
      onUploadSucceed: () => ended(''),
      onUploadFailed: (info, code, message) => ended(code + ': ' + message),
    })
    uploader.addFile({ url }, null, null, null, '{"Vod":{}}')
    uploader.startUpload()
  },
})
