// A world for the built package in which nothing happens by chance: virtual time, one seed, no sockets and no files. A thousand sequences of
// calls take seconds in it, and one that fails can be repeated and shortened.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { createRandom } from '../phone/random.mjs'
import { isBuilt, packageRoot } from '../support/session.mjs'
import { createServers } from './servers.mjs'

export const KB = 1024

const dist = (name) => join(packageRoot, 'miniprogram_dist', name)
const code = isBuilt ? readFileSync(dist('index.js'), 'utf8') : ''
const compiled = isBuilt ? new WebAssembly.Module(brotliDecompressSync(readFileSync(dist('vod_upload.wasm.br')))) : null

/** The files of this phone: bytes by path. A path that is not here does not exist. */
export const FILES = { 'wxfile://a.mp4': 30 * KB, 'wxfile://b.mp4': 350 * KB, 'wxfile://c.png': 5 * KB, 'wxfile://d.mp3': 220 * KB, 'wxfile://empty.mp4': 0 }

export function openWorld(seed) {
  const dice = createRandom(seed)
  const between = (low, high) => low + Math.floor(dice.next() * (high - low + 1))
  let now = 1_760_000_000_000
  let timers = []
  let lastTimer = 0
  const stored = new Map()
  const listeners = {}
  const printed = []

  const later = (task, ms) => {
    timers.push({ id: ++lastTimer, due: now + Math.max(0, ms || 0), task })
    return lastTimer
  }
  const net = { connected: true, hidden: false }
  const servers = createServers({ now: () => now })
  const flying = new Map()

  function settle(call, kind, result) {
    if (!flying.delete(call)) return
    call.options[kind](result)
  }

  function request(options) {
    const call = { options }
    flying.set(call, true)
    world.peak = Math.max(world.peak, flying.size)
    later(() => {
      if (!net.connected) return settle(call, 'fail', { errMsg: 'request:fail -106:net::ERR_INTERNET_DISCONNECTED' })
      if (net.hidden && net.hidden + 5000 < now) return settle(call, 'fail', { errMsg: 'request:fail interrupted' })
      const fault = servers.faults.shift()
      if (fault === 'lost') return settle(call, 'fail', { errMsg: 'request:fail -101:net::ERR_CONNECTION_RESET' })
      if (!flying.has(call)) return
      const answer = servers.answer(options, fault)
      settle(call, 'success', { ...answer, errMsg: 'request:ok' })
    }, between(1, 60))
    return { abort: () => later(() => settle(call, 'fail', { errMsg: 'request:fail abort' }), 0) }
  }

  const missing = (name) => ({ errMsg: `${name}:fail no such file or directory`, errCode: 1300002 })
  const files = {
    stat: ({ path, success, fail }) => later(() => (path in FILES ? success({ stats: { size: FILES[path], lastModifiedTime: 1 } }) : fail(missing('stat'))), between(0, 3)),
    readFile: ({ filePath, length, success, fail }) =>
      later(() => {
        if (!(filePath in FILES)) return fail(missing('readFile'))
        success({ data: new Uint8Array(length).fill(filePath.charCodeAt(9)).buffer })
      }, between(0, 3)),
    getFileInfo: ({ success }) => later(() => success({ digest: 'D'.repeat(32) }), 1),
  }

  const on = (name) => (listener) => (listeners[name] = listener)
  const wx = {
    request,
    getFileSystemManager: () => files,
    getStorageSync: (key) => stored.get(key) ?? '',
    setStorageSync: (key, value) => void stored.set(key, value),
    removeStorageSync: (key) => void stored.delete(key),
    onAppShow: on('show'),
    onAppHide: on('hide'),
    onNetworkStatusChange: on('network'),
    onMemoryWarning: on('memory'),
    getNetworkType: ({ success }) => later(() => success({ networkType: net.connected ? 'wifi' : 'none' }), 1),
  }
  const loadTime = dice.next() < 0.5 ? 0 : between(1, 400)
  const instantiate = (path, imports) =>
    new Promise((resolve) =>
      later(() => {
        resolve({ instance: new WebAssembly.Instance(compiled, imports) })
        if (!world.loaded) world.onLoad()
        world.loaded = true
      }, loadTime),
    )

  const names = { wx, WXWebAssembly: { instantiate }, setTimeout: later, clearTimeout: (id) => (timers = timers.filter((one) => one.id !== id)), Date: { now: () => now }, Math: Object.assign(Object.create(Math), { random: () => dice.next() }) }
  names.console = Object.fromEntries(['log', 'warn', 'error'].map((level) => [level, (...parts) => printed.push([level, ...parts])]))
  const module = { exports: {} }
  new Function('module', 'exports', ...Object.keys(names), code)(module, module.exports, ...Object.values(names))

  // All promise jobs have run when the next turn of the event loop comes.
  const jobs = () => new Promise((resolve) => setImmediate(resolve))

  const world = {
    VODUpload: module.exports,
    servers,
    stored,
    printed,
    peak: 0,
    flying,
    get now() {
      return now
    },
    /** The package has its module. */
    loaded: false,
    onLoad() {},
    later,
    between,

    async pass(ms) {
      const end = now + ms
      for (let fired = 0; ; fired++) {
        if (fired > 20_000) throw new Error('time stands still: 20 000 timers in a row')
        await jobs()
        timers.sort((one, other) => one.due - other.due || one.id - other.id)
        if (!timers.length || timers[0].due > end) break
        const { due, task } = timers.shift()
        now = Math.max(now, due)
        task()
      }
      now = end
    },

    connect(connected) {
      if (net.connected === connected) return
      net.connected = connected
      for (const call of [...flying.keys()]) later(() => settle(call, 'fail', { errMsg: 'request:fail net::ERR_NETWORK_CHANGED' }), 0)
      if (listeners.network) listeners.network({ isConnected: connected, networkType: connected ? 'wifi' : 'none' })
    },
    show(visible) {
      if (visible === !net.hidden) return
      net.hidden = visible ? 0 : now
      const listener = listeners[visible ? 'show' : 'hide']
      if (listener) listener({})
    },
  }
  return world
}
