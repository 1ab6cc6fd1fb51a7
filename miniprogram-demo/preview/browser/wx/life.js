// Facts about the phone, and its events.
const EVENTS = ['AppShow', 'AppHide', 'NetworkStatusChange', 'MemoryWarning', 'ThemeChange', 'Error', 'UnhandledRejection']

export function createLife({ surroundings }) {
  const listeners = Object.fromEntries(EVENTS.map((event) => [event, []]))
  const base = () => ({ SDKVersion: '3.11.3', version: '8.0.64', language: surroundings.language, theme: surroundings.theme, enableDebug: false, host: { env: 'WeChat' } })
  const device = { brand: 'preview', model: 'browser', system: 'browser', platform: 'devtools' }
  const screen = () => ({ windowWidth: innerWidth, windowHeight: innerHeight - 88, screenWidth: innerWidth, screenHeight: innerHeight, statusBarHeight: 44, pixelRatio: devicePixelRatio })

  const api = {
    getAppBaseInfo: base,
    getDeviceInfo: () => device,
    getWindowInfo: screen,
    getSystemInfoSync: () => ({ ...base(), ...device, ...screen() }),
    nextTick: (callback) => void setTimeout(callback),
  }
  for (const event of EVENTS) {
    api[`on${event}`] = (listener) => void listeners[event].push(listener)
    api[`off${event}`] = (listener) => void (listeners[event] = listener ? listeners[event].filter((one) => one !== listener) : [])
  }

  return {
    api,
    emit(event, value) {
      for (const listener of [...listeners[event]]) setTimeout(() => listener(value))
    },
  }
}
