// The app's own server, which asks the VOD API for credentials.
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

export const createVideo = (file) => post('/vod/create', { fileName: file.name, title: file.name, size: file.size })
export const refreshVideo = (videoId) => post('/vod/refresh', { videoId })

export function credentialsFor(info) {
  return info.videoId ? refreshVideo(info.videoId) : createVideo({ name: info.file.name, size: info.fileSize })
}

// For createUploader and <vod-uploader>.
export const getAuth = ({ kind, file, videoId }) => (kind === 'refresh-video' ? refreshVideo(videoId) : createVideo(file))
