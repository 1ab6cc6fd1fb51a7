// WeChat's own tools over the demo mini program: "build npm" in both of its ways, and over a sub-package; the compiler of an upload; then what it
// made, on simulated phones.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage, mainPackageLimit } from '../../e2e/phone/package.mjs'
import { uploadInPhone } from '../../e2e/support/phone_run.mjs'

const ci = createRequire(import.meta.url)('miniprogram-ci')
const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = join(root, 'js-glue/miniprogram_dist')
const folder = mkdtempSync(join(tmpdir(), 'vod-native-'))
const demo = join(folder, 'demo')
const ours = 'miniprogram_npm/vod-upload-miniprogram'
const compiled = join(folder, 'compiled')
// What lies in the folder and is no part of the mini program, by its own settings.
const ignoredFolders = JSON.parse(readFileSync(join(root, 'miniprogram-demo/project.config.json'), 'utf8')).packOptions.ignore.filter((one) => one.type === 'folder').map((one) => one.value)

before(() => {
  cpSync(join(root, 'miniprogram-demo'), demo, { recursive: true, filter: (path) => !/^(node_modules|miniprogram_npm)$/.test(basename(path)) })
  install(demo)
})
after(() => rmSync(folder, { recursive: true }))

// As `npm install` of a packed package leaves it.
function install(project) {
  const target = join(project, 'node_modules/vod-upload-miniprogram')
  mkdirSync(target, { recursive: true })
  for (const name of ['package.json', 'bin', 'miniprogram_dist']) cpSync(join(root, 'js-glue', name), join(target, name), { recursive: true })
}

// The user chooses a file from a chat and starts.
const byHand = {
  async start(phone) {
    const shown = (wanted) => new Promise((resolve) => phone.observers.push(({ data }) => wanted.includes(data.files?.[0]?.state) && resolve()))
    phone.openPage('pages/upload/index')
    const chosen = shown(['ready', 'waiting', 'uploading'])
    phone.tap('onChoose', { currentTarget: { dataset: { source: 'chat' } } })
    await chosen
    phone.tap('onStartAll')
  },
  outcome: (phone) => ({ success: 'succeed', failed: 'failed' })[phone.page?.data.files?.[0]?.state],
}

function sameFiles(target) {
  const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => relative(folder, join(one.path, one.name))).sort()
  assert.deepEqual(files(target), files(built))
  for (const name of files(built)) assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(built, name))), name)
}

test('packNpm copies the package as it is', async () => {
  writeFileSync(join(folder, 'key'), 'nothing is uploaded')
  const project = new ci.Project({ appid: 'wx0000000000000000', type: 'miniProgram', projectPath: demo, privateKeyPath: join(folder, 'key'), ignores: ignoredFolders.map((folder) => `${folder}/**/*`) })
  const warnings = await ci.packNpm(project)
  assert.deepEqual(warnings, [])
  sameFiles(join(demo, ours))
})

test('packNpmManually does, too, and into a sub-package', async () => {
  const to = join(demo, 'packageA')
  const { miniProgramPackNum, warnList } = await ci.packNpmManually({ packageJsonPath: join(demo, 'package.json'), miniprogramNpmDistDir: to })
  assert.deepEqual([miniProgramPackNum, warnList], [1, []])
  sameFiles(join(to, ours))
})

