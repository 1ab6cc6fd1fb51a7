// node build.mjs --glue pkg/vod_upload_bg.js --wasm final.wasm --out miniprogram_dist [--wasm-name vod_upload.wasm.br] [--version X] [--commit Y] [--emit-wasm path]
// Makes the folder that `build npm` copies into a mini program as it stands: index.js, the compressed module, index.d.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { bundle } from './build/bundle.mjs'
import { offences } from './build/gate.mjs'
import { factorySource } from './build/glue.mjs'
import { shorten } from './build/names.mjs'

const here = (path) => new URL(path, import.meta.url)
const { values: args } = parseArgs({
  options: {
    glue: { type: 'string' },
    wasm: { type: 'string' },
    out: { type: 'string' },
    'wasm-name': { type: 'string', default: 'vod_upload.wasm.br' },
    version: { type: 'string', default: JSON.parse(readFileSync(here('package.json'), 'utf8')).version },
    commit: { type: 'string', default: '' },
    'emit-wasm': { type: 'string' },
  },
})
for (const name of ['glue', 'wasm', 'out']) {
  if (!args[name]) throw new Error(`--${name} is missing`)
}

const IMPORTS_MODULE = 'a'
const names = shorten(readFileSync(args.wasm), IMPORTS_MODULE)
const { wasm } = names
const code = await bundle({
  factory: factorySource(readFileSync(args.glue, 'utf8'), names),
  importsModule: IMPORTS_MODULE,
  wasmName: args['wasm-name'],
  version: args.version,
  banner: `/*! vod-upload-miniprogram ${args.version}${args.commit && ' ' + args.commit} | MIT */`,
})
const wrong = offences(code)
if (wrong.length) throw new Error(`index.js ${wrong.join('; ')}`)

const compressed = brotliCompressSync(wasm, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length },
})

mkdirSync(args.out, { recursive: true })
writeFileSync(join(args.out, 'index.js'), code)
writeFileSync(join(args.out, args['wasm-name']), compressed)
writeFileSync(join(args.out, 'index.d.ts'), readFileSync(here('types/index.d.ts')))
if (args['emit-wasm']) writeFileSync(args['emit-wasm'], wasm)
console.log(`index.js ${Buffer.byteLength(code)} bytes, ${args['wasm-name']} ${compressed.length} bytes (raw ${wasm.length})`)
