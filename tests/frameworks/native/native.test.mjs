// WeChat's own "build npm" over the demo mini program, in both of its ways, and over a sub-package; then the demo on simulated phones.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { uploadInPhone } from '../support/phone_run.mjs'

const ci = createRequire(import.meta.url)('miniprogram-ci')
const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = join(root, 'js-glue/miniprogram_dist')
const folder = mkdtempSync(join(tmpdir(), 'vod-native-'))
const demo = join(folder, 'demo')
const ours = 'miniprogram_npm/vod-upload-miniprogram'
const left_out = ['server', 'test', 'assets', 'node_modules', 'miniprogram_npm']

before(() => {
  cpSync(join(root, 'miniprogram-demo'), demo, { recursive: true, filter: (path) => !left_out.some((name) => path === join(root, 'miniprogram-demo', name)) })
  install(demo)
})
after(() => rmSync(folder, { recursive: true }))

// As `npm install` of a packed package leaves it.
function install(project) {
  const target = join(project, 'node_modules/vod-upload-miniprogram')
  mkdirSync(target, { recursive: true })
  for (const name of ['package.json', 'bin', 'miniprogram_dist']) cpSync(join(root, 'js-glue', name), join(target, name), { recursive: true })
}

function sameFiles(target) {
  assert.deepEqual(readdirSync(target).sort(), readdirSync(built).sort())
  for (const name of readdirSync(built)) assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(built, name))), name)
}

test('packNpm copies the package as it is', async () => {
  writeFileSync(join(folder, 'key'), 'nothing is uploaded')
  const project = new ci.Project({ appid: 'wx0000000000000000', type: 'miniProgram', projectPath: demo, privateKeyPath: join(folder, 'key'), ignores: [] })
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

for (const persona of ['ios', 'android', 'old']) {
  test(`the demo on ${persona}`, { timeout: 60_000 }, async () => {
    const code = CodePackage.fromDirectory(demo, { ignore: ['node_modules', 'packageA'] })
    assert.ok(code.has(`${ours}/vod_upload.wasm.br`))
    await uploadInPhone({
      code,
      persona,
      async start(phone) {
        const shown = (wanted) => new Promise((resolve) => phone.observers.push(({ data }) => wanted.includes(data.files?.[0]?.state) && resolve()))
        phone.openPage('pages/upload/index')
        const chosen = shown(['ready', 'waiting', 'uploading'])
        phone.tap('onChoose', { currentTarget: { dataset: { source: 'chat' } } })
        await chosen
        phone.tap('onStartAll')
      },
      outcome: (phone) => ({ success: 'succeed', failed: 'failed' })[phone.page?.data.files?.[0]?.state],
    })
  })
}
