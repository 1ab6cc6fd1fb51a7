// TDesign 的 t-upload：requestMethod 把选好的文件交给阿里云视频点播。 t-upload's requestMethod hands the chosen files to ApsaraVideo VOD.
// <t-upload media-type="{{ mediaType }}" files="{{ files }}" request-method="{{ requestMethod }}" bind:add="onAdd" bind:remove="onRemove" />
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
  data: { files: [], mediaType: ['video', 'image'], requestMethod: null },

  onLoad() {
    this.uploads = {}
    this.setData({ requestMethod: (files) => Promise.all(files.map((file) => this.upload(file))) })
  },

  // t-upload fires add first, then calls requestMethod with the same files.
  onAdd({ detail: { files } }) {
    this.setData({ files: [...this.data.files, ...files.map((file) => ({ ...file, status: 'loading' }))] })
  },

  upload(file) {
    const handle = uploader.upload(file, { onProgress: ({ percent }) => this.show(file, { percent: Math.floor(percent) }) })
    this.uploads[file.url] = handle
    return handle.then(
      ({ videoId, imageId }) => this.show(file, { status: 'done', percent: 100, id: videoId || imageId }),
      (error) => {
        this.show(file, { status: 'failed' })
        throw error // t-upload then fires its event fail
      }
    )
  },

  show({ url }, change) {
    this.setData({ files: this.data.files.map((file) => (file.url === url ? { ...file, ...change } : file)) })
  },

  onRemove({ detail: { index, file } }) {
    const handle = this.uploads[file.url]
    if (handle) handle.cancel()
    this.setData({ files: this.data.files.filter((_, at) => at !== index) })
  },
})
