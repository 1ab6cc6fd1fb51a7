// The pages' words. errors.js has those for failures.

const settings = require('./settings')

const texts = {
  zh: {
    title: '视频上传',
    byHand: '手写页面（不用组件）',
    byHandTitle: '手写页面',
    album: '相册',
    camera: '拍摄',
    chat: '聊天文件',
    empty: '还没有文件',
    emptyHint: '选择视频、音频或图片上传。中断后会从断点继续，已传的部分不会重传。',
    files: '文件',
    clearDone: '清除已完成',
    startAll: '全部开始',
    stopAll: '全部暂停',
    start: '开始上传',
    pause: '暂停',
    resume: '继续上传',
    cancel: '取消上传',
    retry: '重试',
    again: '重新选择文件',
    remove: '删除',
    open: '查看',
    more: '更多',
    copyError: '复制错误信息',
    leftBefore: '剩余 ',
    leftAfter: '',
    offline: '网络已断开，恢复后会自动继续。',
    listed: '文件已在列表中。',
    notChosen: '无法选择文件：',
    interrupted: '上次有文件没有传完，可以从断点继续。',
    missing: '微信已清理这个文件，重新选择后从断点继续。',
    log: '日志',
    copyAll: '复制',
    clear: '清空',
    noLog: '暂无日志',
    settings: '设置',
    mode: '凭证方式',
    modes: ['上传凭证', 'STS'],
    modeHint: '上传凭证：你的服务器创建视频，只授权这一个文件。STS：手机自己调用点播接口。',
    region: '地域',
    parallel: '同时上传的分片',
    auto: '自动',
    retryCount: '失败重试次数',
    autoStart: '选好后立即上传',
    language: '语言',
    languages: ['跟随微信', '中文', 'English'],
    settingsHint: '没有文件在上传时生效。服务器地址在 config.js 里。',
    result: '上传结果',
    copy: '复制',
    size: '大小',
    took: '用时',
    speed: '平均速度',
    localCopy: '这里播放的是手机里的原文件。点播转码完成后，由你的服务器调用 GetPlayInfo 取播放地址。',
    gone: '手机里的原文件无法显示，可能已被微信清理',
    state: {
      ready: '待开始',
      waiting: '排队中',
      uploading: '上传中',
      paused: '已暂停',
      success: '已完成',
      failed: '上传失败',
      canceled: '已取消',
      missing: '需要重新选择'
    }
  },
  en: {
    title: 'Video upload',
    byHand: 'A page written by hand',
    byHandTitle: 'By hand',
    album: 'Album',
    camera: 'Camera',
    chat: 'Chat file',
    empty: 'No files yet',
    emptyHint: 'Choose videos, audio or pictures. A broken upload goes on where it stopped; what is stored is not sent again.',
    files: 'Files',
    clearDone: 'Clear finished',
    startAll: 'Start all',
    stopAll: 'Pause all',
    start: 'Start',
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel the upload',
    retry: 'Retry',
    again: 'Choose the file again',
    remove: 'Delete',
    open: 'Show',
    more: 'More',
    copyError: 'Copy the error',
    leftBefore: '',
    leftAfter: ' left',
    offline: 'No network. Uploads go on by themselves when it is back.',
    listed: 'This file is in the list already.',
    notChosen: 'No file could be chosen: ',
    interrupted: 'Some files were not finished last time. They go on where they stopped.',
    missing: 'WeChat has cleared this file. Choose it again to go on.',
    log: 'Log',
    copyAll: 'Copy',
    clear: 'Clear',
    noLog: 'Nothing yet',
    settings: 'Settings',
    mode: 'Credential',
    modes: ['Upload credential', 'STS'],
    modeHint: 'Upload credential: your server creates the video, and the phone may upload this one file. STS: the phone calls VOD itself.',
    region: 'Region',
    parallel: 'Parts at once',
    auto: 'Automatic',
    retryCount: 'Retries',
    autoStart: 'Start when chosen',
    language: 'Language',
    languages: ['As WeChat', '中文', 'English'],
    settingsHint: 'They hold once no file is being uploaded. The server\'s address is in config.js.',
    result: 'Result',
    copy: 'Copy',
    size: 'Size',
    took: 'Time',
    speed: 'Average speed',
    localCopy: 'This plays the phone\'s own file. Once VOD has transcoded it, your server asks GetPlayInfo for an address.',
    gone: 'The phone\'s own file can\'t be shown: WeChat may have cleared it',
    state: {
      ready: 'Ready',
      waiting: 'Waiting',
      uploading: 'Uploading',
      paused: 'Paused',
      success: 'Done',
      failed: 'Failed',
      canceled: 'Canceled',
      missing: 'Choose again'
    }
  }
}

// 'zh' or 'en': the user's choice, else after WeChat's own language: zh_CN, zh_TW, zh_HK, en …
function language() {
  const chosen = settings.load().language
  if (chosen) return chosen
  try {
    // getAppBaseInfo came with base library 2.20.1; what it replaced serves older ones.
    const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()
    return !info.language || /^zh/i.test(info.language) ? 'zh' : 'en'
  } catch (error) {
    return 'zh'
  }
}

module.exports = { texts, language }
