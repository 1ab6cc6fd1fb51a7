// node build.mjs --glue vod_upload_bg.js --wasm vod_upload.wasm --out miniprogram_dist [--types vod_upload.d.ts] [--wasm-name vod_upload.wasm.br] [--version X] [--commit Y]
// Makes the folder that "build npm" copies into a mini program: index.js, the fallback in JavaScript, types. The compressed module is put
// next to them by `cargo xtask build`.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './build/bundle.mjs'
import { buildComponent } from './build/component.mjs'
import { fallbackSource } from './build/fallback.mjs'

const here = (path) => new URL(path, import.meta.url)
const { values: args } = parseArgs({
  options: {
    glue: { type: 'string' },
    wasm: { type: 'string' },
    types: { type: 'string' },
    out: { type: 'string' },
    'wasm-name': { type: 'string', default: 'vod_upload.wasm.br' },
    version: { type: 'string', default: JSON.parse(readFileSync(here('package.json'), 'utf8')).version },
    commit: { type: 'string', default: '' },
  },
})
for (const name of ['glue', 'wasm', 'out']) {
  if (!args[name]) throw new Error(`--${name} is missing`)
}

// The declarations of what crosses the border, generated from Rust; src/ is checked against them.
if (args.types) writeIfChanged(here('src/engine/wasm.d.ts'), readFileSync(args.types, 'utf8').replace(/^.*\[Symbol\.dispose\].*\n/gm, ''))

const wasm = readFileSync(args.wasm)
const buildId = createHash('sha256').update(wasm).digest('hex').slice(0, 12)
// The commit is what semantic versioning calls build metadata.
const version = args.version + (args.commit && '+' + args.commit)
const banner = `/*! vod-upload-miniprogram ${version} | MIT */`

const code = await bundle({ glue: readFileSync(args.glue, 'utf8'), buildId, wasmName: args['wasm-name'], version, banner })
const fallback = fallbackSource(wasm, { buildId, banner })

mkdirSync(join(args.out, 'fallback'), { recursive: true })
writeFileSync(join(args.out, 'index.js'), code)
await buildComponent(join(args.out, 'vod-uploader'))
// In a folder of its own behind one line, so that an app can leave it out of the code package or put it into a sub-package.
writeFileSync(join(args.out, 'fallback/index.js'), fallback)
writeFileSync(join(args.out, 'fallback.js'), "module.exports = require('./fallback/index.js')\n")
for (const name of ['index.d.ts', 'fallback.d.ts']) writeFileSync(join(args.out, name), readFileSync(here(`types/${name}`)))
console.log(`index.js ${Buffer.byteLength(code)} bytes, module ${wasm.length}, fallback/index.js ${Buffer.byteLength(fallback)}`)

function writeIfChanged(file, text) {
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}
