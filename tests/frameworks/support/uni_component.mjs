// A component in a page that uni-app has built for Vue 3, and what its WXML shows of a list.
import { mountComponent } from '../../e2e/support/component_host.mjs'
import { attributesOf, valueOf } from '../../e2e/support/wxml_page.mjs'

/** Attaches the page's component `name`, once the page has rendered it. */
export async function mountUniComponent({ phone, until, code, page, name }) {
  const [, attributes] = new RegExp(`<${name}\\s([^>]*)/>`).exec(code.text(`${page}.wxml`))
  const { usingComponents } = JSON.parse(code.text(`${page}.json`))
  const path = new URL(usingComponents[name], `file:///${page}`).pathname.slice(1)
  phone.openPage(page)
  await until(() => valueOf(attributesOf(attributes)['u-p'], phone.page.data), 'the component is not rendered')
  return { component: mountComponent(phone, path, attributes), wxml: code.text(`${path}.wxml`) }
}

/** The text or the value of the first expression that `pattern`, with one group, finds in the WXML. */
export function find(wxml, pattern) {
  const found = pattern.exec(wxml)
  if (!found) throw new Error(`the component's WXML has nothing like ${pattern}`)
  return found[1]
}
