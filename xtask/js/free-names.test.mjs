import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'
import { freeNames } from './free-names.mjs'

const free = (source) => [...freeNames(parse(source, { ecmaVersion: 2015, sourceType: 'script' })).keys()].sort()

test('what is defined in the script is not free', () => {
  assert.deepEqual(free('var a = 1; function f(b) { let c = a + b; return c + d() } f(1)'), ['d'])
  assert.deepEqual(free('g(); function g() { return h; var h }'), [])
  assert.deepEqual(free('class A extends B { m(x) { return super.m(x) } } new A'), ['B'])
  assert.deepEqual(free('(function inner() { return inner })(); inner'), ['inner'])
  assert.deepEqual(free('try { x() } catch (e) { e }'), ['x'])
  assert.deepEqual(free('let f = ({ a, b: [c = d] }) => a + c'), ['d'])
})

test('a block keeps its names to itself, a function its vars', () => {
  assert.deepEqual(free('{ let URL = 1; URL } URL'), ['URL'])
  assert.deepEqual(free('{ var URL = 1 } URL'), [])
  assert.deepEqual(free('for (let i = 0; i < 1; i++) i; i'), ['i'])
  assert.deepEqual(free('(function () { var fetch })(); fetch'), ['fetch'])
})

test('names of properties, labels and keys are no references', () => {
  assert.deepEqual(free('a.URL; ({ URL: 1, fetch() {} }); l: for (;;) break l'), ['a'])
  assert.deepEqual(free('a[URL]; ({ [fetch]: 1 }); ({ crypto })'), ['URL', 'a', 'crypto', 'fetch'])
})

test('the check refuses missing globals and newer syntax, by name and place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-script-'))
  const file = join(folder, 'index.js')
  const program = fileURLToPath(new URL('check-script.mjs', import.meta.url))
  const run = (source) => {
    writeFileSync(file, source)
    return spawnSync(process.execPath, [program, file, '2015', 'TextDecoder,WeakRef', 'flat,replaceAll'], { encoding: 'utf8' })
  }
  try {
    assert.equal(run('const f = () => typeof wx; module.exports = f').status, 0)
    const missing = run('exports.a = 1\nnew TextDecoder()')
    assert.equal(missing.status, 1)
    assert.match(missing.stderr, /index\.js counts on the global TextDecoder, which phones lack, at 2:4/)
    assert.match(run('typeof TextDecoder').stderr, /TextDecoder/)
    assert.match(run('new WeakRef({})').stderr, /WeakRef/)
    assert.match(run('exports.f = (a) => a.map(String).flat()').stderr, /index\.js uses \.flat, which older phones lack, at 1:33/)
    assert.match(run("a['replaceAll']('x', 'y')").stderr, /\.replaceAll/)
    assert.equal(run('({ flat: 1 }); a[flat]; var flat').status, 0)
    for (const newer of ['a ?? b', 'a?.b', 'async function f() {}', '({ ...a })', 'class A { x = 1 }', '2 ** 3', '/(?<=a)b/', '1n']) {
      const { status, stderr } = run(newer)
      assert.equal(status, 1, newer)
      assert.match(stderr, /syntax newer than ES2015/)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
