// App, Page and Component: as much of the framework as a page's own code can notice without a renderer.
export function createApp({ world, modules, observers, onViolation }) {
  let app = null
  const pages = []
  let registering = null

  function App(options) {
    app = options
  }

  function Page(options) {
    if (!registering) return onViolation('framework', 'Page() outside of a page file')
    registering.options = options
  }

  // A page that is registered as a component: its methods are the page's, and the component's life comes around the page's own.
  function Component(options) {
    if (!registering) return
    registering.component = options
    registering.options = { properties: {}, triggerEvent() {}, ...options.methods, data: options.data }
    registering.lifetimes = { created: options.created, attached: options.attached, ready: options.ready, ...options.lifetimes }
  }

  // What a page's or a component's file registers.
  function registered(path) {
    registering = { options: null, component: null, lifetimes: {} }
    modules.load(`${path}.js`)
    const found = registering
    registering = null
    return found
  }

  function open(path, query = {}) {
    const { options, lifetimes } = registered(path)
    if (!options) throw new Error(`${path} registers no page`)
    const page = Object.assign(world.run('({})'), options)
    page.route = path
    page.options = world.plain(query)
    page.data = world.plain(options.data ?? {})
    page.setData = (patch, callback) => {
      // The logic layer keeps a copy with the functions in it; only what crosses to the renderer is JSON.
      for (const [key, value] of Object.entries(patch)) {
        if (value === undefined) onViolation('setData', `setData of undefined: ${key}`)
        assign(page.data, key, world.plain(value))
      }
      for (const observe of observers) observe({ page, patch, data: page.data })
      if (typeof callback === 'function') world.post(callback)
    }
    page.selectComponent = () => null
    page.selectAllComponents = () => []
    pages.push(page)
    const live = (moment) => lifetimes[moment] && world.enter(() => lifetimes[moment].call(page))
    live('created')
    live('attached')
    run(page, 'onLoad', page.options)
    run(page, 'onShow')
    live('ready')
    run(page, 'onReady')
    return page
  }

  function run(target, method, ...args) {
    if (typeof target?.[method] !== 'function') return undefined
    let result
    world.enter(() => {
      result = target[method](...args)
    })
    return result
  }

  return {
    globals: { App, Page, Component, Behavior: (options) => options, getApp: () => app, getCurrentPages: () => [...pages] },
    launch(code) {
      if (!code.has('app.js')) return
      modules.load('app.js')
      run(app, 'onLaunch', world.plain({ path: '', query: {}, scene: 1001 }))
      run(app, 'onShow', world.plain({ path: '', query: {}, scene: 1001 }))
    },
    open,
    component: (path) => registered(path).component,
    tap: (page, method, event = {}) => run(page, method, world.plain({ type: 'tap', detail: {}, currentTarget: { dataset: {} }, target: { dataset: {} }, ...event })),
    close(page) {
      run(page, 'onUnload')
      pages.splice(pages.indexOf(page), 1)
    },
    appShow() {
      run(app, 'onShow', world.plain({ path: '', query: {}, scene: 1001 }))
      run(pages.at(-1), 'onShow')
    },
    appHide() {
      run(pages.at(-1), 'onHide')
      run(app, 'onHide')
    },
    error: (message) => run(app, 'onError', message),
    get app() {
      return app
    },
    get page() {
      return pages.at(-1) ?? null
    },
  }
}

// "files[2].percent", "root.cn.[0].v": the paths setData takes.
export function assign(data, path, value) {
  const keys = path.replace(/\.?\[(\d+)\]/g, '.$1').split('.')
  const last = keys.pop()
  let at = data
  for (const key of keys) at = at[key] ??= {}
  at[last] = value
}
