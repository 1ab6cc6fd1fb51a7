// The package around a scripted engine: bundled and minified as it is shipped, evaluated anew for every test, with a world of the test's own.
import { bundle } from '../../build/bundle.mjs'

/** In place of wasm-bindgen's glue. */
const GLUE = 'export const { Runtime, __wbg_set_wasm } = GLUE(queueMicrotask)'

/** Deadlines of a minute must not hold up the end of the tests. */
const unheld = (task, ms) => {
  const timer = setTimeout(task, ms)
  timer.unref()
  return timer
}

const code = await bundle({ glue: GLUE, version: '9.9.9' })

/** One part of the source, not minified. */
export async function part(entry) {
  const text = await bundle({ glue: GLUE, entry, minify: false })
  return (world = {}) => evaluate(text, world)
}

function evaluate(text, world) {
  const names = ['wx', 'WXWebAssembly', 'GLUE', 'setTimeout', 'clearTimeout', 'console']
  const given = Object.assign({ setTimeout: unheld, clearTimeout, console }, world)
  const module = { exports: {} }
  // What a test does not give is not there at all, as on a phone: `typeof` must say undefined.
  new Function('module', 'exports', ...names, text)(module, module.exports, ...names.map((name) => given[name]))
  return module.exports
}

/** Methods of the wasm module's Uploader. */
const METHODS = [
  'addFile', 'start', 'stop', 'clear', 'removeFile', 'cancelFile', 'resumeFile', 'pauseFile', 'setUploadAuth', 'renewUploadAuth', 'setStsToken',
  'renewStsToken', 'setDirectToken', 'setCredential', 'setLateCredential', 'rejectCredential', 'appHidden', 'appShown', 'networkChanged', 'memoryWarning', 'handleTimeout',
  'requestProgress', 'rememberVideo', 'successReported',
]

/**
 * @param options.script  {method: (engine, ...args) => result}: what the engine does at each call; `create` when it is made, `jsonError`
 * @param options.wx      WeChat's API
 * @param options.instantiate  answers WXWebAssembly.instantiate; default: an instance, at once
 */
export function open({ script = {}, wx = {}, instantiate, timers, ...more } = {}) {
  const engines = []
  const printed = []
  let loads = 0
  let run

  class Uploader {
    constructor(host, id, options) {
      Object.assign(this, { host, id, options, calls: [], isFree: false })
      engines.push(this)
      if (script.create) script.create(this)
    }
    emit(type, fileId, fields) {
      this.host.emit(this.id, fileId, { type, ...fields })
    }
    /** The names of the methods that were called. */
    get methods() {
      return this.calls.map(([name]) => name)
    }
    /** The files it was given. */
    get added() {
      return this.calls.filter(([name]) => name === 'addFile').map(([, file]) => file)
    }
    free() {
      this.isFree = true
    }
  }
  for (const name of METHODS) {
    Uploader.prototype[name] = function (...args) {
      this.calls.push([name, ...args])
      if (name === 'addFile') this.emit('added', args[0].id, { contentType: /\.jpg$/.test(args[0].name) ? 'image/jpeg' : 'video/mp4' })
      return script[name] && script[name](this, ...args)
    }
  }

  const world = {
    wx,
    WXWebAssembly: { instantiate: instantiate || (() => Promise.resolve({ instance: { exports: {} } })) },
    GLUE(queueMicrotask) {
      loads++
      run = queueMicrotask
      class Runtime {
        constructor(host) {
          this.host = host
        }
        createUploader(id, options) {
          return new Uploader(this.host, id, options)
        }
        jsonError(text) {
          return script.jsonError && script.jsonError(text, this.host)
        }
      }
      return { Runtime, __wbg_set_wasm() {} }
    },
    console: { log: (...a) => printed.push(['log', ...a]), warn: (...a) => printed.push(['warn', ...a]), error: (...a) => printed.push(['error', ...a]) },
    ...timers,
    ...more,
  }
  const VODUpload = evaluate(code, world)
  return {
    VODUpload,
    engines,
    printed,
    /** What the glue of the last instance was given. */
    queueMicrotask: (task) => run(task),
    get loads() {
      return loads
    },
    get engine() {
      return engines[engines.length - 1]
    },
  }
}
/** All that is due has been done: promises a few deep, and timers of 0 ms. */
export function settled() {
  return new Promise((resolve) => setTimeout(() => setImmediate(resolve), 1))
}

/** Callbacks that record their calls in one list. */
export function listening(log = []) {
  const note = (name, of) => (...args) => log.push([name, ...of(...args)])
  const file = (info) => [info && info.file.name]
  return {
    log,
    addFileSuccess: note('added', file),
    onUploadstarted: note('started', file),
    onUploadSucceed: note('succeed', file),
    onUploadFailed: note('failed', (info, code, message) => [info.file.name, code, message]),
    onUploadCanceled: note('canceled', file),
    onUploadTokenExpired: note('expired', file),
    onUploadProgress: note('progress', (info, total, percent) => [info.file.name, total, percent]),
    onUploadEnd: note('end', file),
  }
}

/** A timer that the test turns. */
export function clock() {
  const due = new Map()
  let last = 0
  let now = 0
  return {
    setTimeout(task, ms) {
      due.set(++last, { task, at: now + ms })
      return last
    },
    clearTimeout: (id) => due.delete(id),
    get pending() {
      return due.size
    },
    async pass(ms) {
      now += ms
      for (const [id, { task, at }] of [...due]) {
        if (at > now || !due.delete(id)) continue
        task()
        await settled()
      }
    },
  }
}
