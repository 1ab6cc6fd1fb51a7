// The way the vendor's page shows: a credential and an address of the app's server, the file's name in every line of the log.
module.exports = (VODUpload, options, log) => {
  let uploader = null

  function ask(path, data, then) {
    wx.request({ url: `https://app.example.com${path}`, method: 'POST', data, success: ({ statusCode, data: answer }) => then(statusCode, answer) })
  }

  function createUploader() {
    return new VODUpload(Object.assign({
      // the account's id, must not be empty
      userId: '25346073170691',
      region: '',
      retryCount: 3,
      retryDuration: 2,
      onUploadstarted: function (uploadInfo) {
        log('onUploadStarted:' + uploadInfo.file.name + ', endpoint:' + uploadInfo.endpoint + ', bucket:' + uploadInfo.bucket + ', object:' + uploadInfo.object)
        if (uploadInfo.videoId) {
          ask('/vod/refresh', { videoId: uploadInfo.videoId }, function (status, data) {
            uploader.setUploadAuthAndAddress(uploadInfo, data.UploadAuth, data.UploadAddress, data.VideoId)
          })
        } else {
          ask(uploadInfo.isImage ? '/vod/image' : '/vod/create', { fileName: uploadInfo.file.name, title: 'sample' }, function (status, data) {
            if (status !== 200) {
              log('the server said no')
              uploader.stopUpload()
              return
            }
            uploader.setUploadAuthAndAddress(uploadInfo, data.UploadAuth, data.UploadAddress, data.VideoId || data.ImageId)
          })
        }
      },
      onUploadSucceed: function (uploadInfo) {
        log('onUploadSucceed: ' + uploadInfo.file.name + ', endpoint:' + uploadInfo.endpoint + ', bucket:' + uploadInfo.bucket + ', object:' + uploadInfo.object)
      },
      onUploadFailed: function (uploadInfo, code, message) {
        log('onUploadFailed: file:' + uploadInfo.file.name + ',code:' + code + ', message:' + message)
      },
      onUploadCanceled: function (uploadInfo) {
        log('onUploadCanceled:' + uploadInfo.file.name)
      },
      onUploadProgress: function (uploadInfo, totalSize, progress) {
        log('onUploadProgress:file:' + uploadInfo.file.name + ', fileSize:' + totalSize + ', percent:' + Math.ceil(progress * 100))
      },
      onUploadTokenExpired: function (uploadInfo) {
        log('onUploadTokenExpired')
        ask('/vod/refresh', { videoId: uploadInfo.videoId }, function (status, data) {
          uploader.resumeUploadWithAuth(data.UploadAuth)
        })
      },
      onUploadEnd: function () {
        log('onUploadEnd: uploaded all the files')
      },
    }, options))
  }

  return {
    chooseVideo(userData) {
      wx.chooseVideo({
        sourceType: ['album', 'camera'],
        success(res) {
          uploader = createUploader()
          const file = { url: res.tempFilePath, coverUrl: res.thumbTempFilePath }
          const result = uploader.addFile(file, null, null, null, userData)
          log('addFile:' + result)
          uploader.startUpload()
        },
      })
    },
    chooseImage(userData) {
      wx.chooseImage({
        count: 1,
        success(res) {
          uploader = createUploader()
          uploader.addFile({ url: res.tempFilePaths[0] }, null, null, null, userData)
          uploader.startUpload()
        },
      })
    },
    list() {
      const list = uploader.listFiles()
      for (let i = 0; i < list.length; i++) log('file:' + list[i].file.name + ' state:' + list[i].state + ', bucket:' + list[i].bucket + ', object:' + list[i].object)
    },
    get uploader() {
      return uploader
    },
  }
}
