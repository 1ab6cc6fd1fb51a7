// The code in the documents compiles against the package's declarations and WeChat's own, in both languages alike.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { samplesOf } from '../e2e/support/samples.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const read = (name) => readFileSync(join(root, name), 'utf8')

const options = {
  target: ts.ScriptTarget.ES2018,
  lib: ['lib.es2018.d.ts'],
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  esModuleInterop: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['miniprogram-api-typings'],
  typeRoots: [join(here, 'node_modules')],
  baseUrl: root,
  paths: {
    'vod-upload-miniprogram': ['js-glue/types/index.d.ts'],
    'vod-upload-miniprogram/fallback': ['js-glue/types/fallback.d.ts'],
  },
}

const SERVER = 'utils/server.js'
// In JavaScript every name of a destructured parameter counts as required, so the other samples see the server's functions like this.
const SERVER_TYPES = `export function getAuth(context: any): Promise<any>
export function getSTSToken(context: any): Promise<any>
`

/** The compiler's complaints about the samples, as if they lay in a mini program of their own. */
function complaints(samples) {
  const server = new Map([[SERVER, samples.get(SERVER)]])
  const others = new Map([...samples, [SERVER.replace('.js', '.d.ts'), SERVER_TYPES]])
  others.delete(SERVER)
  return [...compile(server), ...compile(others)]
}

function compile(samples) {
  const app = join(here, 'document')
  const files = new Map([...samples].map(([path, code]) => [join(app, path), code]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, target, ...rest) => (files.has(path) ? ts.createSourceFile(path, files.get(path), target, true) : getSourceFile(path, target, ...rest))
  // The samples' folders exist in `files` only.
  host.directoryExists = undefined
  host.getCurrentDirectory = () => here
  const program = ts.createProgram([...files.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map((one) => ts.formatDiagnostic(one, host).trim())
}

for (const [folder, least] of [['', 4], ['js-glue/', 6]]) {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((name) => samplesOf(read(folder + name)))

  test(`${folder}README.md: every sample compiles`, { timeout: 120_000 }, () => {
    assert.ok(english.size >= least, [...english.keys()].join())
    assert.deepEqual(complaints(english), [])
  })

  test(`${folder}README.zh-CN.md: the same samples, but for comments and texts`, () => {
    const code = (samples) => [...samples].map(([path, text]) => [path, withoutWords(text)])
    assert.deepEqual(code(chinese), code(english))
  })

  test(`${folder}README.md: a misspelt member is found`, { timeout: 120_000 }, () => {
    const [path, text] = [...english].find(([, code]) => code.includes('setUploadAuthAndAddress('))
    assert.match(complaints(new Map([...english, [path, text.replace('setUploadAuthAndAddress(', 'setUploadAuth(')]])).join(), /setUploadAuth/)
  })
}

for (const name of ['js-glue/README.md', 'js-glue/README.zh-CN.md']) {
  test(`${name}: the samples for uni-app and Taro are pages that tests/frameworks builds and runs`, () => {
    const text = read(name)
    const blocks = (language) => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code)
    const project = (path) => read(`tests/frameworks/${path}`)
    const page = 'pages/component/index'
    const [vue, ...otherPages] = blocks('vue')
    assert.deepEqual(otherPages, [])
    for (const folder of ['uniapp/src', 'uniapp-vue2/src', 'taro/vue3']) assert.equal(project(`${folder}/${page}.vue`), vue)
    assert.deepEqual(blocks('jsx'), [project(`taro/react/${page}.config.js`), project(`taro/react/${page}.jsx`)])
    // What the prose has of the projects' settings.
    const inline = (pattern) => pattern.exec(text)?.[1] ?? assert.fail(`nothing like ${pattern}`)
    const copy = inline(/`(copy: \{ patterns: .*?vod-upload', ignore: .*?)`/)
    assert.ok(project('taro/config/index.js').includes(copy.replace("'dist/vod-upload'", '`dist/${framework}/vod-upload`')), copy)
    const using = inline(/`("usingComponents": \{ "vod-uploader": "\/wxcomponents.*?)`/)
    const build = inline(/`(vod-upload-miniprogram copy \S+ --component)/)
    for (const folder of ['uniapp', 'uniapp-vue2']) {
      assert.ok(project(`${folder}/src/pages.json`).includes(using), using)
      assert.ok(project(`${folder}/package.json`).includes(build), build)
    }
  })
}

/** Without line comments and without the words of a language in texts. */
function withoutWords(code) {
  return code.replace(/^\s*\/\/.*\n| ?\/\/ .*$/gm, '').replace(/'(Holiday|假期|sea,2026|海边,2026)'/g, "'…'")
}
