// The stack of pages: made by glass-easel out of the page's own files, shown one at a time.
import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'adapter'
import { BUILTINS } from './builtins/index.js'

/** WeChat's defaults of `window` in app.json. */
const WINDOW = { navigationBarTitleText: '', navigationBarBackgroundColor: '#000000', navigationBarTextStyle: 'white', backgroundColor: '#ffffff' }

export function createPages({ index, templates, modules, styles, surroundings }) {
  const env = new MiniProgramEnv()
  const space = env.createCodeSpace('mini-program', true)
  const backend = new glassEasel.CurrentWindowBackendContext()
  const associated = env.associateBackend(backend)
  const holder = document.querySelector('.os-pages')
  const bar = document.querySelector('.os-bar')
  const stack = []
  let app = {}
  // The page's own settings come before those of app.json.
  const settings = (path) => ({ ...WINDOW, ...index.window, ...index.configs[path] })

  for (const tag of BUILTINS) space.getComponentSpace().setGlobalUsingComponent(tag, `wx-${tag}`)

  // Events of the browser reach pages only through this function.
  backend.onEvent((target, type, detail, options) => {
    const event = new glassEasel.Event(type, detail, options)
    glassEasel.Event.dispatchEvent(target, event)
    return event.getEventBubbleStatus()
  })
  glassEasel.addGlobalErrorListener((error) => {
    console.error(error)
    surroundings.log('error', String(error?.stack ?? error))
  })

  const registered = new Set()
  function register(path) {
    if (registered.has(path)) return
    registered.add(path)
    const { component = false, usingComponents = {}, styleIsolation } = index.configs[path] ?? {}
    const tags = Object.entries(usingComponents).map(([tag, target]) => [tag, resolveComponent(path, target)])
    for (const [, target] of tags) register(target)
    space.addComponentStaticConfig(path, { component, styleIsolation, usingComponents: Object.fromEntries(tags.map(([tag, target]) => [tag, `/${target}`])) })
    if (component) {
      const scope = path.split('/').at(-2)
      space.addStyleSheet(path, undefined, scope)
      styles.addComponent(path, scope)
    }
    space.addCompiledTemplate(path, { groupList: templates, content: templates[path], fallbackListenerOnNativeNode: true })
    space.componentEnv(path, (given) => modules.load(`${path}.js`, given))
  }

  /** In WeChat's order: relative to the file, from the root, in miniprogram_npm. */
  function resolveComponent(from, target) {
    const relative = new URL(target, `file:///${from}`).pathname.slice(1)
    const found = [relative, target.replace(/^\//, ''), `miniprogram_npm/${target}`].find((path) => index.configs[path])
    if (!found) throw new Error(`component "${target}" is not found, used by "${from}". A component of an npm package needs the package in package.json's dependencies: npm i PACKAGE`)
    return found
  }

  function open(url) {
    const [path, query = ''] = url.replace(/^\//, '').split('?')
    if (!index.pages.includes(path)) throw new Error(`navigateTo:fail page "${path}" is not found`)
    register(path)
    const place = document.createElement('div')
    const box = document.createElement('section')
    box.append(place)
    holder.append(box)
    const root = associated.createRoot('wx-page', space, path)
    const page = root.get()
    page.route = path
    const entry = { path, root, page, box, title: settings(path).navigationBarTitleText }
    top()?.page.onHide?.()
    stack.push(entry)
    styles.show(path)
    root.attach(box, place)
    // Titles may be set while loading, so the page is on the stack by now.
    page.onLoad?.(Object.fromEntries(new URLSearchParams(query)))
    page.onShow?.()
    page.onReady?.()
    reveal()
  }

  function back() {
    if (stack.length < 2) return
    const { page, root, box } = stack.pop()
    page.onUnload?.()
    root.release()
    box.remove()
    top().page.onShow?.()
    reveal()
  }

  function reveal() {
    for (const entry of stack) entry.box.hidden = entry !== top()
    styles.show(top().path)
    paintBar()
  }

  function paintBar() {
    const value = (name) => {
      const given = settings(top()?.path)[name]
      return given.startsWith('@') ? index.theme[surroundings.theme]?.[given.slice(1)] : given
    }
    bar.querySelector('.os-title').textContent = top()?.title ?? ''
    bar.querySelector('.os-back').hidden = stack.length < 2
    bar.style.background = value('navigationBarBackgroundColor')
    bar.style.color = value('navigationBarTextStyle')
    document.body.style.background = value('backgroundColor')
  }

  const top = () => stack.at(-1)
  bar.querySelector('.os-back').addEventListener('click', back)
  const tick = () => {
    bar.querySelector('.os-clock').textContent = new Date(Date.now() + surroundings.skew).toTimeString().slice(0, 5)
  }
  tick()
  setInterval(tick, 1000)

  return {
    get app() {
      return app
    },
    set app(given) {
      app = given
    },
    top,
    /** The first component on the top page whose path in the code package fits, however deep it stands. */
    findComponent(path) {
      const search = (nodes) => {
        for (const node of nodes) {
          const isComponent = glassEasel.Component.isComponent(node)
          if (isComponent && path.test(node.is)) return node.getMethodCaller()
          const found = search([...(isComponent ? node.getShadowRoot()?.childNodes ?? [] : []), ...(node.childNodes ?? [])])
          if (found) return found
        }
        return undefined
      }
      return search([top().root.getComponent()])
    },
    stack: () => stack.map((entry) => entry.page),
    navigate: (how, url) => (how === 'back' ? back() : open(url)),
    setTitle(title) {
      top().title = title
      paintBar()
    },
    paintBar,
    launch() {
      styles.setTheme(surroundings.theme)
      app.onLaunch?.({ path: index.pages[0], query: {}, scene: 1001 })
      app.onShow?.({})
      open(index.pages[0])
    },
    visibilityChanged(visible) {
      const order = visible ? [app, top().page] : [top().page, app]
      for (const one of order) one[visible ? 'onShow' : 'onHide']?.({})
    },
  }
}
