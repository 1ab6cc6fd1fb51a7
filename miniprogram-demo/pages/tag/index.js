// The tag does the work. What is here: who gives credentials, and what to do with the id of what was uploaded.
const server = require('../../utils/server')
const uploaderOptions = require('../../utils/uploader_options')
const { texts, language } = require('../../utils/i18n')

Page({
  data: {
    getAuth: server.getAuth,
    options: uploaderOptions('tag'),
    lang: 'zh-CN',
    t: {}, // the words, see utils/i18n.js
    results: []
  },

  onShow() {
    // Also when the user comes back from the settings.
    const lang = language()
    this.setData({ t: texts[lang], lang: lang === 'zh' ? 'zh-CN' : 'en', options: uploaderOptions('tag') })
    wx.setNavigationBarTitle({ title: texts[lang].title })
  },

  // An app sends the id to its server.
  onSuccess({ detail: { file } }) {
    this.setData({ results: this.data.results.concat({ name: file.name, id: file.videoId || file.imageId }) })
  },

  onCopy(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.id })
  },

  onOpen(event) {
    wx.navigateTo({ url: `/pages/${event.currentTarget.dataset.page}/index` })
  }
})
