const choose = require('../../utils/choose')
const createUploads = require('../../utils/uploads')
const log = require('../../utils/log')
const { texts, language } = require('../../utils/i18n')

const idOf = (event) => event.currentTarget.dataset.id

// What the round button of a row does, and the words for it in utils/i18n.js.
const MAIN = { ready: 'start', waiting: 'pause', uploading: 'pause', paused: 'resume', success: 'open', failed: 'retry', canceled: 'retry', missing: 'again' }
const ICONS = { ready: 'play', waiting: 'pause', uploading: 'pause', paused: 'play', success: 'next', failed: 'retry', canceled: 'retry', missing: 'retry' }

// With these errors the same file fails again.
const NEW_FILE = /^(FileNotFound|FileChanged|EmptyFile)$/

Page({
  data: {
    t: {}, // the words, see utils/i18n.js
    main: MAIN,
    icons: ICONS,
    files: [], // the rows, see utils/uploads.js
    running: false,
    startable: false,
    done: false,
    notice: '',
    offline: false,
    logOpen: false,
    logTop: 0,
    log: []
  },

  onLoad() {
    this.lang = language()
    this.setWords()
    this.uploads = createUploads((patch) => this.setData(Object.assign(patch, this.summary(patch))), this.lang)
    if (this.uploads.restore()) this.setData({ notice: this.data.t.interrupted })
    this.onNetwork = ({ isConnected }) => {
      log.add('info', isConnected ? 'network: back' : 'network: gone')
      this.setData({ offline: !isConnected })
      if (!isConnected) this.uploads.forgetSpeed()
    }
    wx.onNetworkStatusChange(this.onNetwork)
    wx.getNetworkType({ success: ({ networkType }) => this.setData({ offline: networkType === 'none' }) })
  },

  onShow() {
    this.uploads.forgetSpeed()
    // Back from the settings, perhaps.
    this.uploads.applySettings()
    if (this.lang === language()) return
    this.lang = language()
    this.setWords()
    this.uploads.setLanguage(this.lang)
  },

  onUnload() {
    wx.offNetworkStatusChange(this.onNetwork)
    log.listen(null)
    this.uploads.stopAll()
  },

  setWords() {
    const t = texts[this.lang]
    this.setData({ t })
    wx.setNavigationBarTitle({ title: t.byHandTitle })
  },

  // What the bar at the bottom has to know. Rows change by paths such as files[0].state, or all at once.
  summary(patch) {
    const keys = Object.keys(patch)
    if (!keys.some((key) => key === 'files' || /\.state$/.test(key))) return {}
    const states = (patch.files || this.data.files).map((row, index) => patch[`files[${index}].state`] || row.state)
    const any = (pattern) => states.some((state) => pattern.test(state))
    return { running: any(/^(waiting|uploading)$/), startable: any(/^(ready|paused|failed)$/), done: any(/^success$/) }
  },

  // ---- choosing

  choose(source, found) {
    this.setData({ notice: '' })
    choose(source, found, (reason) => this.setData({ notice: this.data.t.notChosen + reason }))
  },

  onChoose(event) {
    this.choose(event.currentTarget.dataset.source, (entries) => {
      if (this.uploads.add(entries)) this.setData({ notice: this.data.t.listed })
    })
  },

  onNotice() {
    this.setData({ notice: '' })
  },

  // ---- one file

  onMain(event) {
    const id = idOf(event)
    const row = this.uploads.find(id)
    const action = NEW_FILE.test(row.code) ? 'again' : MAIN[row.state]
    this[{ start: 'onResume', resume: 'onResume', retry: 'onRetry', pause: 'onPause', open: 'onOpen', again: 'onAgain' }[action]](event)
  },

  onMore(event) {
    const { t } = this.data
    const row = this.uploads.find(idOf(event))
    const actions = [[t[MAIN[row.state]], 'onMain']]
    if (/^(uploading|waiting|paused)$/.test(row.state)) actions.push([t.cancel, 'onCancel'])
    if (row.detail) actions.push([t.copyError, 'onCopyError'])
    actions.push([t.remove, 'onDelete'])
    wx.showActionSheet({
      itemList: actions.map(([text]) => text),
      success: ({ tapIndex }) => this[actions[tapIndex][1]](event),
      fail() {} // the user went back
    })
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

  onAgain(event) {
    const id = idOf(event)
    // Only the album's files come without a name of their own.
    const source = /^(video|image)-\d+\./.test(this.uploads.find(id).name) ? 'album' : 'chat'
    this.choose(source, ([entry]) => this.uploads.replace(id, entry))
  },

  onCancel(event) {
    this.uploads.cancel(idOf(event))
  },

  onDelete(event) {
    this.uploads.remove(idOf(event))
  },

  onOpen(event) {
    getApp().shown = this.uploads.find(idOf(event))
    wx.navigateTo({ url: '/pages/result/index' })
  },

  onCopyError(event) {
    wx.setClipboardData({ data: this.uploads.find(idOf(event)).detail })
  },

  // WeChat has cleared the picture: an icon stands in.
  onThumbError(event) {
    this.setData({ [`files[${event.currentTarget.dataset.index}].broken`]: true })
  },

  // ---- all files

  onStartAll() {
    this.setData({ notice: '' })
    this.uploads.startAll()
  },

  onStopAll() {
    this.uploads.stopAll()
  },

  onClearDone() {
    this.data.files.filter((row) => row.state === 'success').forEach((row) => this.uploads.remove(row.id))
  },

  // ---- settings and log

  onSettings() {
    wx.navigateTo({ url: '/pages/settings/index' })
  },

  onLog() {
    const logOpen = !this.data.logOpen
    const show = () => this.setData({ log: log.lines(), logTop: log.lines().length * 100 })
    log.listen(logOpen ? show : null)
    this.setData({ logOpen })
    if (logOpen) show()
  },

  onCopyLog() {
    wx.setClipboardData({ data: log.asText() })
  },

  onClearLog() {
    log.clear()
  }
})
