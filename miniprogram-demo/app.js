const VODUpload = require('vod-upload-miniprogram')

App({
  onLaunch() {
    // The module compiles while the user still looks for a file. Should it fail, the first upload says why.
    VODUpload.load().catch(() => {})
  }
})
