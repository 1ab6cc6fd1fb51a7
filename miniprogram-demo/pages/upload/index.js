const config = require('../../config')
const choose = require('../../utils/choose')
const createUploads = require('../../utils/uploads')
const { texts, language } = require('../../utils/i18n')

const idOf = (event) => event.currentTarget.dataset.id

Page({
  data: {
    t: {}, // the words, see utils/i18n.js
    files: [], // the rows, see utils/uploads.js
    sts: config.mode === 'sts',
    notice: '',
    offline: false,
    playing: 0 // id of the row whose video is open
  },

  onLoad() {
    const lang = language()
    this.setData({ t: texts[lang] })
    this.uploads = createUploads((patch) => this.setData(patch), lang)
    this.onNetwork = ({ isConnected }) => this.setData({ offline: !isConnected })
    wx.onNetworkStatusChange(this.onNetwork)
  },

  onUnload() {
    wx.offNetworkStatusChange(this.onNetwork)
    this.uploads.stopAll()
  },

  onChoose(event) {
    this.setData({ notice: '' })
    choose(
      event.currentTarget.dataset.source,
      (entries) => {
        const known = this.uploads.add(entries, this.data.sts ? 'sts' : 'auth')
        if (known) this.setData({ notice: this.data.t.listed })
      },
      (reason) => this.setData({ notice: this.data.t.notChosen + reason })
    )
  },

  onMode(event) {
    this.setData({ sts: event.detail.value })
  },

  onStartAll() {
    this.uploads.startAll()
  },

  onStopAll() {
    this.uploads.stopAll()
  },

  onPause(event) {
    this.uploads.pause(idOf(event))
  },

  onResume(event) {
    this.uploads.start(idOf(event))
  },

  onRetry(event) {
    this.uploads.start(idOf(event))
  },

  onCancel(event) {
    this.uploads.cancel(idOf(event))
  },

  onDelete(event) {
    this.uploads.remove(idOf(event))
  },

  onPlay(event) {
    const id = idOf(event)
    this.setData({ playing: this.data.playing === id ? 0 : id })
  },

  onCopy(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.text })
  },

  // A private bucket does not show its pictures to everybody: the phone's own copy then stands in.
  onImageError(event) {
    this.setData({ [`files[${event.currentTarget.dataset.index}].broken`]: true })
  }
})
