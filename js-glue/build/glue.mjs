// Turns the JavaScript that wasm-bindgen wrote (`vod_upload_bg.js`, an ES module with module-level state) into the source of a factory.
// Every instance of the wasm module gets its own bindings that way, so that one that trapped can be thrown away with its heap of objects.
// The generator's version is pinned; where its text is not what is expected here, the build stops.
import { transformSync } from 'esbuild'
import { shortened } from './peephole.mjs'

/** The module name under which wasm-bindgen lets the wasm file import its bindings. */
export const IMPORTS_MODULE = './vod_upload_bg.js'

const BLOCK = '\\([^\\n]*\\) \\{\\n[\\s\\S]*?\\n\\}\\n'

// wasm-bindgen's own versions of these rest on TextEncoder and TextDecoder, print objects for panics in 50 lines,
// or keep views of the memory: phones lack the first two, and a view that is made for the moment is never stale.
const OWN = {
  passStringToWasm0: `function passString(arg) {
  const bytes = encode(arg);
  const at = MALLOC(bytes.length, 1) >>> 0;
  bytesAt(at, bytes.length).set(bytes);
  return [at, bytes.length];
}`,
  decodeText: '',
  debugString: `function debugString(val) { return String(val); }`,
  getDataViewMemory0: '',
  getUint8ArrayMemory0: `const bytesAt = (at, length) => new Uint8Array(wasm.memory.buffer, at, length);`,
  getArrayU8FromWasm0: '',
  getStringFromWasm0: `const getStringFromWasm0 = (at, length) => decode(bytesAt(at, length));`,
}

const DROPPED = [
  /^let cached\w+Memory0 = null;\n/gm,
  /^let cachedTextDecoder = [^\n]*\n(?:cachedTextDecoder\.decode\(\);\n)?/m,
  /^const MAX_SAFARI_DECODE_BYTES = [^\n]*\n/m,
  /^let numBytesDecoded = [^\n]*\n/m,
  /^const cachedTextEncoder = [^\n]*\n/m,
  /^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[\s\S]*?\n\}\n/m,
  /^if \(Symbol\.dispose\) [^\n]*\n/gm,
  /^let WASM_VECTOR_LEN = 0;\n/m,
]

/** Objects are freed by hand: there is no FinalizationRegistry to count on. */
const REGISTRY = /^const (\w+) = \(typeof FinalizationRegistry === 'undefined'\)\n[^\n]*\n[^\n]*;\n/gm

/** An import that is another function by a short name. One that gives nothing keeps its body: what is dropped must not come back. */
const FORWARDED = /^\((\w+)\) \{\n(?: {4}\/\/[^\n]*\n)? {4}return (\w+)\(\1\);\n\}\n$/

/** `names` are those of shorten(). */
export function factorySource(glue, names) {
  if (/^import /m.test(glue)) throw new Error('the glue imports another module: avoid #[wasm_bindgen(module = …)]')
  let code = glue
  for (const [name, own] of Object.entries(OWN)) code = code.replace(new RegExp(`^function ${name}${BLOCK}`, 'm'), () => own + '\n')
  for (const pattern of DROPPED) code = code.replace(pattern, '')
  for (const [, name] of code.matchAll(REGISTRY)) code = code.replace(new RegExp(`^\\s*${name}\\.(un)?register\\([^\\n]*\\);\\n`, 'gm'), '')
  code = code.replace(REGISTRY, '')

  // Every string is passed with the same allocator.
  const allocators = new Set()
  code = code.replace(/(passStringToWasm0\([^;]*?), (wasm\.\w+), wasm\.\w+\);/g, (_, call, malloc) => (allocators.add(malloc), `${call});`))
  if (allocators.size > 1) throw new Error('the glue has more than one allocator')
  code = shortened(code.replaceAll('getArrayU8FromWasm0(', 'bytesAt(')).replaceAll('MALLOC', [...allocators][0] || 'null')

  const imports = []
  code = code.replace(new RegExp(`^export function (__wb\\w+)(${BLOCK})`, 'gm'), (whole, name, rest) => {
    if (name === '__wbg_set_wasm') return whole
    // What wasm-opt has found unused stands in the glue all the same.
    if (names.imports.has(name)) imports.push(names.imports.get(name) + (FORWARDED.test(rest) ? rest.replace(FORWARDED, ': $2') : rest))
    return ''
  })
  for (const name of names.imports.keys()) if (!code.includes(name) && !glue.includes(`export function ${name}(`)) throw new Error(`the glue has no ${name}`)

  const exported = [...code.matchAll(/^export (?:function|class) (\w+)/gm)].map((m) => m[1]).filter((name) => name !== '__wbg_set_wasm')
  code = code.replace(/^export (?=function |class )/gm, '')
  if (/^export /m.test(code)) throw new Error('the glue exports something that is neither a function nor a class')

  const source = `export default function (encode, decode) {
${code}
return { _imports: {\n${imports.join(',\n')} }, _api: { ${exported.map((name) => `_${name}: ${name}`).join(', ')} }, _bind: __wbg_set_wasm };
}`.replace(/\bwasm\.(\w+)/g, (_, name) => {
    if (names.exports.has(name)) return `wasm.${names.exports.get(name)}`
    throw new Error(`the glue asks the module for ${name}, which it does not export`)
  })
  return transformSync(source, { minifySyntax: true, target: 'es2015' }).code
}
