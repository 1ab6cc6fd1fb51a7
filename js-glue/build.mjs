// node build.mjs --glue pkg/vod_upload_bg.js --wasm final.wasm --wasm-out short.wasm --out miniprogram_dist [--wasm-name vod_upload.wasm.br] [--version X] [--commit Y]
// Makes the folder that `build npm` copies into a mini program as it stands: index.js, the module's twin in JavaScript, types. Only the
// module itself is missing there: it is left, with its names shortened, where --wasm-out says, and packed by whoever asked.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './build/bundle.mjs'
import { offences } from './build/gate.mjs'
import { factorySource } from './build/glue.mjs'
import { shorten } from './build/names.mjs'
import { twinSource } from './build/twin.mjs'

const here = (path) => new URL(path, import.meta.url)
const { values: args } = parseArgs({
  options: {
    glue: { type: 'string' },
    wasm: { type: 'string' },
    'wasm-out': { type: 'string' },
    out: { type: 'string' },
    'wasm-name': { type: 'string', default: 'vod_upload.wasm.br' },
    version: { type: 'string', default: JSON.parse(readFileSync(here('package.json'), 'utf8')).version },
    commit: { type: 'string', default: '' },
  },
})
for (const name of ['glue', 'wasm', 'wasm-out', 'out']) {
  if (!args[name]) throw new Error(`--${name} is missing`)
}

const given = readFileSync(args.wasm)
// Of what it was built, for VODUpload.version and the twin's first line: the commit is what semantic versioning calls build metadata.
const version = args.version + (args.commit && '+' + args.commit)
const banner = (more = '') => `/*! vod-upload-miniprogram ${more}| MIT */`
// Of this build alone, so that files of two builds do not get along: their short names mean different things.
const importsModule = 'm' + createHash('sha256').update(given).digest('hex').slice(0, 5)
const names = shorten(given, importsModule)
const { wasm } = names
const code = await bundle({
  factory: factorySource(readFileSync(args.glue, 'utf8'), names),
  importsModule,
  wasmName: args['wasm-name'],
  version,
  banner: banner(),
})
const twin = twinSource(wasm, { importsModule, banner: banner(version + ' ') })
for (const [file, text] of [['index.js', code], ['fallback/index.js', twin]]) {
  const wrong = offences(text)
  if (wrong.length) throw new Error(`${file} ${wrong.join('; ')}`)
}

mkdirSync(args.out, { recursive: true })
writeFileSync(join(args.out, 'index.js'), code)
writeFileSync(args['wasm-out'], wasm)
// In a folder of its own, behind one line: what lies flat in the package is the package's weight, and the twin is not part of it.
mkdirSync(join(args.out, 'fallback'), { recursive: true })
writeFileSync(join(args.out, 'fallback/index.js'), twin)
writeFileSync(join(args.out, 'fallback.js'), "module.exports = require('./fallback/index.js')\n")
for (const name of ['index.d.ts', 'fallback.d.ts']) writeFileSync(join(args.out, name), readFileSync(here(`types/${name}`)))
console.log(`index.js ${Buffer.byteLength(code)} bytes, module ${wasm.length}, fallback/index.js ${Buffer.byteLength(twin)}`)
