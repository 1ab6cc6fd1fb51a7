// The recipes for native mini programs, as they are written, with the upload components' own code, on simulated phones.
// Those for uni-app are run in ../uniapp, whose compiler they need.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { CodePackage } from '../../e2e/phone/index.mjs'
import { mountComponent } from '../../e2e/support/component_host.mjs'
import { severalFiles } from '../support/recipe_run.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const glue = fileURLToPath(new URL('../../../js-glue', import.meta.url))
const page = 'pages/index/index'

const recipes = {
  vant: {
    component: 'node_modules/@vant/weapp/lib/uploader/index.js',
    choose: (uploader) => uploader.startUpload(),
    remove: (uploader, index) => uploader.deleteItem({ currentTarget: { dataset: { index } } }),
    files: ({ fileList }) => fileList.map(({ status, message }) => ({ status, percent: parseInt(message, 10) })),
    states: { done: 'done', failed: 'failed' },
    // accept="video": wx.chooseVideo, one file at a time.
    atOnce: 1,
  },
  tdesign: {
    component: 'node_modules/tdesign-miniprogram/miniprogram_dist/upload/upload.js',
    choose: (upload) => upload.onAddTap(),
    remove: (upload, index) => upload.onDelete({ currentTarget: { dataset: { index } } }),
    files: ({ files }) => files,
    states: { done: 'done', failed: 'failed' },
    atOnce: 2,
  },
}

function packageOf(recipe, component) {
  const { outputFiles } = buildSync({
    entryPoints: [here + component],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2018',
    nodePaths: [`${here}node_modules/tdesign-miniprogram/miniprogram_dist/miniprogram_npm`],
  })
  const code = new CodePackage({ 'app.js': 'App({})', [`${page}.js`]: recipe, 'component/index.js': outputFiles[0].text })
  return code.addNpm(glue)
}

for (const [name, { component, choose, remove, files, states, atOnce }] of Object.entries(recipes)) {
  const recipe = readFileSync(`${here}${name}.js`, 'utf8')
  const code = packageOf(recipe, component)
  const [, tag] = /^\/\/ (<.*>)$/m.exec(recipe)

  for (const persona of ['ios', 'android']) {
    test(`${name} on ${persona}`, { timeout: 60_000 }, async () => {
      await severalFiles({
        code,
        persona,
        states,
        atOnce,
        cancels: true,
        open(phone) {
          phone.openPage(page)
          const mounted = mountComponent(phone, 'component/index', tag)
          return {
            choose: () => phone.world.enter(() => choose(mounted)),
            remove: (index) => phone.world.enter(() => remove(mounted, index)),
            files: () => files(phone.page.data),
          }
        },
      })
    })
  }

  test(`${name}: every attribute of the recipe is one of the component's`, () => {
    const source = readFileSync(here + component, 'utf8') + (name === 'tdesign' ? readFileSync(`${here}node_modules/tdesign-miniprogram/miniprogram_dist/upload/props.js`, 'utf8') : '')
    for (const [, attribute] of tag.matchAll(/\s(?!bind)([\w-]+)="/g)) assert.match(source, new RegExp(`\\b${attribute.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())}\\b`), attribute)
    for (const [, event] of tag.matchAll(/\sbind:([\w-]+)="/g)) assert.ok(source.includes(`'${event}'`) || source.includes(`"${event}"`), event)
  })
}
