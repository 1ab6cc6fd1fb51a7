// The engine in JavaScript: the same answers as the module's, through the same bindings.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offences } from '../build/gate.mjs'
import { factorySource } from '../build/glue.mjs'
import { shorten } from '../build/names.mjs'
import { twinSource } from '../build/twin.mjs'
import { TINY_GLUE, tinyModule } from './support/tiny_module.mjs'

const names = shorten(tinyModule(), 'm123')
const code = twinSource(names.wasm, { importsModule: 'm123', banner: '/*! banner */' })

function loadTwin() {
  const module = { exports: {} }
  // As a phone evaluates it: no global of a browser is in sight.
  new Function('module', 'exports', 'globalThis', 'WebAssembly', 'TextDecoder', 'Buffer', code)(module, module.exports)
  return module.exports
}

function bound() {
  const make = new Function(factorySource(TINY_GLUE, names).replace('export default', 'return '))()
  const glue = make((text) => new TextEncoder().encode(text), (bytes) => new TextDecoder().decode(bytes), () => {})
  const exports = loadTwin()({ m123: glue._imports })
  glue._bind(exports)
  return { glue, exports }
}

test('its memory is replaced as it grows, and no binding looks at the old one', () => {
  const { glue, exports } = bound()
  const core = new glue._api._Core({ name: '文件', nick: 'abc' })
  const before = exports.memory.buffer
  for (let i = 0; i < 5; i++) assert.equal(core.measure(2, 'é'), 2 * (2 + 6 + 3))
  assert.notEqual(exports.memory.buffer, before)
  assert.equal(before.byteLength, 65536, 'the old buffer lives on: only its identity tells')
})

test('each call makes an instance of its own', () => {
  const [one, other] = [bound(), bound()]
  const first = new one.glue._api._Core({ name: 'a', nick: '' })
  const second = new other.glue._api._Core({ name: 'abc', nick: '' })
  assert.deepEqual([first.measure(1, ''), second.measure(1, ''), first.measure(1, '')], [1, 3, 1])
})

test('it runs on every phone, and says whose it is', () => {
  assert.deepEqual(offences(code), [])
  assert.ok(code.startsWith('/*! banner */'))
})

test('an index.js of another build is told so', () => {
  assert.throws(() => loadTwin()({ m999: {} }), /another build/)
})
