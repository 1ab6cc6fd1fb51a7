import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

// A package as it is installed: the command next to what was built.
const folder = mkdtempSync(join(tmpdir(), 'vod-upload-copy-'))
after(() => rmSync(folder, { recursive: true }))
const command = join(folder, 'package/bin/copy.mjs')
cpSync(new URL('../bin', import.meta.url), join(folder, 'package/bin'), { recursive: true })
mkdirSync(join(folder, 'package/miniprogram_dist'))
const component = ['js', 'json', 'wxml', 'wxss', 'd.ts'].map((extension) => `vod-uploader/index.${extension}`)
for (const name of ['fallback', 'vod-uploader']) mkdirSync(join(folder, 'package/miniprogram_dist', name))
for (const name of ['index.js', 'vod_upload.wasm.br', 'fallback/index.js', ...component]) writeFileSync(join(folder, 'package/miniprogram_dist', name), name)

test('the module goes where it is wanted, whatever the working folder', () => {
  const to = join(folder, 'app/src/static')
  const cwd = join(folder, 'app')
  mkdirSync(cwd)
  const output = execFileSync(process.execPath, [command, 'copy', 'src/static'], { cwd, encoding: 'utf8' })
  assert.deepEqual(readdirSync(to), ['vod_upload.wasm.br'])
  assert.equal(readFileSync(join(to, 'vod_upload.wasm.br'), 'utf8'), 'vod_upload.wasm.br')
  assert.match(output, /wasmPath/)
})

test('the fallback only when asked for', () => {
  const to = join(folder, 'other')
  execFileSync(process.execPath, [command, 'copy', to, '--fallback'])
  assert.deepEqual(readdirSync(to), ['fallback.js', 'vod_upload.wasm.br'])
})

test('the component with the script that it requires, and without types', () => {
  const to = join(folder, 'native')
  const output = execFileSync(process.execPath, [command, 'copy', to, '--component'], { encoding: 'utf8' })
  assert.deepEqual(readdirSync(to).sort(), ['index.js', 'vod-uploader', 'vod_upload.wasm.br'])
  assert.deepEqual(readdirSync(join(to, 'vod-uploader')).sort(), ['index.js', 'index.json', 'index.wxml', 'index.wxss'])
  assert.match(output, /usingComponents/)
  assert.doesNotMatch(output, /wasmPath/)
})

for (const args of [[], ['copy'], ['paste', 'x'], ['copy', 'a', 'b'], ['copy', 'a', '--all']]) {
  test(`prints its usage: ${args.join(' ') || 'nothing'}`, () => {
    const { status, stderr } = spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 1)
    assert.match(stderr, /^usage: vod-upload-miniprogram copy <folder>/)
  })
}

test('a package that was not built', () => {
  rmSync(join(folder, 'package/miniprogram_dist/vod_upload.wasm.br'))
  const { status, stderr } = spawnSync(process.execPath, [command, 'copy', 'x'], { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /^vod-upload-miniprogram: .*vod_upload\.wasm\.br/)
})
