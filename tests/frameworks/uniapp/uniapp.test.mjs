// uni-app with Vue 3, built by its own Vite plugin, on simulated phones: the uploader in reactive state and in a pinia store, and
// the recipes for upload components.
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { build } from '../support/build.mjs'
import { inPage, uploadWithComponent } from '../support/component_run.mjs'
import { uploadThroughKill } from '../support/journey.mjs'
import { wxmlPage } from '../../e2e/support/wxml_page.mjs'
import { recipeNames, runRecipe } from './recipes.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

before(() => build(here))

for (const persona of ['ios', 'android']) {
  for (const recipe of recipeNames) {
    test(`uni-app, Vue 3, recipe for ${recipe} on ${persona}`, { timeout: 60_000 }, async () => {
      await runRecipe({ recipe, code: CodePackage.fromDirectory(`${here}dist/build/mp-weixin`), persona })
    })
  }
  for (const page of ['pages/reactive/index', 'pages/store/index']) {
    test(`uni-app, Vue 3, ${page} on ${persona}`, { timeout: 120_000 }, async () => {
      const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
      await uploadThroughKill({ code, persona, page, ui: wxmlPage(code, page) })
    })
  }
  for (const [title, page] of [['the event auth', 'pages/component/index'], ['the property getAuth', 'pages/property/index']]) {
    test(`uni-app, Vue 3, the component with ${title} on ${persona}`, { timeout: 120_000 }, async () => {
      const code = CodePackage.fromDirectory(`${here}dist/build/mp-weixin`)
      await uploadWithComponent({ code, persona, page, find: inPage(code, page) })
    })
  }
}
