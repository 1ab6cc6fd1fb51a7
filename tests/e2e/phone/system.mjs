// Everything of `wx` that only has to be there: what the device says about itself, and the user interface, which nobody looks at.
import { webcrypto } from 'node:crypto'

export function createSystem({ persona, world, clock, network, listeners, shown, onViolation }) {
  const device = { brand: persona.sys.platform, model: persona.name, system: persona.sys.system, platform: persona.sys.platform, benchmarkLevel: 30, memorySize: 4096 }
  const base = { SDKVersion: persona.sys.SDKVersion, version: persona.sys.version, language: 'zh_CN', enableDebug: false, theme: 'light', host: { env: 'WeChat', appId: '', version: 0 } }
  const window = { pixelRatio: 2, screenWidth: 375, screenHeight: 667, windowWidth: 375, windowHeight: 603, statusBarHeight: 20, safeArea: { left: 0, right: 375, top: 20, bottom: 667, width: 375, height: 647 } }
  const started = clock.now()

  // Callback or promise style, both asynchronous.
  function later(name, options, value = {}, kind = 'success') {
    if (world.dead) return undefined
    const result = world.plain({ ...value, errMsg: value.errMsg ?? `${name}:ok` })
    const styled = !options || !['success', 'fail', 'complete'].some((key) => typeof options[key] === 'function')
    if (styled) return world.promise((yes, no) => world.post(() => (kind === 'success' ? yes(result) : no(result))))
    world.post(() => {
      if (typeof options[kind] === 'function') world.enter(() => options[kind](result))
      if (typeof options.complete === 'function') world.enter(() => options.complete(result))
    })
    return undefined
  }

  const seen = (name) => (options) => {
    shown.push({ name, options: options && JSON.parse(JSON.stringify(options)) })
    return later(name, options, name === 'showModal' ? { confirm: true, cancel: false } : name === 'showActionSheet' ? { tapIndex: 0 } : {})
  }

  const api = {
    getSystemInfoSync: () => world.plain({ ...device, ...base, ...window }),
    getSystemInfo: (options) => later('getSystemInfo', options, { ...device, ...base, ...window }),
    getDeviceInfo: () => world.plain(device),
    getAppBaseInfo: () => world.plain(base),
    getWindowInfo: () => world.plain(window),
    getAccountInfoSync: () => world.plain({ miniProgram: { appId: 'wx0000000000000000', envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => world.plain({ path: 'pages/upload/index', query: {}, scene: 1001, referrerInfo: {} }),
    getEnterOptionsSync: () => world.plain({ path: 'pages/upload/index', query: {}, scene: 1001, referrerInfo: {} }),
    getNetworkType: (options) => later('getNetworkType', options, { networkType: network.type, signalStrength: -40, hasSystemProxy: false, weakNet: false }),
    getRandomValues: (options) => {
      const randomValues = world.buffer(options.length)
      webcrypto.getRandomValues(Buffer.from(randomValues))
      return later('getRandomValues', options, { randomValues })
    },
    // A known bug that stays: microseconds on phones, milliseconds in DevTools.
    getPerformance: () => ({ now: () => (clock.now() - started) * (persona.js.perfNowUnit === 'us' ? 1000 : 1) }),
    nextTick: (callback) => world.post(() => callback()),
    canIUse: (name) => typeof name === 'string' && name.split('.')[0] in api.self,
    getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
    getLogManager: () => ({ log() {}, info() {}, warn() {}, debug() {} }),
    createSelectorQuery: () => world.run('({ select() { return this }, boundingClientRect() { return this }, exec() {} })'),
  }
  for (const name of ['setKeepScreenOn', 'showToast', 'hideToast', 'showLoading', 'hideLoading', 'showModal', 'showActionSheet', 'setNavigationBarTitle', 'setNavigationBarColor',
    'pageScrollTo', 'vibrateShort', 'vibrateLong', 'setClipboardData', 'stopPullDownRefresh', 'previewImage', 'previewMedia', 'navigateTo', 'redirectTo', 'navigateBack', 'reLaunch',
    'switchTab', 'createIntersectionObserver', 'reportEvent', 'enableAlertBeforeUnload', 'disableAlertBeforeUnload', 'openSetting', 'authorize', 'requirePrivacyAuthorize']) api[name] = seen(name)
  api.login = (options) => later('login', options, { code: '0123456789abcdef' })
  api.getSetting = (options) => later('getSetting', options, { authSetting: {} })

  // onX(listener), offX(listener | nothing): several listeners each.
  for (const event of ['AppShow', 'AppHide', 'NetworkStatusChange', 'NetworkWeakChange', 'MemoryWarning', 'Error', 'UnhandledRejection', 'PageNotFound', 'ThemeChange', 'WindowResize']) {
    const list = listeners(event)
    api[`on${event}`] = (listener) => {
      if (typeof listener !== 'function') onViolation('listener', `wx.on${event} wants a function`)
      else if (!world.dead) list.push(listener)
    }
    api[`off${event}`] = (listener) => {
      const at = list.indexOf(listener)
      if (listener === undefined) list.length = 0
      else if (at >= 0) list.splice(at, 1)
      else onViolation('listener', `wx.off${event} of a listener that was never on`)
    }
  }

  return { api, later }
}
