const format = require('../../utils/format')
const { texts, language } = require('../../utils/i18n')

Page({
  data: {
    t: {},
    row: {}, // see utils/uploads.js
    source: '', // of the picture
    gone: false,
    ids: [],
    facts: []
  },

  onLoad() {
    const t = texts[language()]
    const row = getApp().shown || {}
    wx.setNavigationBarTitle({ title: t.result })
    this.setData({
      t,
      row,
      source: row.imageUrl || row.path,
      ids: [
        { label: 'VideoId', value: row.videoId },
        { label: 'ImageId', value: row.imageId },
        { label: 'ImageURL', value: row.imageUrl }
      ].filter(({ value }) => value),
      facts: [
        { label: t.size, value: row.size },
        { label: t.took, value: row.took ? `${(row.took / 1000).toFixed(1)} s` : '' },
        { label: t.speed, value: row.took ? format.speed(row.bytes / (row.took / 1000)) : '' }
      ].filter(({ value }) => value)
    })
  },

  onCopy(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.text })
  },

  // A private bucket does not show its pictures to everybody: the phone's own copy then stands in.
  onMediaError() {
    const { row, source } = this.data
    if (row.kind === 'image' && source !== row.path) this.setData({ source: row.path })
    else this.setData({ gone: true })
  }
})
