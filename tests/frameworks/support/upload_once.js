// What both apps do as they start: the user chooses a video, it goes up, and the outcome is left in storage, where the test finds it.
const server = 'https://app.example.com'

function post(path, data) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: server + path,
      method: 'POST',
      data,
      success: (answer) => (answer.statusCode === 200 ? resolve(answer.data) : reject(new Error('HTTP ' + answer.statusCode))),
      fail: (error) => reject(new Error(error.errMsg)),
    })
  })
}

export function uploadOnce(VODUpload, wasmPath) {
  const uploader = new VODUpload({
    userId: '25346073170691',
    wasmPath,
    getAuth: ({ kind, file, videoId }) =>
      kind === 'refresh-video' ? post('/vod/refresh', { videoId }) : post('/vod/create', { fileName: file.name, title: 'test', size: file.size }),
    onUploadSucceed: (info) => wx.setStorageSync('outcome', 'succeed ' + info.videoId),
    onUploadFailed: (info, code, message) => wx.setStorageSync('outcome', 'failed ' + code + ' ' + message),
  })
  wx.chooseMedia({
    count: 1,
    mediaType: ['video'],
    success({ tempFiles }) {
      uploader.addFile(tempFiles[0])
      uploader.startUpload()
    },
  })
}
