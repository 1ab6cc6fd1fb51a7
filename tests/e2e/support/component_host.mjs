// A component in a page: as much of WeChat's component framework as an upload component's own code uses. No renderer: the test calls its handlers.
import { assign } from '../phone/app.mjs'
import { attributesOf, datasetOf, valueOf } from './wxml_page.mjs'

const DEFAULTS = new Map([['String', ''], ['Number', 0], ['Boolean', false], ['Object', null]])

/**
 * Attaches the component of `path` to the page that is open.
 * @param {string} tag as it stands in the page's WXML: attributes become properties, bind:… go to the page's handlers
 * @param {() => object} dataOfTag what the tag's expressions see: the page's data, or, within a template, what that is given
 * @returns the component's instance
 */
export function mountComponent(phone, path, tag, dataOfTag = () => phone.page.data) {
  const { page, world } = phone
  const attributes = attributesOf(tag)
  const bound = Object.entries(attributes).filter(([name]) => /^(bind|catch)/.test(name))
  const passed = Object.entries(attributes).filter(([name]) => !/^(bind|catch|wx:|data-|id$|class$)/.test(name)).map(([name, text]) => [camelCase(name), text])
  const handlers = new Map(bound.map(([name, text]) => [name.replace(/^(bind|catch):?/, ''), text]))

  const definition = flatten(phone.component(path))
  const properties = Object.fromEntries(Object.entries(definition.properties).map(([name, given]) => [name, given?.type === undefined && typeof given !== 'object' ? { type: given } : given ?? {}]))
  const instance = Object.assign(world.run('({})'), definition.methods)
  instance.is = path
  instance.data = world.plain({ ...Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, defaultOf(one)])), ...definition.data })
  instance.properties = instance.data
  instance.setData = (patch, callback) => {
    change(patch)
    if (callback) world.post(() => callback.call(instance))
  }
  instance.triggerEvent = (name, detail) => {
    const handler = handlers.has(name) && valueOf(handlers.get(name), dataOfTag())
    const target = { id: valueOf(attributes.id ?? '', dataOfTag()), dataset: datasetOf(attributes, dataOfTag()) }
    if (handler) page[handler]({ type: name, detail, target, currentTarget: target })
  }
  instance.selectComponent = () => null
  instance.selectAllComponents = () => []
  instance.createSelectorQuery = () => phone.wx.createSelectorQuery()

  function change(patch) {
    for (const [key, value] of Object.entries(patch)) {
      const former = instance.data[key]
      assign(instance.data, key, world.plain(value))
      const { observer } = properties[key] ?? {}
      if (observer) (typeof observer === 'string' ? instance[observer] : observer).call(instance, instance.data[key], former)
    }
    for (const [keys, observe] of definition.observers) {
      const names = keys.split(',').map((name) => name.trim())
      if (names.some((name) => name in patch)) observe.call(instance, ...names.map((name) => instance.data[name]))
    }
  }

  // What the page's data make of the attributes; only what has changed crosses over.
  let crossed = {}
  function cross() {
    const patch = {}
    for (const [name, text] of passed) {
      const value = valueOf(text, dataOfTag())
      const print = JSON.stringify(value, (_, part) => (typeof part === 'function' ? String(part) : part))
      if (value !== undefined && crossed[name] !== print) patch[name] = value
      crossed = { ...crossed, [name]: print }
    }
    if (Object.keys(patch).length > 0) change(patch)
  }

  const live = (moment) => definition.lifetimes.filter(([name]) => name === moment).forEach(([, act]) => act.call(instance))
  world.enter(() => {
    live('created')
    cross()
    live('attached')
    live('ready')
  })
  phone.observers.push(({ page: changed }) => changed === page && world.enter(cross))
  return instance
}

// A definition with its behaviors, theirs first.
function flatten(definition) {
  const flat = { properties: {}, data: {}, methods: {}, observers: [], lifetimes: [] }
  for (const part of [...(definition.behaviors ?? []).filter((one) => typeof one === 'object').map(flatten), own(definition)]) {
    Object.assign(flat.properties, part.properties)
    Object.assign(flat.data, part.data)
    Object.assign(flat.methods, part.methods)
    flat.observers.push(...part.observers)
    flat.lifetimes.push(...part.lifetimes)
  }
  return flat
}

function own({ properties = {}, data = {}, methods = {}, observers = {}, lifetimes = {}, created, attached, ready }) {
  const older = { created, attached, ready }
  return {
    properties,
    data,
    methods,
    observers: Object.entries(observers),
    lifetimes: Object.entries({ ...older, ...lifetimes }).filter(([, act]) => typeof act === 'function'),
  }
}

function defaultOf({ type, value }) {
  if (value !== undefined) return value
  if (type?.name === 'Array') return []
  return DEFAULTS.get(type?.name) ?? null
}

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
