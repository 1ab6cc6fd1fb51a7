// WXSS is CSS with a length of its own (rpx: the screen is 750 wide), tag names of WeChat's, and a theme that is not the browser's.
const TAGS = /(^|[\s>+~,(])(page|view|text|button|image|video|switch|slider|picker|scroll-view|input)(?=$|[\s.:#[>+~,)])/g

/** Classes, not the digits of a length. */
const CLASSES = /\.(-?[A-Za-z_][\w-]*)/g

export function createStyles(surroundings) {
  const texts = new Map()
  const sheets = new Map() // by page
  const components = new Map() // by component

  const rpx = (text) => text.replace(/(-?[\d.]+)rpx\b/g, (_, length) => `calc(${length} * 100vw / 750)`)

  function append(path, scope) {
    const element = document.createElement('style')
    element.dataset.wxss = path
    element.textContent = rpx(texts.get(path) ?? '')
    document.head.append(element)
    rename(element.sheet.cssRules, scope)
    applyTheme(element.sheet)
    return element
  }

  function rename(rules, scope) {
    for (const rule of rules) {
      if (rule.selectorText) {
        const selector = rule.selectorText.replace(TAGS, '$1wx-$2')
        rule.selectorText = scope ? selector.replace(CLASSES, `.${scope}--$1`) : selector
      }
      if (rule.cssRules) rename(rule.cssRules, scope)
    }
  }

  // The panel has a switch for it, which must not turn the rest of the computer dark.
  function applyTheme(sheet) {
    for (const rule of sheet.cssRules) {
      const asked = /prefers-color-scheme:\s*(dark|light)/.exec(rule.wanted ?? rule.media?.mediaText ?? '')
      if (!asked) continue
      rule.wanted ??= rule.media.mediaText
      rule.media.mediaText = asked[1] === surroundings.theme ? 'all' : 'not all'
    }
  }

  return {
    async fetch(path) {
      texts.set(path, await (await fetch(`/program/${path}.wxss`)).text())
    },
    /** A page of WeChat's is a document of its own: only the top one's styles count. */
    show(path) {
      if (!sheets.has('app')) sheets.set('app', append('app'))
      if (!sheets.has(path)) sheets.set(path, append(path))
      for (const [owner, element] of sheets) element.sheet.disabled = owner !== 'app' && owner !== path
    },
    /** A component's classes are its own: in the document they begin with its scope, as glass-easel writes them. */
    addComponent(path, scope) {
      if (texts.has(path)) components.set(path, append(path, scope))
    },
    setTheme(theme) {
      document.documentElement.dataset.theme = theme
      for (const element of [...sheets.values(), ...components.values()]) applyTheme(element.sheet)
    },
  }
}
