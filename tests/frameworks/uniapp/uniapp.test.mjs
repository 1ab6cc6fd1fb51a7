// A uni-app, built by its own Vite plugin, on simulated phones.
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { uploadInPhone } from '../support/phone_run.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

before(() => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { cwd: here, encoding: 'utf8' })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
})

for (const persona of ['ios', 'android']) {
  test(`uni-app on ${persona}`, { timeout: 60_000 }, async () => {
    const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
    await uploadInPhone({ code, persona, outcome: (phone) => phone.stored().outcome })
  })
}
