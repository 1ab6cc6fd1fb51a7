// The documents: the API references name every field, error code, property and event of the contract in both languages, with defaults that are true;
// links lead somewhere; the READMEs stay short. js-glue/test/lists.test.mjs compares options, callbacks and methods with the declarations.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (name) => readFileSync(join(root, name), 'utf8')
const names = (text) => text.trim().split(/\s+/)

const CODES = names(`InvalidUserId InvalidOption InvalidParamData InvalidUploadAuth InvalidUploadAddress InvalidSTSToken EmptyFile FileNotFound FileChanged
  FileReadFailed FileTooLarge Canceled DomainNotAllowed NetworkError RequestTimeout IntegrityError ClockSkew WasmLoadFailed InternalError`)
const FIELDS = names(`url coverUrl file fileSize fileHash isImage state loaded videoId imageId imageUrl endpoint bucket object region checkpoint userData videoInfo ri`)
const PROPERTIES = names('files accept max maxSize sizeType sourceType camera autoUpload disabled removable getAuth meta options lang')
const EVENTS = names('add change progress success fail remove click oversize error complete auth')
const DEFAULTS = { region: '`cn-shanghai`', retryCount: '3', retryDuration: '2', timeout: '60000', partSize: /adaptive|自适应/, parallel: /adaptive|自适应/, parallelFiles: /adaptive|自适应/, cname: 'false', signature: '`v4`', integrity: '`crc64`', checkpoint: 'true', transport: '`auto`', progressScale: '100' }
const PROPERTY_DEFAULTS = { accept: '`video`', max: '0', maxSize: '0', sizeType: "`['original']`", autoUpload: 'true', disabled: 'false', removable: 'true' }

const LANGUAGES = {
  'js-glue/README.md': { component: 'Component', options: 'Options', uploadInfo: 'uploadInfo', errors: 'Error codes' },
  'js-glue/README.zh-CN.md': { component: '组件', options: '参数', uploadInfo: 'uploadInfo', errors: '错误码' },
}

/** The text below a heading of the second level, up to the next. */
function section(text, heading) {
  const found = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`))
  assert.ok(found, `there is no heading "${heading}"`)
  return found
}

/** Rows of tables as lists of cells; `\|` is no border of one. */
const rows = (text) => text.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.slice(2, -2).split(' | '))

/** The names in the first cells: `addFile(file)` is addFile. */
const named = (text) => rows(text).flatMap(([first]) => first.match(/`[^`]+`/g).map((one) => one.slice(1, -1).replace(/[ ({].*/, '')))

for (const [document, headings] of Object.entries(LANGUAGES)) {
  const text = read(document)
  const part = (name) => section(text, headings[name])
  const cellsOf = (name) => new Map(rows(part(name)).map(([first, ...others]) => [first, others]))
  const hasDefaults = (name, defaults) => {
    const cells = cellsOf(name)
    for (const [option, value] of Object.entries(defaults)) {
      const found = cells.get(`\`${option}\``)?.[0] ?? 'no row'
      assert.ok(value instanceof RegExp ? value.test(found) : found === value, `${option}: ${found}`)
    }
  }

  test(`${document}: every field of uploadInfo has a row`, () => assert.deepEqual(named(part('uploadInfo')).filter((name) => !/^[A-Z]/.test(name)).sort(), [...FIELDS].sort()))
  test(`${document}: every error code has a row that says what to do, and no other`, () => {
    assert.deepEqual(named(part('errors')).sort(), [...CODES].sort())
    for (const cells of rows(part('errors'))) assert.ok(cells.length === 3 && cells[2].length > 3, cells.join())
  })
  test(`${document}: every property and event of the component has a row, and no other`, () => assert.deepEqual(named(part('component')).sort(), [...PROPERTIES, ...EVENTS].sort()))
  test(`${document}: the defaults`, () => {
    hasDefaults('options', DEFAULTS)
    hasDefaults('component', PROPERTY_DEFAULTS)
  })
}

for (const document of ['README.md', 'README.zh-CN.md', ...Object.keys(LANGUAGES)]) {
  test(`${document}: the component is named, and its attributes are properties and events`, () => {
    const blocks = (language) => [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code)
    assert.deepEqual(blocks('json').map((json) => JSON.parse(json)), [{ usingComponents: { 'vod-uploader': 'vod-upload-miniprogram/vod-uploader/index' } }])
    const [wxml] = blocks('html')
    const attributes = [...wxml.matchAll(/ ([a-z:-]+)="/g)].map(([, name]) => name)
    assert.ok(attributes.length >= 3)
    for (const name of attributes) {
      const known = name.startsWith('bind:') ? EVENTS.includes(name.slice(5)) : PROPERTIES.includes(name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()))
      assert.ok(known, name)
    }
  })
}

test('both languages have the same sections, tables and number of rows', () => {
  const shape = (name) => read(name).split('\n').flatMap((line) => (/^#+ /.exec(line) ? [line.replace(/ .*/, '')] : line.startsWith('|') ? ['|'] : []))
  assert.deepEqual(shape('README.zh-CN.md'), shape('README.md'))
  assert.deepEqual(shape('js-glue/README.zh-CN.md'), shape('js-glue/README.md'))
})

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`${name} has at most 170 lines`, () => {
    const lines = read(name).trimEnd().split('\n').length
    assert.ok(lines <= 170, `${lines} lines: move what is not needed to begin to the document of its subject`)
  })
}

const documents = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(name) {
  const seen = new Map()
  return [...withoutBlocks(read(name)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = heading.trim().toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-')
    const repeated = seen.get(anchor) ?? 0
    seen.set(anchor, repeated + 1)
    return repeated ? `${anchor}-${repeated}` : anchor
  })
}

const withoutBlocks = (text) => text.replace(/^```[\s\S]*?^```$/gm, '')
const withoutCode = (text) => withoutBlocks(text).replace(/`[^`\n]*`/g, '`code`')

for (const document of documents) {
  test(`${document}: every link leads to a file and to a heading`, () => {
    const text = withoutCode(read(document))
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target)
    for (const target of targets.filter((one) => !/^https?:/.test(one))) {
      const [path, anchor] = target.split('#')
      const file = path ? join(dirname(document), path) : document
      assert.ok(existsSync(join(root, file)), `${target}: there is no ${file}`)
      if (anchor !== undefined) assert.ok(anchors(file).includes(decodeURIComponent(anchor)), `${target}: ${file} has no such heading`)
    }
  })
}
