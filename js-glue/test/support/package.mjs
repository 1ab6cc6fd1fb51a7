// The package around a scripted engine: bundled and minified as it is shipped, evaluated anew for every test, with a world of the test's own.
import { bundle } from '../../build/bundle.mjs'

const METHODS = ['now', 'get', 'set', 'emit', 'copy']
/** In the order of `Ask` in src/host.ts. */
const ASKS = ['request', 'upload', 'abort', 'stat', 'read', 'digest', 'remove', 'timer']
/** In the place of wasm-bindgen's glue, in front of a scripted engine. */
const SCRIPTED_GLUE = `
const engine = GLUE()
// By the prototype, as src/link.ts hands the host over.
const named = (door) => { const host = Object.getPrototypeOf(door); return Object.create({
  ${METHODS.map((name) => `${name}: (...given) => host.${name}(...given)`).join(', ')},
  ${ASKS.map((name, what) => `${name}: (...given) => host.ask(${what}, ...given)`).join(', ')},
}) }
export const open = (host, options) => engine.open(named(host), options)
export const { tell, json_error } = engine
export const __wbg_set_wasm = () => {}
`

/** Deadlines of a minute must not hold up the end of the tests. */
const unheld = (task, ms) => {
  const timer = setTimeout(task, ms)
  timer.unref()
  return timer
}

const code = await bundle({ glue: SCRIPTED_GLUE, version: '9.9.9' })

/** One part of the source, not minified, with its own names. */
export async function part(entry) {
  const text = await bundle({ glue: SCRIPTED_GLUE, entry, minify: false })
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

/** In the order of `Command` in src/host.ts. */
const COMMANDS = [
  'add', 'start', 'stop', 'clean', 'remove', 'cancel', 'resume', 'pause', 'set_auth', 'resume_auth', 'set_sts', 'resume_sts', 'set_direct',
  'credential', 'credential_failed', 'hide', 'show', 'network', 'memory', 'tick', 'upload_progress', 'answer', 'stat', 'read', 'digest',
]

/**
 * @param options.script  {command: (core, ...args) => result}: what the engine does when told
 * @param options.wx      WeChat's API
 * @param options.instantiate  answers WXWebAssembly.instantiate; default: an instance, at once
 */
export function open({ script = {}, wx = {}, instantiate, timers, ...more } = {}) {
  const cores = []
  const printed = []
  let loads = 0
  class Core {
    constructor(host, options) {
      // What is handed over is the host only during a call; this engine speaks at any time.
      Object.assign(this, { host: Object.getPrototypeOf(host), options, calls: [], said: [] })
      cores.push(this)
      if (script.new) script.new(this)
    }
    emit(kind, id, payload) {
      this.host.emit(kind, id, payload)
    }
    tell(command, args) {
      const name = COMMANDS[command]
      this.calls.push([name, ...args])
      return script[name] && script[name](this, ...args)
    }
    /** What it was told, without the arguments. */
    get methods() {
      return this.calls.map(([name]) => name)
    }
  }
  const world = {
    wx,
    WXWebAssembly: { instantiate: instantiate || (() => Promise.resolve({ instance: { exports: {} } })) },
    GLUE() {
      loads++
      const open = (host, options) => (new Core(host, options), cores.length)
      const tell = (core, command, args) => cores[core - 1].tell(command, args)
      return { open, tell, json_error: script.json_error || (() => '') }
    },
    console: { log: (...a) => printed.push(['log', ...a]), warn: (...a) => printed.push(['warn', ...a]), error: (...a) => printed.push(['error', ...a]) },
    ...timers,
    ...more,
  }
  const VODUpload = evaluate(code, world)
  return {
    VODUpload,
    cores,
    printed,
    get loads() {
      return loads
    },
    get core() {
      return cores[cores.length - 1]
    },
  }
}

/** All that is due has been done: promises a few deep, and timers of 0 ms. */
export function settled() {
  return new Promise((resolve) => setTimeout(() => setImmediate(resolve), 1))
}

/** Callbacks that note in one list what they were told. */
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
