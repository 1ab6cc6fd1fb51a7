// uni-app with Vue 2, built by its own webpack plugin, on simulated phones: the uploader in the data of a page.
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { build } from '../support/build.mjs'
import { uploadThroughKill } from '../support/journey.mjs'
import { wxmlPage } from '../support/wxml_page.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

before(() => build(here))

const page = 'pages/index/index'

for (const persona of ['ios', 'android']) {
  test(`uni-app, Vue 2, on ${persona}`, { timeout: 120_000 }, async () => {
    const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
    await uploadThroughKill({ code, persona, page, ui: wxmlPage(code, page) })
  })
}
