// What starting costs: bytes by file, and the time and memory until an upload begins, in V8 and in the iPhones' engine.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join, relative } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { findJsc, folder, howToInstall, run } from '../jsc/engine.mjs'

const RUNS = Number(process.env.BENCH_RUNS) || 7
const inNode = fileURLToPath(new URL('../jsc/in_node.mjs', import.meta.url))
const node = { program: process.execPath, before: ['--expose-gc', inNode] }
const jsc = findJsc()

const setups = [
  ['V8, module', { ...node, useFallback: false }],
  ['V8, fallback', { ...node, useFallback: true }],
  ...(jsc
    ? [
        ['JavaScriptCore, module', { program: jsc, before: [], useFallback: false }],
        ['JavaScriptCore without JIT, module', { program: jsc, before: ['--useJIT=0'], useFallback: false }],
        ['JavaScriptCore, fallback', { program: jsc, before: ['--useWasm=0'], useFallback: true }],
        ['JavaScriptCore without JIT, fallback', { program: jsc, before: ['--useJIT=0', '--useWasm=0'], useFallback: true }],
      ]
    : []),
]

const thousands = (n) => n.toLocaleString('en')
console.log(`${'file'.padEnd(36)} ${'bytes'.padStart(10)} ${'brotli'.padStart(10)}`)
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => relative(folder, join(one.path, one.name)))
for (const name of files.filter((one) => !one.endsWith('.d.ts')).sort()) {
  const content = readFileSync(join(folder, name))
  const packed = name.endsWith('.br') ? '–' : thousands(brotliCompressSync(content).length)
  console.log(`${name.padEnd(36)} ${thousands(content.length).padStart(10)} ${packed.padStart(10)}`)
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]
const columns = ['script', 'engine', 'first']
console.log(`\n${`median of ${RUNS} cold starts, ms`.padEnd(36)} ${columns.map((name) => name.padStart(8)).join(' ')} ${'MB'.padStart(8)}`)
for (const [title, { program, before, useFallback }] of setups) {
  const results = []
  for (let i = 0; i < RUNS; i++) results.push(await run(program, before, 'start.js', { useFallback }))
  const times = columns.map((name) => median(results.map((one) => one.times[name])).toFixed(1).padStart(8))
  console.log(`${title.padEnd(36)} ${times.join(' ')} ${(median(results.map((one) => one.bytes)) / 1e6).toFixed(1).padStart(8)}`)
}
console.log('script: index.js evaluated; engine: from there until it can be used; first: from startUpload to onUploadstarted; MB: held more than before')
if (!jsc) console.error(howToInstall)