// In a process of its own: the compiler leaves helpers behind, and talks to the console.
function compile(project, to) {
  const offline = fileURLToPath(new URL('offline.cjs', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('compile.cjs', import.meta.url)), project, to], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(offline)}` },
  })
  return { status, output: `${stdout}${stderr}`.split('\n') }
}

test('the compiler of an upload takes the demo without a warning', { timeout: 600_000 }, (t) => {
  rmSync(join(demo, 'packageA'), { recursive: true, force: true })
  const { status, output } = compile(demo, compiled)
  assert.equal(status, 0, output.join('\n'))
  // Which files it leaves out, it tells as a warning.
  const ignored = (by) => output.find((line) => line.startsWith(`[warn] Ignored by ${by}`)) ?? ''
  const others = output.filter((line) => /warn|error|fail/i.test(line) && !line.startsWith('[warn] Ignored by '))
  assert.deepEqual(others, [])
  assert.match(ignored('project.config.json packOptions.ignore'), /server\/index\.js/)
  assert.match(ignored('code analyzer'), /: miniprogram_npm\/vod-upload-miniprogram\/fallback\/index\.js,miniprogram_npm\/vod-upload-miniprogram\/fallback\.js$/)

  const code = CodePackage.fromDirectory(compiled)
  assert.ok(ignoredFolders.length >= 3)
  const strangers = [...code.files.keys()].filter((path) => ignoredFolders.some((folder) => path.startsWith(`${folder}/`)))
  assert.deepEqual(strangers, [])
  for (const name of ['vod_upload.wasm.br', 'index.js']) assert.ok(code.has(`${ours}/${name}`), name)
  assert.ok(code.bytes(`${ours}/vod_upload.wasm.br`).equals(readFileSync(join(built, 'vod_upload.wasm.br'))))
  assert.ok(code.size < mainPackageLimit)
  t.diagnostic(`the demo weighs ${code.size} bytes of the ${mainPackageLimit} that a package may have`)
})

test('the fallback is part of an app that mentions it, in the package or in a sub-package, and works as the compiler leaves it', { timeout: 600_000 }, async () => {
  const both = join(folder, 'both')
  cpSync(demo, both, { recursive: true })
  const uploads = join(both, 'utils/uploads.js')
  const source = readFileSync(uploads, 'utf8')
  writeFileSync(uploads, source.replace('(SCOPE), {', "(SCOPE), { fallback: () => require('vod-upload-miniprogram/fallback'),"))
  assert.notEqual(readFileSync(uploads, 'utf8'), source)
  const app = JSON.parse(readFileSync(join(both, 'app.json'), 'utf8'))
  writeFileSync(join(both, 'app.json'), JSON.stringify({ ...app, subPackages: [{ root: 'packageB', pages: ['page'] }] }))
  execFileSync(process.execPath, [join(root, 'js-glue/bin/copy.mjs'), 'copy', join(both, 'packageB'), '--fallback'], { stdio: 'ignore' })
  for (const [kind, text] of Object.entries({ js: "Page({}); require.async('./fallback.js')", wxml: '<view />', json: '{}', wxss: '' })) writeFileSync(join(both, `packageB/page.${kind}`), text)
  const to = join(folder, 'compiled-both')
  const { status, output } = compile(both, to)
  assert.equal(status, 0, output.join('\n'))
  const code = CodePackage.fromDirectory(to)
  for (const name of [`${ours}/fallback.js`, `${ours}/fallback/index.js`, 'packageB/fallback.js']) assert.ok(code.has(name), name)
  await uploadInPhone({ code, persona: 'old', switches: { 'wasm.global': null }, wasmLoads: 0, ...byHand })
})

// What is wrong in WXML only WeChat's server finds.
for (const [kind, text] of Object.entries({ js: 'let x = ;', wxss: '.a { color:', json: '{' })) {
  test(`it refuses what is broken: ${kind}`, { timeout: 600_000 }, () => {
    const broken = join(folder, `broken-${kind}`)
    cpSync(demo, broken, { recursive: true })
    appendFileSync(join(broken, `pages/upload/index.${kind}`), text)
    const { status, output } = compile(broken, join(folder, 'nothing'))
    assert.equal(status, 1)
    assert.ok(output.some((line) => line.includes(`pages/upload/index.${kind}`)), output.join('\n'))
  })
}

for (const persona of ['ios', 'android', 'old']) {
  test(`what it made of the demo on ${persona}`, { timeout: 60_000 }, () => uploadInPhone({ code: CodePackage.fromDirectory(compiled), persona, ...byHand }))
}
