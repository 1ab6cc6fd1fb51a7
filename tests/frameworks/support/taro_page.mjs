// A Taro page as its data describe it: a tree of nodes in `root`, {sid, uid, nn, cn, v}, and one handler for all events, `eh`.
export const taroPage = {
  shows: (phone, id) => Boolean(look(phone, id)),
  tap(phone, id) {
    const node = find(phone, id)
    const element = { id, dataset: { sid: node.sid } }
    phone.tap('eh', { target: element, currentTarget: element })
  },
  text: (phone, id) => textOf(find(phone, id)),
}

/** The native component of this name: its tag in the templates that Taro has made, and the node that the tag's expressions call `i`. */
export function componentInTaro(code, name) {
  const [tag] = new RegExp(`<${name}\\s[^>]*>`).exec(code.text('base.wxml'))
  return (phone) => {
    const node = () => search(phone.page.data.root ?? {}, ({ nn }) => nn === name)
    return node() && { tag, data: () => ({ i: node() }) }
  }
}

function find(phone, id) {
  const found = look(phone, id)
  if (!found) throw new Error(`the page shows no element "${id}"`)
  return found
}

const look = (phone, id) => search(phone.page.data.root ?? {}, (node) => node.uid === id)

// setData with paths like "root.cn.[0]" leaves objects with numeric keys where the renderer sees lists.
const children = (node) => Object.values(node.cn ?? {})

function search(node, wanted) {
  if (wanted(node)) return node
  for (const child of children(node)) {
    const found = search(child, wanted)
    if (found) return found
  }
  return null
}

const textOf = (node) => (node.v ?? '') + children(node).map(textOf).join('')
