// Makes a factory out of wasm-bindgen's glue (`vod_upload_bg.js`), whose text stays as it is. The glue is an ES module with module-level
// state: a table of objects, cached views of the memory, the exports of the one instance it serves. An instance that trapped is replaced
// by a new one, which needs a state of its own; so the module becomes the body of a function.
import { transformSync } from 'esbuild'

/** The name by which the wasm module imports its bindings. */
export const IMPORTS_MODULE = './vod_upload_bg.js'

/**
 * The source of a module whose default export is `createBindings(queueMicrotask)`. Each call evaluates the glue once more and returns what
 * it exports: the module's imports, the functions of the Rust crate, `__wbg_set_wasm(exports)`; and `buildId`, which the fallback compares.
 *
 * Globals that phones lack are bound in the function's scope: to a stand-in, to the caller's queueMicrotask, or to undefined, which makes
 * the glue choose its own replacement.
 */
export function factorySource(glue, { buildId }) {
  if (/^import /m.test(glue)) throw new Error('the glue imports another module: avoid #[wasm_bindgen(module = …)] and inline_js')
  // esbuild gathers the exports in one statement at the end.
  const { code } = transformSync(glue, { format: 'esm', target: 'es2015', charset: 'utf8' })
  const [, body, names] = code.match(/^(.*)^export \{([^}]*)\};\n$/ms)
  const exported = names.split(',').map((name) => name.trim())
  return `
import { TextDecoder, TextEncoder } from './src/polyfills/text_encoding'
import { MemoryView as Uint8Array } from './src/polyfills/memory_view'

export default function createBindings(queueMicrotask) {
  const FinalizationRegistry = undefined, self = undefined, window = undefined, global = undefined
  const globalThis = { queueMicrotask }
  ${body}
  return { buildId: ${JSON.stringify(buildId)}, ${exported.join(', ')} }
}`
}

/** An ES module as statements that set `module.exports`; what it imports is asked of `require`. */
export function commonJs(source) {
  const { code } = transformSync(source, { format: 'cjs', target: 'es2015', charset: 'utf8' })
  // esbuild's helper __export would take what another library has added to Object.prototype for exports, too.
  const own = code.replace('for (var name in all)', 'for (var name of Object.keys(all))')
  if (own === code) throw new Error('esbuild writes its helper __export in another way: see that it takes own names only')
  return `const module = { exports: {} }\n${own}`
}
