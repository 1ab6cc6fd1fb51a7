// JavaScriptCore's own shell: the engine of every iPhone, as bare as a mini program finds it.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

export const folder = fileURLToPath(new URL('../../js-glue/miniprogram_dist', import.meta.url))
export const isBuilt = existsSync(join(folder, 'index.js'))

const PACKAGE = 'libjavascriptcoregtk-4.0-bin'
const SHELL = ['crc64.js', 'oss.js', 'phone.js'].map((name) => fileURLToPath(new URL(`shell/${name}`, import.meta.url)))

/** The path of jsc, or '' where there is none. */
export function findJsc() {
  const places = process.env.JSC ? [process.env.JSC] : (process.env.PATH ?? '').split(':').map((at) => join(at, 'jsc'))
  return places.find(works) ?? ''
}

export const howToInstall = `JavaScriptCore's shell (jsc) is not installed, so nobody looked whether iPhones can run this: apt-get install ${PACKAGE}, or set JSC to its path`

function works(path) {
  try {
    return execFileSync(path, ['-e', 'print(1 + 1)'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 }).toString().trim() === '2'
  } catch {
    return false
  }
}

/** Runs a script of shell/ with what it needs in a file; → the last line it printed, as JSON. `program` is jsc, or whatever understands the same. */
export async function run(program, flags, script, config) {
  const { folder: built = folder } = config
  const at = mkdtempSync(join(tmpdir(), 'vod-jsc-'))
  try {
    const module = join(at, 'module.wasm')
    writeFileSync(module, brotliDecompressSync(readFileSync(join(built, 'vod_upload.wasm.br'))))
    const given = join(at, 'config.json')
    writeFileSync(given, JSON.stringify({ folder: built, module, ...config }))
    const file = fileURLToPath(new URL(script, new URL('shell/', import.meta.url)))
    const output = await new Promise((resolve, reject) => {
      execFile(program, [...flags, ...SHELL, file, '--', given], { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${program} ${flags.join(' ')}: ${error.message}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`))
        else resolve(stdout)
      })
    })
    return JSON.parse(output.trim().split('\n').at(-1))
  } finally {
    rmSync(at, { recursive: true })
  }
}
