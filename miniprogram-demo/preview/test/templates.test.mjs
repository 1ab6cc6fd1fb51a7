// What WeChat's compiler says of the templates, and what the package would weigh.
import assert from 'node:assert/strict'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage, mainPackageLimit } from '../../../tests/e2e/phone/package.mjs'
import { compileTemplates } from '../server/program.mjs'

const demo = fileURLToPath(new URL('../../', import.meta.url))

test('all templates compile without a word', () => {
  const code = CodePackage.fromProject(demo)
  const pages = JSON.parse(code.text('app.json')).pages
  for (const page of pages) assert.ok(code.has(`${page}.wxml`), page)
  assert.deepEqual(compileTemplates(code).warnings, [])
})

test('a broken template is reported with its place', () => {
  const code = new CodePackage({ 'pages/a.wxml': '<view>\n  {{ a b }}\n</view>' })
  assert.match(compileTemplates(code).warnings.join(), /^pages\/a\.wxml:2:\d+: /)
})

test('the mini program fits into its main package', (t) => {
  const code = CodePackage.fromProject(demo)
  const strangers = [...code.files.keys()].filter((path) => /^(preview|server|test|assets|screenshots|node_modules)\//.test(path))
  assert.deepEqual(strangers, [])
  assert.ok(code.size < mainPackageLimit, `${code.size} bytes`)
  t.diagnostic(`the demo's package: ${code.size.toLocaleString('en')} of ${mainPackageLimit.toLocaleString('en')} bytes`)
})
