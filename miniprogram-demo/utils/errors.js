// The texts for users, by error code. The message that comes with a code is for the developer; the page shows it in small print.

const texts = {
  // The file
  EmptyFile: ['文件是空的，请换一个。', 'The file is empty. Choose another one.'],
  FileNotFound: ['找不到文件，可能已被微信清理，请重新选择。', 'The file is gone, WeChat may have cleared it. Choose it again.'],
  FileChanged: ['文件在上传过程中被修改，请重新选择。', 'The file was changed during the upload. Choose it again.'],
  FileReadFailed: ['读取文件失败，请重试或重新选择。', 'The file could not be read. Retry, or choose it again.'],
  FileTooLarge: ['文件太大，无法上传。', 'The file is too large to be uploaded.'],

  // The way to the cloud
  NetworkError: ['网络不可用，请检查网络后重试。', 'The network does not answer. Check it and retry.'],
  RequestTimeout: ['网络太慢，请求超时，请重试。', 'The network is too slow. Retry.'],
  IntegrityError: ['数据在传输中损坏，请重试。', 'The data was damaged on its way. Retry.'],
  ClockSkew: ['手机时间不正确，请改为自动设置时间后重试。', 'The phone\'s clock is wrong. Set it to automatic and retry.'],
  Canceled: ['已取消。', 'Canceled.'],

  // The app's server
  ServerUnreachable: ['连不上应用服务器，请稍后重试。', 'The app\'s server can\'t be reached. Retry later.'],
  Unauthorized: ['请先登录。', 'Log in first.'],
  ServerRefused: ['应用服务器没有给出上传凭证，请稍后重试。', 'The app\'s server gave no credential. Retry later.'],

  // Mistakes of the app or its settings
  DomainNotAllowed: ['小程序后台没有配置上传域名，请联系开发者。', 'The upload domain is not on the mini program\'s list. Tell the developer.'],
  InvalidUserId: ['userId 未填写，请联系开发者。', 'userId is missing. Tell the developer.'],
  InvalidOption: ['上传参数有误，请联系开发者。', 'An option of the uploader is wrong. Tell the developer.'],
  InvalidParamData: ['媒体信息格式有误，请联系开发者。', 'The media\'s description is malformed. Tell the developer.'],
  InvalidUploadAuth: ['上传凭证无效，请重试。', 'The upload credential is invalid. Retry.'],
  InvalidUploadAddress: ['上传地址无效，请重试。', 'The upload address is invalid. Retry.'],
  InvalidSTSToken: ['STS 凭证无效，请重试。', 'The STS token is invalid. Retry.'],
  WasmLoadFailed: ['上传模块加载失败，请重试。', 'The upload module could not be loaded. Retry.'],
  InternalError: ['上传模块出错，请重试。', 'The upload module broke. Retry.'],

  // The cloud's own codes that are met most
  AccessDenied: ['云端拒绝访问，请联系开发者。', 'The cloud refuses access. Tell the developer.'],
  NoSuchBucket: ['存储空间不存在，请联系开发者。', 'The bucket does not exist. Tell the developer.'],
  ServiceUnavailable: ['云端繁忙，请稍后重试。', 'The cloud is busy. Retry later.'],
  SecurityTokenExpired: ['上传凭证已过期，请重试。', 'The credential has expired. Retry.'],
  InvalidSecurityToken: ['上传凭证无效，请重试。', 'The credential is invalid. Retry.'],
  'InvalidVideo.NotFound': ['云端找不到这个视频，请删除后重新上传。', 'The cloud does not know this video. Delete it here and upload it anew.'],
  'InvalidFileName.Extension': ['不支持这种文件格式。', 'This file format is not supported.']
}

function text(code, language) {
  const [chinese, english] = texts[code] || ['上传失败，请重试。', 'The upload failed. Retry.']
  return language === 'zh' ? chinese : english
}

module.exports = { text, codes: Object.keys(texts) }
