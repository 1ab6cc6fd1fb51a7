const VODUpload = require('vod-upload-miniprogram')
const settings = require('../../utils/settings')
const { texts, language } = require('../../utils/i18n')

const REGIONS = ['cn-shanghai', 'cn-beijing', 'cn-shenzhen', 'cn-hongkong', 'ap-southeast-1', 'ap-southeast-5', 'ap-northeast-1', 'eu-central-1', 'us-west-1']

// What stands behind the entries of each picker.
const VALUES = {
  mode: ['auth', 'sts'],
  region: REGIONS,
  parallel: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  retryCount: [0, 1, 2, 3, 5, 8],
  language: ['', 'zh', 'en']
}

Page({
  data: {
    t: {},
    version: VODUpload.version,
    regions: REGIONS,
    parallels: [],
    retries: VALUES.retryCount,
    chosen: {}, // numbers of entries
    autoStart: true
  },

  onLoad() {
    this.show()
  },

  show() {
    const t = texts[language()]
    const values = settings.load()
    const chosen = {}
    Object.keys(VALUES).forEach((key) => {
      chosen[key] = Math.max(0, VALUES[key].indexOf(values[key]))
    })
    wx.setNavigationBarTitle({ title: t.settings })
    this.setData({ t, chosen, autoStart: values.autoStart, parallels: [t.auto].concat(VALUES.parallel.slice(1)) })
  },

  onPick(event) {
    const { key } = event.currentTarget.dataset
    settings.save({ [key]: VALUES[key][Number(event.detail.value)] })
    this.show()
  },

  onAutoStart(event) {
    settings.save({ autoStart: event.detail.value })
  }
})
