// The module once more, in JavaScript, for clients whose WXWebAssembly is missing or refuses it: wasm2js's output as the source of a file that
// exports `(imports) => exports`, as the loader's option `fallback` takes it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const WASM2JS = fileURLToPath(new URL('../node_modules/binaryen/bin/wasm2js', import.meta.url))

/** `wasm` is that of shorten(), so that the twin asks for the same names as the module does. */
export function twinSource(wasm, { importsModule, banner = '' }) {
  const written = inFolder((at) => {
    writeFileSync(at('module.wasm'), wasm)
    execFileSync(process.execPath, [WASM2JS, '--mvp-features', '-Os', at('module.wasm'), '-o', at('twin.js')])
    return readFileSync(at('twin.js'), 'utf8')
  })
  const body = between(written.replace(/^import \* as [^\n]*\n/gm, ''), 'var retasmFunc = asmFunc(')
  // The module's name for its imports is of this build alone. A file copied from another build would fail in stranger ways.
  const source = `module.exports = function (imports) {
if (!imports[${JSON.stringify(importsModule)}]) throw new Error('fallback.js is of another build than index.js');
${body}
return asmFunc(imports);
}`
  return transformSync(source, { minify: true, target: 'es2015', charset: 'utf8', banner, legalComments: 'none' }).code
}

/** What follows is wasm2js's wrapping as an ES module. */
function between(code, end) {
  const at = code.indexOf(end)
  if (at < 0) throw new Error(`wasm2js wrote no ${end}…: build/twin.mjs knows another version`)
  return code.slice(0, at)
}

function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'vod-upload-twin-'))
  try {
    return work((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
