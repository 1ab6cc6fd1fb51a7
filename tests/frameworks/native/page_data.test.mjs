// The uploader in the data of a native page, through pause, kill and restart.
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { uploadThroughKill } from '../support/journey.mjs'
import { wxmlPage } from '../../e2e/support/wxml_page.mjs'

const page = 'pages/index/index'
const glue = fileURLToPath(new URL('../../../js-glue', import.meta.url))
const file = (kind) => readFileSync(new URL(`page_data/index.${kind}`, import.meta.url))

for (const persona of ['ios', 'android']) {
  test(`page data on ${persona}`, { timeout: 120_000 }, async () => {
    const code = new CodePackage({ 'app.js': 'App({})', [`${page}.js`]: file('js'), [`${page}.wxml`]: file('wxml') }).addNpm(glue)
    await uploadThroughKill({ code, persona, page, ui: wxmlPage(code, page) })
  })
}
