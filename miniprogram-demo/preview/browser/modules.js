// The mini program's `require`: CommonJS, relative paths and names of npm packages.
export function createModules(given) {
  const sources = new Map()
  const loaded = new Map()

  function load(path, { Page, Component } = {}) {
    if (loaded.has(path)) return loaded.get(path).exports
    const module = { exports: {} }
    loaded.set(path, module)
    const source = sources.get(path)
    if (!source) throw new Error(`module '${path}' is not defined. If the file is there, it is not CommonJS (require, module.exports) or has a syntax error, which the browser's console shows.`)
    source.call(module.exports, requireFrom(path), module, module.exports, given.wx, given.WXWebAssembly, given.App, Page, Component, given.getApp, given.getCurrentPages, given.Date)
    return module.exports
  }

  function requireFrom(from) {
    return (name) => {
      const path = resolve(name, from)
      if (!path) throw new Error(`module '${name}' is not defined, required by '${from}'`)
      return load(path)
    }
  }

  function resolve(name, from) {
    const folder = from.split('/').slice(0, -1)
    if (name.startsWith('.')) return file(join(folder, name))
    for (let depth = folder.length; depth >= 0; depth--) {
      const found = file(join(folder.slice(0, depth), `miniprogram_npm/${name}`))
      if (found) return found
    }
    return null
  }

  function join(folder, path) {
    const parts = [...folder]
    for (const part of path.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '.') parts.push(part)
    }
    return parts.join('/')
  }

  const file = (path) => [path, `${path}.js`, `${path}/index.js`].find((one) => sources.has(one))

  return {
    define: (path, source) => void sources.set(path, source),
    fetch: (path) => new Promise((resolve, reject) => {
      const script = document.createElement('script')
      script.src = `/program/${path}`
      script.onload = resolve
      script.onerror = () => reject(new Error(`${path} can't be loaded`))
      document.head.append(script)
    }),
    load,
  }
}
