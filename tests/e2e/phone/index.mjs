// A phone: a persona of WeChat with files, storage, a network and a mini program in it, talking to the local cloud over real sockets.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from './app.mjs'
import { createCalls } from './calls.mjs'
import { createChoosers } from './choosers.mjs'
import { createClock } from './clock.mjs'
import { createDisk } from './disk.mjs'
import { createFiles } from './files.mjs'
import { createLife } from './life.mjs'
import { createMeter } from './meter.mjs'
import { createModules } from './modules.mjs'
import { mainPackageLimit } from './package.mjs'
import { loadPersona } from './persona.mjs'
import { createRandom } from './random.mjs'
import { createRequest } from './request.mjs'
import { createSlots } from './slots.mjs'
import { createStorage, createStore } from './storage.mjs'
import { createSystem } from './system.mjs'
import { createUpload } from './upload.mjs'
import { createWasm } from './wasm.mjs'
import { createWire } from './wire.mjs'
import { createWorld, define } from './world.mjs'

export { CodePackage, npmRoots } from './package.mjs'
export { createClock } from './clock.mjs'
export { Refusal } from './files.mjs'
export { personaNames, unsure } from './persona.mjs'

export async function createPhone({ persona: name = 'ios', switches = {}, cloud, dir, clock = createClock(), storage, domains = {}, ownHosts = ['app.example.com'], seed = 1, verbose = false, reach } = {}) {
  const persona = loadPersona(name, switches)
  const random = createRandom(seed)
  const ownDir = dir ?? mkdtempSync(join(tmpdir(), 'phone-'))
  const disk = createDisk({ dir: ownDir, persona, random })
  const store = createStore(storage)
  const network = { type: 'wifi', connected: true, uplink: null, roundTripMs: 0 }
  const wire = createWire({ reach: reach ?? (() => ({ protocol: 'http:', host: '127.0.0.1', port: cloud?.port ?? 9 })), clock, network })
  const meter = createMeter()
  const faults = { fs: null, storage: null }
  const referer = `https://servicewechat.com/wx0000000000000000/${name === 'devtools' ? 'devtools' : '0'}/page-frame.html`

  let code = null
  let run = null // everything that dies with the process

  const phone = {
    name,
    persona,
    seed,
    clock,
    disk,
    network,
    meter,
    faults,
    skewMs: persona.wallClockSkewMs,
    violations: [],
    errors: [], // exceptions of the app's own
    console: [],
    shown: [], // toasts, modals, keep-screen-on
    choices: [], // what the user takes from the next choosers: {path, name?}, a list of them, or 'cancel'
    observers: [], // of setData
    wasmLoads: () => run.wasmState.instantiated,

    // Starts the mini program. `package`: a CodePackage.
    launch(codePackage) {
      code = codePackage
      if (code.size > mainPackageLimit) violate('package', `the main package has ${code.size} bytes, more than ${mainPackageLimit}`)
      run = boot()
      run.world.seal()
      run.app.launch(code)
      return phone
    },

    hide: () => run.life.hide(),
    show: () => run.life.show(),

    // 'none', 'wifi', '2g' … '5g', 'unknown'
    setNetwork(type) {
      const was = network.type
      network.type = type
      network.connected = type !== 'none'
      if (was === type) return
      if (persona.net.networkChange === 'hang-until-timeout') run.calls.hangAll()
      else if (!network.connected || persona.net.networkChange === 'kill-all') run.calls.failAll('networkChange')
      run.world.post(() => {
        for (const listener of [...run.listeners('NetworkStatusChange')]) run.world.enter(() => listener(run.world.plain({ isConnected: network.connected, networkType: type })))
      })
    },

    // Bytes per second of all uploads together; null: as fast as this machine allows. An answer comes a round trip after its request has been sent.
    setUplink(bytesPerSecond, roundTripMs = 0) {
      network.uplink = bytesPerSecond
      network.roundTripMs = roundTripMs
    },

    memoryWarning(level = 10) {
      run.world.post(() => {
        for (const listener of [...run.listeners('MemoryWarning')]) run.world.enter(() => listener(run.world.plain(persona.sys.platform === 'android' ? { level } : {})))
      })
    },

    // Slots taken by other code of the same app; returns how to give them back.
    occupySlots: (count) => run.slots.occupy(count),

    // The process is gone; what was on the way is gone with it.
    kill() {
      if (!run || run.world.dead) return
      run.world.kill()
      run.life.stop()
      run.calls.drop()
      wire.destroyAll()
      run.storage.lose()
    },

    // The user opens the mini program again.
    restart() {
      phone.kill()
      phone.tempFate = disk.afterRestart()
      run = null
      return phone.launch(code)
    },

    async dispose() {
      phone.kill()
      wire.close()
      clock.stop()
      if (!dir) rmSync(ownDir, { recursive: true, force: true })
    },

    openPage: (path, query) => run.app.open(path, query),
    // What a component's file gives to Component().
    component: (path) => run.app.component(path),
    tap: (method, event) => run.app.tap(run.app.page, method, event),
    get page() {
      return run.app.page
    },
    get app() {
      return run.app.app
    },
    get alive() {
      return run !== null && !run.world.dead
    },
    get suspended() {
      return run.life.suspended
    },
    get wx() {
      return run.wx
    },
    get world() {
      return run.world
    },
    get pending() {
      return run.calls.active
    },
    // Evaluates app code inside, as if it stood in the package's root.
    eval(source) {
      return run.world.run(`(function (require) { ${source} })`)(run.modules.requireFrom('main.js'))
    },
    require: (path) => run.modules.requireFrom('main.js')(path),
    stored: () => Object.fromEntries([...store.values].map(([key, text]) => [key, JSON.parse(text)])),
    store,
  }

  function violate(rule, detail) {
    phone.violations.push({ rule, detail })
    if (verbose) console.error(`violation ${rule}: ${detail}`)
  }

  function log(level, ...parts) {
    phone.console.push({ level, text: parts.map(text).join(' ') })
    if (verbose) console.error(`[${name} ${level}]`, ...parts)
  }

  function boot() {
    const lists = new Map()
    const listeners = (event) => {
      if (!lists.has(event)) lists.set(event, [])
      return lists.get(event)
    }
    const world = createWorld({
      persona,
      clock,
      random,
      wallClock: () => clock.now() + phone.skewMs,
      onViolation: violate,
      onError: (error) => {
        phone.errors.push(error)
        if (verbose) console.error('app error', error)
        app.error(String(error?.stack ?? error))
      },
    })
    const memories = []
    const wasmState = { failedOnce: false, instantiated: 0 }
    const modules = createModules({ code, world, persona, onViolation: violate })
    const app = createApp({ world, modules, observers: phone.observers, onViolation: violate })
    const life = createLife({
      persona,
      world,
      clock,
      listeners,
      app,
      log,
      failNetwork: (kind) => {
        calls.failAll(kind)
        uploads.failAll(kind)
      },
      onKilled: (why) => {
        log('info', why)
        phone.kill()
      },
    })
    const slots = createSlots({ limit: persona.net.maxRequestConcurrent, policy: persona.net.overLimit })
    const uploadSlots = createSlots({ limit: persona.net.maxUploadConcurrent, policy: persona.net.overLimit })
    const shared = { persona, world, clock, random, life, network, wire, meter }
    const calls = createCalls({ api: 'request', slots, ...shared })
    const uploads = createCalls({ api: 'uploadFile', slots: uploadSlots, ...shared })
    const storage = createStorage({ persona, world, clock, store, faults, onViolation: violate })
    const system = createSystem({ persona, world, clock, network, listeners, shown: phone.shown, onViolation: violate })
    const files = createFiles({ persona, world, clock, disk, life, meter, faults, onViolation: violate })
    const bridge = { persona, world, wire, domains, ownHosts, memories, meter, random, onViolation: violate, log, referer }

    const wx = world.run('({})')
    Object.assign(wx, system.api, storage.api, createChoosers({ persona, disk, later: system.later, choices: phone.choices }), {
      request: createRequest({ ...bridge, calls }),
      uploadFile: createUpload({ ...bridge, calls: uploads, files: disk }),
      getFileSystemManager: () => files,
      env: world.plain({ USER_DATA_PATH: disk.userPath }),
    })
    system.api.self = wx
    for (const missing of persona.missingApis ?? []) delete wx[/^wx\.(\w+)/.exec(missing)?.[1]]
    if (persona.lacks('wx.getDeviceInfo')) delete wx.getWindowInfo // came with the same base library

    define(world.global, {
      wx,
      ...(persona.wasm.global && { [persona.wasm.global]: createWasm({ persona, world, code, clock, memories, onViolation: violate, state: wasmState }) }),
      console: consoleOf(world),
      ...app.globals,
    })
    return {
      world, modules, app, life, slots, storage, wx, listeners, wasmState,
      calls: {
        failAll(kind) {
          calls.failAll(kind)
          uploads.failAll(kind)
        },
        hangAll() {
          calls.hangAll()
          uploads.hangAll()
        },
        drop() {
          calls.drop()
          uploads.drop()
        },
        get active() {
          return calls.active + uploads.active
        },
      },
    }
  }

  function consoleOf(world) {
    const object = world.run('({})')
    for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'group', 'groupEnd', 'time', 'timeEnd']) object[level] = (...parts) => log(level, ...parts)
    return object
  }

  return phone
}

function text(value) {
  if (typeof value === 'string') return value
  if (value && typeof value === 'object' && 'stack' in value) return String(value.stack)
  try {
    return JSON.stringify(value)
  } catch {
    return String(value)
  }
}
