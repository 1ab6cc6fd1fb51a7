// uni-app with Vue 2, built by its own webpack plugin, on simulated phones: the uploader in the data of a page.
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { build } from '../support/build.mjs'
import { inPage, uploadWithComponent } from '../support/component_run.mjs'
import { uploadThroughKill } from '../support/journey.mjs'
import { wxmlPage } from '../../e2e/support/wxml_page.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

before(() => build(here))

const page = 'pages/index/index'

for (const persona of ['ios', 'android']) {
  test(`uni-app, Vue 2, on ${persona}`, { timeout: 120_000 }, async () => {
    const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
    await uploadThroughKill({ code, persona, page, ui: wxmlPage(code, page) })
  })
  test(`uni-app, Vue 2, the component on ${persona}`, { timeout: 120_000 }, async () => {
    const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
    await uploadWithComponent({ code, persona, page: 'pages/component/index', find: inPage(code, 'pages/component/index') })
  })
}
