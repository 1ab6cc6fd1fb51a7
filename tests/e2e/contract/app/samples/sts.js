// The vendor's second way: an STS token of the app's server, the SDK asks VOD itself.
module.exports = (VODUpload, log) => {
  let uploader = null

  function token(then) {
    wx.request({ url: 'https://app.example.com/vod/sts', method: 'POST', data: {}, success: ({ data }) => then(data) })
  }

  return {
    chooseVideo(userData) {
      wx.chooseVideo({
        success: function (res) {
          uploader = new VODUpload({
            userId: 122,
            region: 'cn-shanghai',
            retryCount: 3,
            retryDuration: 2,
            onUploadstarted: function (uploadInfo) {
              token(function (data) {
                const { AccessKeyId, AccessKeySecret, SecurityToken } = data
                uploader.setSTSToken(uploadInfo, AccessKeyId, AccessKeySecret, SecurityToken)
              })
            },
            onUploadSucceed: function (uploadInfo) {
              log('onUploadSucceed: ' + uploadInfo.file.name + ' ' + uploadInfo.videoId)
            },
            onUploadFailed: function (uploadInfo, code, message) {
              log('onUploadFailed: ' + code + ' ' + message)
            },
            onUploadProgress: function (uploadInfo, totalSize, loadedPercent) {
              log('onUploadProgress: ' + loadedPercent)
            },
            onUploadTokenExpired: function () {
              log('onUploadTokenExpired')
              token(function (data) {
                uploader.resumeUploadWithSTSToken(data.AccessKeyId, data.AccessKeySecret, data.SecurityToken, data.Expiration)
              })
            },
            onUploadEnd: function () {
              log('onUploadEnd')
            },
          })
          uploader.addFile({ url: res.tempFilePath, coverUrl: res.thumbTempFilePath }, null, null, null, userData)
          uploader.startUpload()
        },
      })
    },
  }
}
