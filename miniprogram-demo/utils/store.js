// The list of uploads in the phone's storage. WeChat may end a mini program at any moment, without a word.

const KEY = 'demo-uploads'
const MOST = 50 // rows, so that the list never becomes a burden

function load() {
  try {
    return wx.getStorageSync(KEY) || []
  } catch (error) {
    return []
  }
}

function save(rows) {
  try {
    wx.setStorageSync(KEY, rows.slice(-MOST))
  } catch (error) {
    // A full storage: the list is lost with the app, the uploads themselves are remembered by the package.
  }
}

module.exports = { load, save }
