// Vant Weapp 的 van-uploader：选好的文件交给阿里云视频点播。 The files that van-uploader gives to after-read go to ApsaraVideo VOD.
// <van-uploader accept="video" multiple="{{ true }}" file-list="{{ fileList }}" bind:after-read="onAfterRead" bind:delete="onDelete" />
// 只需换掉 getAuth 里自己服务器的地址。 Only the address of the app's own server in getAuth is to be changed.
const { createUploader } = require('vod-upload-miniprogram')

const uploader = createUploader({
  getAuth: ({ kind, file, videoId }) =>
    new Promise((resolve, reject) => {
      wx.request({
        url: 'https://app.example.com/vod/' + { 'create-video': 'create', 'refresh-video': 'refresh', 'create-image': 'image' }[kind],
        method: 'POST',
        data: videoId ? { videoId } : { fileName: file.name, title: file.name, size: file.size },
        success: ({ statusCode, data }) => (statusCode === 200 ? resolve(data) : reject(new Error('HTTP ' + statusCode))),
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      })
    }),
})

Page({
  data: { fileList: [] },

  onLoad() {
    this.uploads = {}
  },

  // `file` is one file, or a list with `multiple`.
  onAfterRead({ detail: { file } }) {
    for (const one of [].concat(file)) this.upload(one)
  },

  upload(file) {
    this.setData({ fileList: [...this.data.fileList, { ...file, status: 'uploading', message: '0 %' }] })
    const handle = uploader.upload(file, { onProgress: ({ percent }) => this.show(file, { message: Math.floor(percent) + ' %' }) })
    this.uploads[file.url] = handle
    handle.then(
      ({ videoId, imageId }) => this.show(file, { status: 'done', message: '', id: videoId || imageId }),
      ({ message }) => this.show(file, { status: 'failed', message })
    )
  },

  show({ url }, change) {
    this.setData({ fileList: this.data.fileList.map((file) => (file.url === url ? { ...file, ...change } : file)) })
  },

  onDelete({ detail: { index, file } }) {
    const handle = this.uploads[file.url]
    if (handle) handle.cancel()
    this.setData({ fileList: this.data.fileList.filter((_, at) => at !== index) })
  },
})
