// Options, callbacks and methods stand in several lists: the declarations, both API references, the package's own tables, the engine's declarations, the
// binding, and the list of tested statements. Each list is compared with the declarations.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import ts from 'typescript'
import { open } from './support/package.mjs'

const root = new URL('../../', import.meta.url)
const read = (path) => readFileSync(new URL(path, root), 'utf8')
const parse = (path) => ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)

/** All nodes of a source file for which `matches` holds. */
function find(source, matches) {
  const found = []
  const visit = (node) => {
    if (matches(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const namesOf = (nodes) => nodes.filter(({ name }) => name).map(({ name }) => name.text)
const isInterface = (name) => (node) => ts.isInterfaceDeclaration(node) && node.name.text === name

/** The members of interfaces, in the order of the file. */
function members(path, ...interfaces) {
  const source = parse(path)
  return interfaces.flatMap((name) => {
    const [declaration] = find(source, isInterface(name))
    assert.ok(declaration, `${path} has no interface ${name}`)
    return namesOf(declaration.members)
  })
}

/** The code spans in the first cells of the table below a heading. */
function documented(path, heading) {
  const [, section] = read(path).split(new RegExp(`^## ${heading}$`, 'm'))
  assert.ok(section, `${path} has no heading ${heading}`)
  const rows = section.split(/^## /m)[0].split('\n').filter((line) => /^\| `/.test(line))
  return rows.flatMap((row) => [...row.split(' | ')[0].matchAll(/`([\w.]+)/g)].map(([, name]) => name))
}

const sorted = (names) => [...new Set(names)].sort()
const without = (names, others) => names.filter((name) => !others.includes(name))

const TYPES = 'js-glue/types/index.d.ts'
const declared = members(TYPES, 'LoadOptions', 'CommonOptions', 'Options')
const callbacks = declared.filter((name) => /^on[A-Z]|^addFileSuccess$/.test(name))
const options = without(declared, callbacks)
// A second spelling, which the row of onUploadstarted explains.
const SPELLINGS = ['onUploadStarted']

const REFERENCES = [
  ['js-glue/README.md', 'Options', 'Callbacks', 'Methods'],
  ['js-glue/README.zh-CN.md', '参数', '回调', '方法'],
]

for (const [reference, optionsTable, callbacksTable, methodsTable] of REFERENCES) {
  test(`${reference} has each option, each callback and each method`, () => {
    assert.ok(options.length > 20 && callbacks.length > 5)
    assert.deepEqual(sorted(documented(reference, optionsTable)), sorted(options))
    assert.deepEqual(sorted(documented(reference, callbacksTable)), sorted(without(callbacks, SPELLINGS)))
    const [vodUpload] = find(parse(TYPES), (node) => ts.isClassDeclaration(node) && node.name.text === 'VODUpload')
    const named = namesOf(vodUpload.members)
    const isStatic = (name) => ['load', 'version'].includes(name)
    const rows = named.map((name) => (isStatic(name) ? `VODUpload.${name}` : name))
    assert.deepEqual(sorted(documented(reference, methodsTable)), sorted([...rows, 'createUploader', 'upload']))
  })
}

test('the class has the methods of its declaration', () => {
  const [declaration] = find(parse(TYPES), (node) => ts.isClassDeclaration(node) && node.name.text === 'VODUpload')
  const { VODUpload } = open()
  const uploader = new VODUpload({ userId: 1 })
  const isStatic = ({ modifiers = [] }) => modifiers.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
  for (const member of declaration.members.filter(({ name }) => name)) {
    const owner = isStatic(member) ? VODUpload : uploader
    assert.ok(Object.hasOwn(owner, member.name.text), member.name.text)
  }
})

test('the tables of allowed values name declared options only', () => {
  const isTable = (node) => ts.isVariableDeclaration(node) && /(^|_)RULES$/.test(node.name.text)
  const tables = find(parse('js-glue/src/options.ts'), isTable)
  const named = tables.flatMap(({ initializer }) => namesOf(initializer.properties))
  assert.ok(named.length > 10)
  assert.deepEqual(without(named, options), [])
})

test("the engine's options are declared to apps, and read by the binding", () => {
  const engine = members('js-glue/src/engine/wasm.d.ts', 'UploaderOptions')
  // Made by the package: from the app's functions, the platform and chance.
  const internal = ['credentials', 'expiredHandled', 'seed', 'networkType']
  assert.deepEqual(without(engine, [...options, ...internal]), [])
  const binding = read('src/wasm/incoming.rs')
  const declaration = /export interface UploaderOptions \{([^}]*)\}/.exec(binding)[1]
  assert.deepEqual(sorted([...declaration.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)), sorted(engine))
  const [, conversion] = binding.split('impl From<UploaderOptions> for Options')
  const readNames = [...conversion.split('\n}')[0].matchAll(/options\.\w+\("(\w+)"\)/g)].map(([, name]) => name)
  assert.deepEqual(sorted(readNames), sorted(engine), 'declared, and read')
})

test('each option and each callback has a tested statement', () => {
  const folder = new URL('tests/contract/', root)
  const lists = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  const statements = lists.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n').filter((line) => line.startsWith('- '))).join('\n')
  const spans = [...statements.matchAll(/`(\w+)/g)].map(([, name]) => name)
  assert.deepEqual(without(declared, spans), [])
})
