// Asks the user for files: from the album, the camera or a chat.

const MOST = 9

// found(entries) gets WeChat's entries as they come; failed(errMsg) is not called when the user just goes back.
function choose(source, found, failed) {
  const callbacks = {
    success: ({ tempFiles }) => found(tempFiles),
    fail: ({ errMsg }) => {
      if (!/cancel/.test(errMsg)) failed(errMsg)
    }
  }
  if (source === 'chat') {
    wx.chooseMessageFile(Object.assign({ count: MOST, type: 'all' }, callbacks))
  } else {
    wx.chooseMedia(Object.assign({
      count: MOST,
      mediaType: ['video', 'image'],
      sourceType: [source],
      sizeType: ['original'],
      maxDuration: 60
    }, callbacks))
  }
}

module.exports = choose
