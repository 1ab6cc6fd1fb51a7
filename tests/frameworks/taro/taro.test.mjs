// A Taro app, built by its own webpack runner, on simulated phones.
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { build } from '../support/build.mjs'
import { uploadInPhone } from '../support/phone_run.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

before(() => build(here))

for (const persona of ['ios', 'android']) {
  test(`Taro on ${persona}`, { timeout: 60_000 }, async () => {
    const code = CodePackage.fromDirectory(`${here}dist`)
    await uploadInPhone({ code, persona, outcome: (phone) => phone.stored().outcome })
  })
}
