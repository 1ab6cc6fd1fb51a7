import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { offences } from '../build/gate.mjs'
import { factorySource } from '../build/glue.mjs'
import { shorten } from '../build/names.mjs'
import { TINY_GLUE, tinyModule } from './support/tiny_module.mjs'

const names = shorten(tinyModule(), 'a')
const encode = (text) => new TextEncoder().encode(text)
const decode = (bytes) => new TextDecoder().decode(bytes)

function instantiate() {
  const make = new Function(factorySource(TINY_GLUE, names).replace('export default', 'return '))()
  const glue = make(encode, decode, () => {})
  const instance = new WebAssembly.Instance(new WebAssembly.Module(names.wasm), { a: glue._imports })
  glue._bind(instance.exports)
  return glue
}

test('strings cross in both directions, whatever the memory does meanwhile', () => {
  const { _Core: Core } = instantiate()._api
  assert.equal(new Core({ name: '文件', nick: '' }).measure(1, 'é'), 2 + 6 + 0)
  assert.equal(new Core({ name: '😀', nick: 'abc' }).measure(2, ''), 2 * (0 + 4 + 3))
  assert.equal(new Core({ name: '' }).measure(1, 'x'), 1 + 0 + 1000, 'an absent string is not an empty one')
})

test('every instance has bindings of its own', () => {
  const [one, other] = [instantiate(), instantiate()]
  const first = new one._api._Core({ name: 'a', nick: '' })
  const second = new other._api._Core({ name: 'abc', nick: '' })
  assert.deepEqual([first.measure(1, ''), second.measure(1, '')], [1, 3])
  assert.equal(new one._api._Core({ name: 'ab', nick: '' }).measure(1, ''), 2)
})

test('numbers cross to a function as to a method, and one that would be left behind stops the build', () => {
  const glue = (end) => `${TINY_GLUE}
export function measure(core, times) {
    const val1 = +core;
    const val2 = +times;
    if (val2 > 9) {
        throw new Error(String(val2));
    }
    const ret = wasm.core_measure(val1, val2, 0, 0);
    return ret;
${end}`
  const made = new Function(factorySource(glue('}\n'), names).replace('export default', 'return '))()(encode, decode)
  const instance = new WebAssembly.Instance(new WebAssembly.Module(names.wasm), { a: made._imports })
  made._bind(instance.exports)
  const core = new made._api._Core({ name: 'ab', nick: '' })
  assert.equal(made._api._measure(core.__wbg_ptr, 3), 3 * 2)
  assert.throws(() => made._api._measure(core.__wbg_ptr, 10), /10/)
  assert.throws(() => factorySource(glue('  }\n'), names), /number crosses/)
})

test('names are short on both sides; what the module does not import, and exported globals, are gone', () => {
  const module = new WebAssembly.Module(names.wasm)
  assert.deepEqual(WebAssembly.Module.imports(module).map((i) => [i.module, i.name, i.kind]), [['a', 'a', 'function'], ['a', 'b', 'function'], ['a', 'c', 'function']])
  const exported = WebAssembly.Module.exports(module)
  assert.ok(exported.some((e) => e.name === 'memory'))
  assert.ok(exported.every((e) => e.kind !== 'global' && (e.name.length < 3 || e.name === 'memory')))
  assert.deepEqual(Object.keys(instantiate()._imports).sort(), ['a', 'b', 'c'])
})

test('a glue that is not as expected stops the build', () => {
  const changed = [
    [/^/, 'import { x } from "./snippets/x.js"\n', /imports another module/],
    [/$/, '\nexport const answer = 42\n', /neither a function nor a class/],
    ['wasm.core_new(', 'wasm.core_renamed(', /core_renamed/],
    ['const len0 = WASM_VECTOR_LEN;', 'const len0 = WASM_VECTOR_LEN + 0;', /string crosses/],
    ['export function __wbg_nick_', 'export function __wbg_nack_', /has no __wbg_nick_/],
  ]
  for (const [from, to, error] of changed) assert.throws(() => factorySource(TINY_GLUE.replace(from, to), names), error)
})

test('what phones lack is found, wherever it is asked for', () => {
  const bad = [
    'WebAssembly.compile(x)', 'typeof globalThis', 'new TextDecoder', 'a = BigInt(1)', 'queueMicrotask(f)', 'x?.y', 'x ?? y', 'async function f() {}', 'function* g() { yield 1 }', 'a ** b', 'eval("1")', 'new Function("x")',
    'require("x")',
  ]
  for (const code of bad) assert.equal(offences(code).length > 0, true, code)
  const good = ['WXWebAssembly.instantiate(a, b)', 'wx.URL', 'var s = "WebAssembly globalThis"', 'function f(queueMicrotask) { queueMicrotask(g) }', 'class A { m(...x) { return `${x}` } }', '({ fetch: 1 }).fetch']
  for (const code of good) assert.deepEqual(offences(code), [], code)
})

test('the build makes the files that a mini program takes in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vod-upload-'))
  try {
    const at = (name) => join(folder, name)
    writeFileSync(at('glue.js'), TINY_GLUE)
    writeFileSync(at('final.wasm'), tinyModule())
    const script = new URL('../build.mjs', import.meta.url).pathname
    execFileSync(process.execPath, [script, '--glue', at('glue.js'), '--wasm', at('final.wasm'), '--wasm-out', at('short.wasm'), '--out', at('out'), '--wasm-name', 'other.wasm.br', '--version', '1.2.3', '--commit', 'abc1234'])
    const code = readFileSync(at('out/index.js'), 'utf8')
    assert.match(code, /^\/\*! vod-upload-miniprogram \| MIT \*\//)
    assert.ok(code.includes('miniprogram_npm/vod-upload-miniprogram/other.wasm.br'))
    assert.ok(Buffer.byteLength(code) < 22 * 1024)
    const module = new WebAssembly.Module(readFileSync(at('short.wasm')))
    const [{ module: importsModule }] = WebAssembly.Module.imports(module)
    assert.deepEqual(WebAssembly.Module.exports(module), WebAssembly.Module.exports(new WebAssembly.Module(names.wasm)))
    for (const text of [code, readFileSync(at('out/fallback/index.js'), 'utf8')]) assert.ok(text.includes(importsModule), 'both ask for the imports of this build')
    assert.match(readFileSync(at('out/index.d.ts'), 'utf8'), /export = VODUpload/)
    const loaded = { exports: {} }
    new Function('module', 'exports', 'wx', 'WXWebAssembly', code)(loaded, loaded.exports)
    assert.equal(loaded.exports.version, '1.2.3+abc1234')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
