// The build of index.js: wasm-bindgen's glue as a factory, and the command that makes the package's folder.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { factorySource, IMPORTS_MODULE } from '../build/glue.mjs'
import { TINY_GLUE, bindingsOf, evaluate, tinyModule } from './support/tiny_module.mjs'

const createBindings = await bindingsOf(TINY_GLUE, 'abc')
const module = new WebAssembly.Module(tinyModule())

function instantiate(queueMicrotask) {
  const bindings = createBindings(queueMicrotask)
  bindings.__wbg_set_wasm(new WebAssembly.Instance(module, { [IMPORTS_MODULE]: bindings }).exports)
  return bindings
}

test('strings cross in both directions while the memory grows', () => {
  const { first, measure } = instantiate()
  assert.deepEqual(['a', 'b', 'é'].map(first), [0x61, 0x62, 0xc3])
  assert.equal(measure({ name: '文件', nick: '' }, 1, 'é'), 2 + 6 + 0)
  assert.equal(measure({ name: '😀', nick: 'abc' }, 2, 'mixed é'), 2 * (8 + 4 + 3))
  assert.equal(measure({ name: '' }, 1, 'x'), 1 + 0 + 1000, 'an absent string is not an empty one')
})

test('every instance has bindings of its own', () => {
  const [one, other] = [instantiate(), instantiate()]
  assert.deepEqual([one.measure({ name: 'a', nick: '' }, 1, ''), other.measure({ name: 'abc', nick: '' }, 1, ''), one.measure({ name: 'ab', nick: '' }, 1, '')], [1, 3, 2])
})

test('the glue gets the queueMicrotask that the factory was given, and no global of the place it runs in', () => {
  const queued = []
  const bindings = createBindings((task) => queued.push(task))
  assert.equal(bindings.__wbg_static_accessor_WINDOW_0000000000000000(), 0)
  // wasm-bindgen-futures reads it from globalThis.
  const queueMicrotask = bindings.__wbg_queueMicrotask_1111111111111111(bindings.__wbg_static_accessor_GLOBAL_THIS_0000000000000000())
  bindings.__wbg_queueMicrotask_0000000000000000(queueMicrotask)
  assert.equal(queued.length, 1)
  assert.equal(Object.keys(bindings.CoreFinalization).join(), 'register,unregister', 'FinalizationRegistry is hidden')
  assert.equal(bindings.buildId, 'abc')
})

test('a glue that imports another module is refused', () => {
  assert.throws(() => factorySource('import { x } from "./snippets/x.js"\n' + TINY_GLUE, { buildId: '' }), /imports another module/)
})

test('the build makes the files that a mini program contains', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vod-upload-'))
  try {
    const at = (name) => join(folder, name)
    writeFileSync(at('glue.js'), TINY_GLUE)
    writeFileSync(at('module.wasm'), tinyModule())
    const script = new URL('../build.mjs', import.meta.url).pathname
    execFileSync(process.execPath, [script, '--glue', at('glue.js'), '--wasm', at('module.wasm'), '--out', at('out'), '--wasm-name', 'other.wasm.br', '--version', '1.2.3+abc1234'])
    const code = readFileSync(at('out/index.js'), 'utf8')
    const fallback = readFileSync(at('out/fallback/index.js'), 'utf8')
    for (const text of [code, fallback]) assert.ok(text.startsWith('/*! vod-upload-miniprogram 1.2.3+abc1234 | MIT */'))
    assert.ok(code.includes('miniprogram_npm/vod-upload-miniprogram/other.wasm.br'))
    const [buildId] = /\b[0-9a-f]{12}\b/.exec(fallback)
    assert.ok(code.includes(buildId), 'script and fallback know that they belong together')
    assert.match(readFileSync(at('out/index.d.ts'), 'utf8'), /export = VODUpload/)
    assert.equal(evaluate(code).version, '1.2.3+abc1234')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
