// The mini program's `require`: CommonJS over the code package, relative paths and npm names only.
import { posix } from 'node:path'

// Names that the service layer's module wrapper declares, so that a package can not meet a browser by accident.
const shadowed = ['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage', 'history', 'screen', 'XMLHttpRequest', 'WebSocket']

export function createModules({ code, world, persona, onViolation }) {
  const cache = new Map()
  const hidden = persona.js.missingGlobals.some((name) => name.startsWith('globalThis')) ? [...shadowed, 'globalThis'] : shadowed

  function load(path) {
    const known = cache.get(path)
    if (known) return known.exports
    const source = code.text(path)
    const module = { exports: world.run('({})') }
    cache.set(path, module)
    const run = world.run(`(function (require, module, exports, ${hidden.join(', ')}) {${source}\n})`, path)
    try {
      run.call(module.exports, requireFrom(path), module, module.exports)
    } catch (error) {
      cache.delete(path)
      throw error
    }
    return module.exports
  }

  function requireFrom(from) {
    const require = (name) => {
      const path = resolve(name, from)
      if (!path) throw world.error(`module '${name}' is not defined, require args is '${name}'`)
      return load(path)
    }
    require.async = (name) => world.promise((yes, no) => {
      const path = resolve(name, from)
      if (!path) return no(world.error(`module '${name}' is not defined`))
      world.post(() => {
        try {
          yes(load(path))
        } catch (error) {
          no(error)
        }
      })
    })
    return require
  }

  function resolve(name, from) {
    if (typeof name !== 'string' || name === '') {
      onViolation('require', `require takes a path, not ${typeof name}`)
      return null
    }
    if (name.startsWith('/')) {
      onViolation('require', `absolute path in require('${name}')`)
      return null
    }
    if (/\.json$/.test(name)) {
      onViolation('require', `require of a JSON file: '${name}'`)
      return null
    }
    const folder = posix.dirname(from)
    if (name.startsWith('.')) return file(posix.join(folder, name))
    for (let at = folder; ; at = posix.dirname(at)) {
      const found = file(posix.join(at, 'miniprogram_npm', name))
      if (found) return found
      if (at === '.' || at === '/') return null
    }
  }

  function file(path) {
    if (path.startsWith('..')) return null
    return [path, `${path}.js`, posix.join(path, 'index.js')].find((one) => one.endsWith('.js') && code.has(one)) ?? null
  }

  return { load, requireFrom, resolve, has: (path) => code.has(path) }
}
