// Taro apps, built by its own webpack runner, on simulated phones: React with a redux store, Vue 3 with reactive state and a pinia store, and <vod-uploader>
// in both.
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { build } from '../support/build.mjs'
import { uploadWithComponent } from '../support/component_run.mjs'
import { uploadThroughKill } from '../support/journey.mjs'
import { componentInTaro, taroPage } from '../support/taro_page.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const pages = { react: ['pages/index/index'], vue3: ['pages/reactive/index', 'pages/store/index'] }

before(() => build(here))

for (const persona of ['ios', 'android']) {
  for (const [framework, paths] of Object.entries(pages)) {
    for (const page of paths) {
      test(`Taro, ${framework}, ${page} on ${persona}`, { timeout: 120_000 }, async () => {
        await uploadThroughKill({ code: CodePackage.fromDirectory(`${here}dist/${framework}`), persona, page, ui: taroPage })
      })
    }
    test(`Taro, ${framework}, the component on ${persona}`, { timeout: 120_000 }, async () => {
      const code = CodePackage.fromDirectory(`${here}dist/${framework}`)
      await uploadWithComponent({ code, persona, page: 'pages/component/index', find: componentInTaro(code, 'vod-uploader') })
    })
  }
}
