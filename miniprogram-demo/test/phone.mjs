// The smallest phone that runs the page: a logic layer without a browser, and in place of the package a VODUpload
// that only writes down what it is asked, so that a test plays the cloud's part.
import fs from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'

const ROOT = path.join(import.meta.dirname, '..')

// storage, unfinished and gone (paths that WeChat has cleared) are what an earlier run has left. shown: the row that the result page is opened for.
export function openPage({ language = 'en', servers = {}, storage = { 'demo-settings': { autoStart: false } }, gone = [], unfinished = [], networkType = 'wifi', page: name = 'upload', shown } = {}) {
  const phone = { uploaders: [], requests: [], renders: [], timers: [], chosen: [], copied: [], opened: [], sheets: [], awake: false, storage: structuredClone(storage), gone }

  class VODUpload {
    constructor(options) {
      this.options = options
      this.calls = []
      this.list = []
      phone.uploaders.push(this)
    }
    static load() { return Promise.resolve() }
    static version = '1.2.3'

    addFile(entry, ...more) {
      this.calls.push(['addFile', entry, ...more])
      this.list.push({ url: entry.tempFilePath || entry.path })
      return true
    }
    deleteFile(index) {
      this.calls.push(['deleteFile', index])
      this.list.splice(index, index < 0 ? 0 : 1)
      return true
    }
    listFiles() { return this.list }
    unfinished() { return unfinished }
    // What a callback is given, for the file with this number.
    info(number, more) { return { url: `wxfile://tmp_${number}.mp4`, fileSize: 2 ** 20, ...more } }
  }
  for (const method of ['startUpload', 'stopUpload', 'pauseFile', 'cancelFile', 'resumeFile']) {
    VODUpload.prototype[method] = function (...args) { this.calls.push([method, ...args]); return true }
  }

  const wx = {
    getAppBaseInfo: () => ({ language }),
    getNetworkType: ({ success }) => success({ networkType }),
    onNetworkStatusChange: (listener) => { phone.network = listener },
    offNetworkStatusChange: () => { phone.network = null },
    setKeepScreenOn: ({ keepScreenOn }) => { phone.awake = keepScreenOn },
    setClipboardData: ({ data }) => phone.copied.push(data),
    getStorageSync: (key) => structuredClone(phone.storage[key]) ?? '',
    setStorageSync(key, value) {
      if (phone.full) throw new Error('setStorageSync:fail exceed storage max size')
      phone.storage[key] = JSON.parse(JSON.stringify(value))
    },
    getFileSystemManager: () => ({ access: ({ path, success, fail }) => (phone.gone.includes(path) ? fail : success)?.({}) }),
    setNavigationBarTitle: ({ title }) => { phone.title = title },
    navigateTo: ({ url }) => phone.opened.push(url),
    showActionSheet(options) { phone.sheets.push(options) },
    chooseMedia: (options) => phone.chooser(options),
    chooseMessageFile: (options) => phone.chooser(options),
    request(options) {
      phone.requests.push({ url: options.url, data: options.data, header: options.header })
      servers[new URL(options.url).pathname](options)
    }
  }

  const context = vm.createContext({
    wx,
    console,
    App: (app) => { phone.app = app },
    getApp: () => phone.app,
    Page: (page) => { phone.page = page },
    setTimeout: (call) => phone.timers.push(call),
    clearTimeout: (id) => { if (id) phone.timers[id - 1] = null }
  })

  const modules = {}
  function load(file) {
    if (!modules[file]) {
      const module = modules[file] = { exports: {} }
      const code = fs.readFileSync(file, 'utf8')
      const require = (name) => (name === 'vod-upload-miniprogram' ? VODUpload : load(path.join(path.dirname(file), `${name}.js`)))
      vm.compileFunction(code, ['require', 'module', 'exports'], { filename: file, parsingContext: context })(require, module, module.exports)
    }
    return modules[file].exports
  }

  load(path.join(ROOT, 'app.js'))
  phone.app.onLaunch()
  phone.app.shown = shown
  load(path.join(ROOT, `pages/${name}/index.js`))

  const { page } = phone
  page.setData = (patch) => {
    phone.renders.push(patch)
    for (const [key, value] of Object.entries(copy(patch))) {
      const row = /^files\[(\d+)\]\.(\w+)$/.exec(key)
      if (row) page.data.files[row[1]][row[2]] = value
      else page.data[key] = value
    }
  }
  if (page.onLoad) page.onLoad()
  if (page.onShow) page.onShow()

  phone.choose = (entries, source = 'album') => {
    phone.chooser = (options) => { phone.chosen.push(options); options.success({ tempFiles: entries }) }
    page.onChoose({ currentTarget: { dataset: { source } } })
  }
  phone.tap = (method, id) => page[method]({ currentTarget: { dataset: { id } } })
  phone.fireTimers = () => phone.timers.splice(0).forEach((call) => call && call())
  phone.states = () => page.data.files.map((file) => file.state).join(' ')
  return phone
}

// As setData does: data are copied, functions are the same.
function copy(value) {
  if (Array.isArray(value)) return Array.from(value, copy)
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]))
  return value
}
