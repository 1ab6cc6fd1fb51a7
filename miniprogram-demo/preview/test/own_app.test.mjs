// A mini program of a newcomer's own, made of the README's snippets and the least that WeChat demands, and what is wrong with others.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startPreview } from '../server/index.mjs'
import { skip } from './support/browser.mjs'
import { openPreview } from './support/panel.mjs'

const limits = { skip, timeout: 180_000 } // on a machine that has other things to do
const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** A folder with these files; `remove()` removes it. */
function folder(files) {
  const root = mkdtempSync(join(tmpdir(), 'own-app-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, remove: () => rmSync(root, { recursive: true }) }
}

/** The README's blocks, each under the path that its first line or the line above it names. */
function snippets() {
  const text = readFileSync(join(repository, 'README.md'), 'utf8')
  const files = [...text.matchAll(/^```(?:js|html)\n(?:\/\/|<!--) (\S+)[^\n]*\n([\s\S]*?)^```$/gm)]
  const configs = [...text.matchAll(/`(\S+\.json)`:\n\n```json\n([\s\S]*?)^```$/gm)]
  return Object.fromEntries([...files, ...configs].map(([, path, code]) => [path, code]))
}

const dependencies = JSON.stringify({ dependencies: { 'vod-upload-miniprogram': `file:${join(repository, 'js-glue')}` } })
const app = JSON.stringify({ pages: ['pages/upload/index'] })

async function shown(files, work) {
  const { root, remove } = folder(files)
  const preview = await openPreview({ root })
  try {
    await preview.with(work)
  } finally {
    await preview.close()
    remove()
  }
}

test('the README\'s component, without app.js, window and project.config.json, uploads the sample film', limits, () =>
  shown({ 'app.json': app, 'package.json': dependencies, ...snippets() }, async (panel) => {
    await panel.find('add').waitFor()
    await panel.press('sample')
    await panel.state(0, 'Done')
    assert.equal(await panel.phone.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor), 'rgb(255, 255, 255)')
  }))

test('a page with its own title; without a place for the sample film it says so', limits, () =>
  shown({ 'app.json': app, 'pages/upload/index.wxml': '<view>Hello</view>', 'pages/upload/index.js': 'Page({})', 'pages/upload/index.json': '{ "navigationBarTitleText": "Own title" }' }, async (panel) => {
    await panel.phone.getByText('Own title').waitFor()
    await panel.press('sample')
    await panel.phone.getByText('This page has no <vod-uploader>').waitFor()
  }))

test('a package that was not installed: the phone says so', limits, () =>
  assert.rejects(() => shown({ 'app.json': app, ...snippets() }, async (panel) => {
    await panel.phone.getByText('did not start: component "vod-upload-miniprogram/vod-uploader/index" is not found').waitFor()
    await panel.press('sample')
  }),
    /* the browser's console has it, too */ /vod-uploader\/index" is not found/))

const page = { 'pages/upload/index.wxml': '<view />', 'pages/upload/index.js': 'Page({})' }
const broken = {
  'no app.json': [{}, /is not a mini program: it has no app\.json$/],
  'an app.json that is not JSON': [{ 'app.json': '{ pages }' }, /^app\.json is not valid JSON: /],
  'no pages': [{ 'app.json': '{}' }, /^app\.json in \S+ names no page: /],
  'a page without template': [{ 'app.json': app, 'pages/upload/index.js': 'Page({})' }, /^app\.json names the page pages\/upload\/index, and pages\/upload\/index\.wxml is missing/],
  'a page whose settings are not JSON': [{ 'app.json': app, ...page, 'pages/upload/index.json': '{ ' }, /^pages\/upload\/index\.json is not valid JSON: /],
}

for (const [what, [files, message]] of Object.entries(broken)) {
  test(`${what}: a plain message`, async () => {
    const { root, remove } = folder(files)
    await assert.rejects(() => startPreview({ root }), ({ message: thrown }) => message.test(thrown)).finally(remove)
  })
}

test('sub-packages, a miniprogramRoot, and JSON files that are none of WeChat\'s', async () => {
  const { root, remove } = folder({
    'project.config.json': '{ "miniprogramRoot": "src/" }',
    'package.json': dependencies,
    'src/tsconfig.json': '{ // a comment\n}',
    'src/app.json': JSON.stringify({ pages: ['pages/upload/index'], subPackages: [{ root: 'far', pages: ['a'] }] }),
    ...Object.fromEntries(Object.entries({ ...page, 'far/a.wxml': '<view />', 'far/a.js': 'Page({})' }).map(([path, text]) => [`src/${path}`, text])),
  })
  const preview = await startPreview({ root })
  try {
    const index = await (await fetch(`${preview.url}program/index.json`)).json()
    assert.deepEqual(index.pages, ['pages/upload/index', 'far/a'])
    assert.ok(index.scripts.includes('miniprogram_npm/vod-upload-miniprogram/index.js'))
    // An edit that breaks it is reported, without a stack.
    writeFileSync(join(root, 'src/app.json'), '{')
    const answer = await fetch(`${preview.url}program/index.json`)
    assert.equal(answer.status, 500)
    assert.match(await answer.text(), /^app\.json is not valid JSON: [^\n]+$/)
  } finally {
    await preview.stop()
    remove()
  }
})
