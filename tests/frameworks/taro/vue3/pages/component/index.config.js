// pages/component/index.config.js
export default { usingComponents: { 'vod-uploader': '/vod-upload/vod-uploader/index' } }
