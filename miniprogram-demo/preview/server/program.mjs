// The mini program, put together as DevTools would: templates compiled, scripts wrapped, everything else as it is.
import { createRequire } from 'node:module'
import { brotliDecompressSync } from 'node:zlib'
import { CodePackage } from '../../../tests/e2e/phone/package.mjs'
import { checked, pagesOf } from './checked.mjs'

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

// Browser names that WeChat's own wrapper hides from a mini program, so that nobody gets used to them.
const HIDDEN = ['window', 'document', 'self', 'frames', 'location', 'navigator', 'localStorage', 'history', 'screen', 'fetch', 'XMLHttpRequest', 'WebSocket', 'WebAssembly', 'globalThis', 'parent', 'top']
const GIVEN = ['wx', 'WXWebAssembly', 'App', 'Page', 'Component', 'getApp', 'getCurrentPages', 'Date']

/** → { text, warnings }: the compiled templates as a script, and the compiler's warnings. */
export function compileTemplates(code) {
  const group = new TmplGroup()
  const warnings = []
  for (const path of paths(code, '.wxml')) {
    for (const { message, startLine, startColumn } of group.addTmpl(path, code.text(`${path}.wxml`))) {
      warnings.push(`${path}.wxml:${startLine + 1}:${startColumn + 1}: ${message}`)
    }
  }
  const text = group.getTmplGenObjectGroups()
  group.free()
  return { text, warnings }
}

/** Read anew at each start of the phone, so that an edit shows after a restart. */
export function createProgram(root) {
  const read = () => checked(CodePackage.fromProject(root), root)
  let code = read()
  const { warnings } = compileTemplates(code)

  return {
    warnings,
    find(name) {
      if (name === 'index.json') {
        code = read()
        return { name, body: JSON.stringify(index(code)) }
      }
      if (name === 'templates.js') return { name, body: `export default ${compileTemplates(code).text}` }
      if (!code.has(name)) return null
      if (name.endsWith('.js')) return { name, body: wrapped(name, code.text(name)) }
      if (name.endsWith('.wasm.br')) return { name: 'module.wasm', body: brotliDecompressSync(code.bytes(name)) }
      return { name, body: code.bytes(name) }
    },
  }
}

function index(code) {
  return {
    window: JSON.parse(code.text('app.json')).window ?? {},
    pages: pagesOf(code),
    theme: JSON.parse(code.text('theme.json') ?? '{}'),
    scripts: [...code.files.keys()].filter((name) => name.endsWith('.js')),
    styles: paths(code, '.wxss'),
    // Of pages and components: what their tags mean.
    configs: Object.fromEntries(paths(code, '.json').filter((path) => code.has(`${path}.wxml`)).map((path) => [path, JSON.parse(code.text(`${path}.json`))])),
  }
}

function paths(code, ending) {
  return [...code.files.keys()].filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
}

// On one line, so that a stack trace names the line of the source.
function wrapped(name, source) {
  return `miniProgram.define(${JSON.stringify(name)}, function (require, module, exports, ${[...GIVEN, ...HIDDEN].join(', ')}) {${source}\n})`
}
