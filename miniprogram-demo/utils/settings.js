// What the user may choose on the settings page; kept in the phone's storage. They hold once no file is being uploaded.

const config = require('../config')

const KEY = 'demo-settings'

const defaults = {
  mode: config.mode, // 'auth' or 'sts', see config.js
  region: config.region,
  parallel: 0, // parts at once; 0: the package chooses by the measured speed
  retryCount: 3,
  autoStart: true,
  language: '' // 'zh', 'en', or '' for WeChat's own
}

function load() {
  try {
    return Object.assign({}, defaults, wx.getStorageSync(KEY))
  } catch (error) {
    return Object.assign({}, defaults)
  }
}

function save(changes) {
  const all = Object.assign(load(), changes)
  try {
    wx.setStorageSync(KEY, all)
  } catch (error) {
    // A full storage: they hold for this page at least.
  }
  return all
}

module.exports = { load, save }
