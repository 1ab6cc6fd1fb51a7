// As much of WeChat's renderer as a test needs: which handler an element of the page has, and what a text shows.
const pattern = (id) => new RegExp(`<(\\w[\\w-]*)\\s([^>]*\\bid="${id}"[^>]*)>([^<]*)`)

/** @returns {{shows(phone, id), tap(phone, id), text(phone, id)}} over the page's WXML in the built code package */
export function wxmlPage(code, path) {
  const wxml = code.text(`${path}.wxml`)

  function element(id) {
    const found = pattern(id).exec(wxml)
    if (!found) throw new Error(`${path}.wxml has no element "${id}"`)
    return { attributes: attributesOf(found[2]), content: found[3] }
  }

  const attributesIn = (phone, id) => Object.fromEntries(Object.entries(element(id).attributes).map(([name, text]) => [name, valueOf(text, phone.page.data)]))
  const handlerOf = (values) => values.bindtap ?? values['bind:tap']

  return {
    shows: (phone, id) => typeof phone.page[handlerOf(attributesIn(phone, id))] === 'function',
    tap(phone, id) {
      const values = attributesIn(phone, id)
      const dataset = datasetOf(element(id).attributes, phone.page.data)
      phone.tap(handlerOf(values), { currentTarget: { id, dataset }, target: { id, dataset } })
    },
    text: (phone, id) => String(valueOf(element(id).content, phone.page.data) ?? ''),
  }
}

export function attributesOf(text) {
  return Object.fromEntries([...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

/** What an event's target has of the attributes data-…. */
export function datasetOf(attributes, data) {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('data-')).map(([name, text]) => [camelCase(name.slice(5)), valueOf(text, data)]))
}

/** A text with {{expressions}}; one that is nothing but an expression keeps its type. */
export function valueOf(text, data) {
  const whole = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/.exec(text)
  if (whole) return evaluate(whole[1], data)
  return text.replace(/\{\{(.*?)\}\}/g, (_, expression) => evaluate(expression, data) ?? '')
}

function evaluate(expression, data) {
  const known = new Proxy(data, { has: () => true, get: (target, key) => (key === Symbol.unscopables ? undefined : target[key]) })
  return new Function('data', `with (data) { return (${expression}) }`)(known)
}

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
