// A page of a native mini program that keeps the uploader in its data: what it calls is the copy that setData has made.
const VODUpload = require('vod-upload-miniprogram')

function post(path, data) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: 'https://app.example.com/vod/' + path,
      method: 'POST',
      data,
      success: (answer) => (answer.statusCode === 200 ? resolve(answer.data) : reject(new Error('HTTP ' + answer.statusCode))),
      fail: (error) => reject(new Error(error.errMsg)),
    })
  })
}

Page({
  data: { uploader: null, status: '', unfinished: '' },

  onLoad() {
    const uploader = new VODUpload({
      userId: '25346073170691',
      onUploadstarted: (info) => {
        const credentials = info.videoId ? post('refresh', { videoId: info.videoId }) : post('create', { fileName: info.file.name, title: info.file.name, size: info.fileSize })
        credentials.then(({ UploadAuth, UploadAddress, VideoId }) => this.data.uploader.setUploadAuthAndAddress(info, UploadAuth, UploadAddress, VideoId))
      },
      onUploadProgress: (info, total, percent) => this.setData({ status: 'Uploading ' + Math.floor(percent) }),
      onUploadSucceed: () => this.setData({ status: 'Success 100' }),
      onUploadFailed: (info, code, message) => this.setData({ status: code + ' ' + message }),
    })
    this.setData({ uploader })
    this.setData({ unfinished: this.data.uploader.unfinished().map((one) => one.url + ' ' + one.loaded).join() })
  },

  choose() {
    wx.chooseMedia({
      count: 1,
      mediaType: ['video'],
      success: ({ tempFiles }) => {
        this.data.uploader.addFile(tempFiles[0])
        this.show()
      },
    })
  },

  start() {
    this.data.uploader.startUpload()
  },

  pause() {
    this.data.uploader.pauseFile(0)
    this.show()
  },

  takeUp() {
    this.data.uploader.addFile(this.data.uploader.unfinished()[0])
    this.data.uploader.startUpload()
  },

  show() {
    const [info] = this.data.uploader.listFiles()
    this.setData({ status: info.state + ' ' + Math.floor(info.loaded) })
  },
})
