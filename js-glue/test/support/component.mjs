// <vod-uploader> without a renderer: the built script in a context of its own, a phone that answers at once, and a fake of the package
// that only writes down what it is asked, so that a test plays the engine's part.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { buildComponent } from '../../build/component.mjs'

const folder = mkdtempSync(join(tmpdir(), 'vod-uploader-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
await buildComponent(folder)
export const files = Object.fromEntries(['js', 'json', 'wxml', 'wxss'].map((extension) => [extension, readFileSync(join(folder, `index.${extension}`), 'utf8')]))

/** A promise with hands: what createUploader's upload() gives. */
function fakeUpload(file, options) {
  const calls = []
  let settle
  const upload = new Promise((resolve, reject) => {
    settle = { resolve, reject }
  })
  upload.catch(() => {})
  return Object.assign(upload, {
    file,
    options,
    calls,
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    cancel: () => void calls.push('cancel'),
    progress: (percent, bytesPerSecond = 0, secondsLeft = 0) => options.onProgress({ percent, loaded: 0, total: 0, bytesPerSecond, secondsLeft }),
    async succeed(info) {
      settle.resolve(info)
      await upload
    },
    async fail(error) {
      settle.reject(error)
      await upload.catch(() => {})
    },
  })
}

export function fakeSdk({ unfinished = [], refuses } = {}) {
  const sdk = {
    uploaders: [],
    uploads: [],
    createUploader(options) {
      if (refuses) throw refuses
      const uploader = {
        options,
        stopped: 0,
        upload(file, how) {
          const upload = fakeUpload(file, how)
          sdk.uploads.push(upload)
          return upload
        },
        uploader: { unfinished: () => unfinished, stopUpload: () => void uploader.stopped++ },
      }
      sdk.uploaders.push(uploader)
      return uploader
    },
    /** The engine takes up this file. */
    started: (url, videoId = '') => sdk.uploaders.at(-1).options.onUploadstarted({ url, videoId }),
  }
  return sdk
}

/** `storage` and `gone` (paths that WeChat has cleared) are what an earlier run has left. */
export function createPhone({ storage = {}, gone = [], language = 'en', fontSizeScaleFactor } = {}) {
  const phone = { storage, awake: false, previews: [], modals: [], choosers: [], timers: [], answer: { confirm: true }, network: null }
  const choose = (name) => (options) => {
    phone.choosers.push([name, options])
    if (phone.refusal) options.fail({ errMsg: phone.refusal })
    else options.success({ tempFiles: phone.chosen })
  }
  phone.wx = {
    chooseMedia: choose('media'),
    chooseMessageFile: choose('message'),
    previewMedia: (options) => phone.previews.push(options.sources),
    showModal(options) {
      phone.modals.push(options)
      options.success(phone.answer)
    },
    getFileSystemManager: () => ({ access: ({ path, success, fail }) => (gone.includes(path) ? fail({ errMsg: 'access:fail' }) : success({})) }),
    getStorageSync: (key) => structuredClone(storage[key]) ?? '',
    setStorageSync(key, value) {
      if (phone.full) throw new Error('setStorageSync:fail exceed storage max size')
      storage[key] = JSON.parse(JSON.stringify(value))
    },
    onNetworkStatusChange: (listener) => (phone.network = listener),
    offNetworkStatusChange: () => (phone.network = null),
    setKeepScreenOn: ({ keepScreenOn }) => (phone.awake = keepScreenOn),
    getAppBaseInfo: () => ({ language, fontSizeScaleFactor }),
  }
  phone.fireTimers = () => phone.timers.splice(0).forEach((task) => task?.())
  return phone
}

/** By the rules of both component frameworks: data are copied, observers are called with each setting of a property, paths such as `rows[0].percent`. */
export function createTag({ phone = createPhone(), sdk = fakeSdk(), route = 'pages/index', id = '', is = 'miniprogram_npm/vod-upload-miniprogram/vod-uploader/index', properties = {} } = {}) {
  let definition
  const given = {
    require(path) {
      if (path !== '../index.js') throw new Error(`module '${path}' is not defined`)
      return sdk
    },
    Component: (given) => (definition = given),
    wx: phone.wx,
    // No function in a host without pages.
    getCurrentPages: route === null ? undefined : () => [{ route }],
    setTimeout: (task) => phone.timers.push(task),
    clearTimeout: (timer) => timer && (phone.timers[timer - 1] = null),
  }
  // What WeChat's wrapper hides: a use of it must fail here, too.
  const hidden = ['globalThis', 'global', 'process', 'window', 'document', 'self', 'fetch', 'queueMicrotask', 'structuredClone', 'URL', 'TextEncoder', 'crypto']
  vm.compileFunction(files.js, [...Object.keys(given), ...hidden])(...Object.values(given))
  const events = []
  const tag = Object.create(definition.methods)
  const defaults = Object.fromEntries(Object.entries(definition.properties).map(([name, { value }]) => [name, value]))
  Object.assign(tag, {
    id,
    is,
    data: copy({ ...defaults, ...definition.data }),
    setData(patch) {
      tag.patches.push(patch)
      for (const [path, value] of Object.entries(patch)) assign(tag.data, path, copy(value))
    },
    triggerEvent(name, detail) {
      events.push([name, detail])
      tag.handlers[name]?.({ detail })
    },
    patches: [],
    handlers: {},
  })
  const controls = {
    tag,
    phone,
    sdk,
    events,
    definition,
    /** As the page's template sets them. */
    set(values) {
      for (const [name, value] of Object.entries(values)) {
        tag.data[name] = copy(value)
        for (const [names, observer] of Object.entries(definition.observers)) if (names.split(/, */).includes(name)) observer.call(tag, tag.data[name])
      }
    },
    attach() {
      definition.lifetimes.attached.call(tag)
      phone.fireTimers()
    },
    detach: () => definition.lifetimes.detached.call(tag),
    choose(...chosen) {
      phone.chosen = chosen
      tag.onAdd()
    },
    tap: (method, at = 0) => tag[method]({ currentTarget: { dataset: { uid: tag.data.rows[at].uid } } }),
    rows: (field) => tag.data.rows.map((row) => row[field]),
    of: (name) => events.filter(([event]) => event === name).map(([, detail]) => detail),
    names: () => events.map(([name]) => name),
  }
  controls.set(properties)
  return controls
}

const copy = (value) => {
  if (Array.isArray(value)) return value.map(copy)
  if (value && Object.prototype.toString.call(value) === '[object Object]') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]))
  return value
}

function assign(data, path, value) {
  const keys = path.match(/\w+/g)
  const last = keys.pop()
  keys.reduce((at, key) => at[key], data)[last] = value
}

export const video = (number, more = {}) => ({ tempFilePath: `wxfile://tmp_${number}.mp4`, thumbTempFilePath: `wxfile://tmp_${number}.jpg`, size: number * 2 ** 20, fileType: 'video', ...more })
export const picture = (number, more = {}) => ({ tempFilePath: `wxfile://tmp_${number}.png`, size: number * 2 ** 20, fileType: 'image', ...more })

/** A tag on a page that is open. */
export function opened(options) {
  const tag = createTag(options)
  tag.attach()
  return tag
}
