// The page's words. errors.js has those for failures.

const texts = {
  zh: {
    title: '上传到视频点播',
    hint: '选择视频或图片。上传中断后会从断点继续。',
    album: '相册',
    camera: '拍摄',
    chat: '聊天文件',
    empty: '还没有文件',
    startAll: '全部开始',
    stopAll: '全部暂停',
    start: '开始',
    pause: '暂停',
    resume: '继续',
    cancel: '取消',
    retry: '重试',
    remove: '删除',
    play: '播放',
    hide: '收起',
    copy: '点按复制',
    sts: 'STS 方式',
    stsHint: '对之后选择的文件生效',
    leftBefore: '剩余 ',
    leftAfter: '',
    offline: '网络已断开，恢复后会自动继续。',
    listed: '文件已在列表中。',
    notChosen: '无法选择文件：',
    state: {
      ready: '待开始',
      waiting: '排队中',
      uploading: '上传中',
      paused: '已暂停',
      success: '已完成',
      failed: '失败',
      canceled: '已取消'
    }
  },
  en: {
    title: 'Upload to VOD',
    hint: 'Choose videos or pictures. A broken upload goes on where it stopped.',
    album: 'Album',
    camera: 'Camera',
    chat: 'Chat file',
    empty: 'No files yet',
    startAll: 'Start all',
    stopAll: 'Stop all',
    start: 'Start',
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel',
    retry: 'Retry',
    remove: 'Delete',
    play: 'Play',
    hide: 'Hide',
    copy: 'tap to copy',
    sts: 'STS mode',
    stsHint: 'for the files chosen from now on',
    leftBefore: '',
    leftAfter: ' left',
    offline: 'No network. Uploads go on by themselves when it is back.',
    listed: 'This file is in the list already.',
    notChosen: 'No file could be chosen: ',
    state: {
      ready: 'Ready',
      waiting: 'Waiting',
      uploading: 'Uploading',
      paused: 'Paused',
      success: 'Done',
      failed: 'Failed',
      canceled: 'Canceled'
    }
  }
}

// 'zh' or 'en', after WeChat's own language: zh_CN, zh_TW, zh_HK, en …
function language() {
  try {
    // getAppBaseInfo came with base library 2.20.1; what it replaced serves older ones.
    const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()
    return !info.language || /^zh/i.test(info.language) ? 'zh' : 'en'
  } catch (error) {
    return 'zh'
  }
}

module.exports = { texts, language }
