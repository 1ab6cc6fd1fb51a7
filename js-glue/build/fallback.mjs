// The module translated to JavaScript by wasm2js, for clients whose WXWebAssembly is missing or refuses it: a CommonJS file that exports
// `(imports) => exports`, as the loader's option `fallback` takes it. Each call makes an instance of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { commonJs, IMPORTS_MODULE } from './glue.mjs'

const WASM2JS = fileURLToPath(new URL('../node_modules/binaryen/bin/wasm2js', import.meta.url))

export function fallbackSource(wasm, { buildId, banner = '' }) {
  // A memory that grows is replaced by a larger ArrayBuffer, and JavaScript cannot detach the former one. Marking it as detached is enough
  // for the glue: it looks at `buffer.detached` of its DataView and, by src/polyfills/memory_view.ts, of its Uint8Array.
  const source = `
const NativeArrayBuffer = ArrayBuffer
module.exports = function (imports) {
  if (imports[${JSON.stringify(IMPORTS_MODULE)}].buildId !== ${JSON.stringify(buildId)}) throw new Error('fallback.js is of another build than index.js')
  return instantiate((name) => imports[name])
}
function instantiate(require) {
  let current
  const ArrayBuffer = function (length) {
    if (current) Object.defineProperty(current, 'detached', { value: true })
    return (current = new NativeArrayBuffer(length))
  }
  ${commonJs(wasm2js(wasm))}
  return Object.assign({}, module.exports)
}`
  return transformSync(source, { minify: true, format: 'cjs', target: 'es2015', charset: 'utf8', banner, legalComments: 'none' }).code
}

function wasm2js(wasm) {
  const folder = mkdtempSync(join(tmpdir(), 'vod-upload-fallback-'))
  const input = join(folder, 'module.wasm')
  const output = join(folder, 'module.js')
  try {
    writeFileSync(input, wasm)
    execFileSync(process.execPath, [WASM2JS, '--mvp-features', '-Os', input, '-o', output])
    return readFileSync(output, 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
