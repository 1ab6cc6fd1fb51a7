// What `npm publish` would send: nothing missing, nothing else, and every way of asking for it leads somewhere.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vod-package-'))
after(() => rmSync(folder, { recursive: true }))

const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(root, 'js-glue'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
const tarball = readFileSync(join(folder, packed.filename))

// As `npm install` leaves it in an app.
const app = join(folder, 'app')
const installed = join(app, 'node_modules/vod-upload-miniprogram')
mkdirSync(installed, { recursive: true })
execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1'])
writeFileSync(join(app, 'app.js'), '')
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
const read = (path) => readFileSync(join(installed, path), 'utf8')

test('it holds what is needed and nothing else', () => {
  assert.deepEqual(packed.files.map((file) => file.path).sort(), [
    'LICENSE',
    'README.md',
    'README.zh-CN.md',
    'bin/copy.mjs',
    'miniprogram_dist/fallback.d.ts',
    'miniprogram_dist/fallback.js',
    'miniprogram_dist/fallback/index.js',
    'miniprogram_dist/index.d.ts',
    'miniprogram_dist/index.js',
    'miniprogram_dist/vod-uploader/index.d.ts',
    'miniprogram_dist/vod-uploader/index.js',
    'miniprogram_dist/vod-uploader/index.json',
    'miniprogram_dist/vod-uploader/index.wxml',
    'miniprogram_dist/vod-uploader/index.wxss',
    'miniprogram_dist/vod_upload.wasm.br',
    'package.json',
  ])
  assert.deepEqual(manifest.dependencies ?? {}, {}, 'a mini program takes in what is in this folder, and no dependency of it')
  assert.equal(read('LICENSE'), readFileSync(join(root, 'LICENSE'), 'utf8'))
})

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) }, strict: true })
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), [])
})

test('the types are right for each way of resolving them', async () => {
  const { types, problems } = await checkPackage(createPackageFromTarballData(tarball))
  assert.equal(types.kind, 'included')
  // Node's import finds named exports of CommonJS by reading the source, which minified code does not allow. Nothing of the package
  // runs in Node but its command.
  assert.deepEqual(problems.filter((problem) => problem.kind !== 'NamedExports'), [])
})

test('require and import find it, by its name and by the fallback\'s', async () => {
  const require = createRequire(join(app, 'app.js'))
  const VODUpload = require('vod-upload-miniprogram')
  assert.equal(VODUpload.default, VODUpload)
  assert.equal(typeof VODUpload.createUploader, 'function')
  assert.equal(require('vod-upload-miniprogram/package.json').version, manifest.version)
  const imported = join(app, 'app.mjs')
  writeFileSync(imported, "import VODUpload from 'vod-upload-miniprogram'\nimport fallback from 'vod-upload-miniprogram/fallback'\nexport default [typeof VODUpload, typeof fallback]\n")
  assert.deepEqual((await import(imported)).default, ['function', 'function'])
  assert.throws(() => require('vod-upload-miniprogram/miniprogram_dist/vod_upload.wasm.br'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
})

test('DevTools copies the folder and resolves by files alone: the fallback lies where its name says', () => {
  const copied = join(installed, manifest.miniprogram)
  assert.ok(statSync(join(copied, 'index.js')).isFile())
  const require = createRequire(join(copied, 'index.js'))
  assert.equal(require('./fallback'), require('./fallback/index.js'))
  assert.equal(typeof require('./fallback'), 'function')
})

test('it says which version it is, and of which commit', () => {
  const VODUpload = createRequire(join(app, 'app.js'))('vod-upload-miniprogram')
  assert.match(VODUpload.version, /^\d+\.\d+\.\d+\+([0-9a-f]{12}(-dirty)?|unknown)$/)
  assert.equal(VODUpload.version.split('+')[0], manifest.version)
  assert.match(readFileSync(join(root, 'Cargo.toml'), 'utf8'), new RegExp(`^version = "${manifest.version}"$`, 'm'))
  for (const name of ['index.js', 'fallback/index.js']) assert.ok(read(`miniprogram_dist/${name}`).startsWith(`/*! vod-upload-miniprogram ${VODUpload.version} | MIT */`))
})

test('its command works from where npm puts it', () => {
  const to = join(app, 'static')
  execFileSync(process.execPath, [join(installed, manifest.bin['vod-upload-miniprogram']), 'copy', to, '--fallback'], { stdio: 'ignore' })
  assert.deepEqual(readdirSync(to), ['fallback.js', 'vod_upload.wasm.br'])
  assert.ok(readFileSync(join(to, 'vod_upload.wasm.br')).equals(readFileSync(join(installed, 'miniprogram_dist/vod_upload.wasm.br'))))
})

test('script and module stay within the budget of the build and of the documents', () => {
  const bytes = (path) => packed.files.find((file) => file.path === `miniprogram_dist/${path}`).size
  const recipe = readFileSync(join(root, 'wasm-pack.toml'), 'utf8')
  const [total, fallback] = ['total', 'fallback'].map((name) => Number(new RegExp(`^${name} = (\\d+)$`, 'm').exec(recipe)[1]))
  assert.ok(bytes('index.js') + bytes('vod_upload.wasm.br') <= total)
  assert.ok(bytes('fallback/index.js') <= fallback)
  for (const name of ['README.md', 'README.zh-CN.md', 'js-glue/README.md', 'js-glue/README.zh-CN.md']) {
    assert.match(readFileSync(join(root, name), 'utf8'), new RegExp(`\\b${total / 1000} KB`), name)
  }
})

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`its ${name} stands by itself: links lead to the web, into the document or to another file of the package`, () => {
    const targets = [...read(name).matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target)
    assert.ok(targets.length > 20)
    for (const target of targets.filter((one) => !/^(https:|#)/.test(one))) assert.ok(packed.files.some((file) => file.path === target.split('#')[0]), target)
  })
}
