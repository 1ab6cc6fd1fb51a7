// The phone: fetches the mini program, gives it a `wx`, and shows its first page.
import { createModules } from './modules.js'
import { createPages } from './pages.js'
import { createStyles } from './styles.js'
import { defineBuiltins } from './builtins/index.js'
import { createWx } from './wx/index.js'
import { surroundings } from './surroundings.js'
import { showFailure, toast } from './layers.js'

const index = await read('/program/index.json')
const { default: templates } = await import('/program/templates.js')

// The mini program's time: right or wrong, as the panel wants it.
class PhoneDate extends Date {
  constructor(...parts) {
    if (parts.length) super(...parts)
    else super(PhoneDate.now())
  }

  static now() {
    return Date.now() + surroundings.skew
  }
}

const styles = createStyles(surroundings)
const wx = createWx({ surroundings, navigate: (...to) => pages.navigate(...to), setTitle: (title) => pages.setTitle(title) })
const modules = createModules({
  wx: wx.api,
  App: (app) => void (pages.app = app),
  getApp: () => pages.app,
  getCurrentPages: () => pages.stack(),
  WXWebAssembly: {
    async instantiate(path, imports) {
      const answer = await fetch(`/program/${path.replace(/^\//, '')}`)
      if (!answer.ok) throw new Error(`WXWebAssembly.instantiate: no file ${path}`)
      return WebAssembly.instantiate(await answer.arrayBuffer(), imports)
    },
  },
  Date: PhoneDate,
})
const pages = createPages({ index, templates, modules, styles, surroundings })

// The panel's sample film goes to the page that is on top, as if its button for the album had been tapped.
const choose = () => {
  const page = pages.stack().at(-1)
  if (!page) return // the phone shows why there is none
  const uploader = pages.findComponent(/(^|\/)vod-uploader\/index$/)
  if (page.onChoose) page.onChoose({ currentTarget: { dataset: { source: 'album' } } })
  else if (uploader) uploader.choose()
  else toast('This page has no <vod-uploader> and no function onChoose, so the sample has nowhere to go.', 4000)
}
window.miniProgram = { define: modules.define, choose, open: (url) => pages.navigate('to', url) }
await Promise.all([...index.scripts.map(modules.fetch), ...index.styles.map((path) => styles.fetch(path))])

defineBuiltins(wx.files)
surroundings.watch({
  network: wx.networkChanged,
  theme(theme) {
    styles.setTheme(theme)
    pages.paintBar()
    wx.emit('ThemeChange', { theme })
  },
  visible(visible) {
    wx.visibilityChanged(visible)
    pages.visibilityChanged(visible)
  },
})
try {
  if (index.scripts.includes('app.js')) modules.load('app.js')
  pages.launch()
} catch (error) {
  fail(error)
}
document.body.dataset.ready = 'true'

/** The server's answer; what is wrong with the mini program is shown on the phone. */
async function read(path) {
  const answer = await fetch(path)
  if (!answer.ok) fail(new Error(await answer.text()))
  return answer.json()
}

function fail(error) {
  showFailure(`The mini program did not start: ${error.message}`)
  throw error
}
