// The module translated to JavaScript: the same results as the module's, through the same bindings.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fallbackSource } from '../build/fallback.mjs'
import { IMPORTS_MODULE } from '../build/glue.mjs'
import { TINY_GLUE, bindingsOf, evaluate, tinyModule } from './support/tiny_module.mjs'

const createBindings = await bindingsOf(TINY_GLUE, 'abc')
const fallback = evaluate(fallbackSource(tinyModule(), { buildId: 'abc', banner: '/*! banner */' }))

function instantiate() {
  const bindings = createBindings()
  const exports = fallback({ [IMPORTS_MODULE]: bindings })
  bindings.__wbg_set_wasm(exports)
  return { ...bindings, exports }
}

test('its memory is replaced as it grows, and no binding uses a view of the former one', () => {
  const { first, measure, exports } = instantiate()
  const before = exports.memory.buffer
  for (let i = 0; i < 5; i++) assert.equal(measure({ name: '文件', nick: 'abc' }, 2, 'é'), 2 * (2 + 6 + 3))
  assert.deepEqual(['a', 'b', 'é'].map(first), [0x61, 0x62, 0xc3])
  assert.notEqual(exports.memory.buffer, before)
  assert.equal(before.byteLength, 65536, 'JavaScript cannot detach it')
  assert.equal(before.detached, true, 'so it is marked')
  assert.notEqual(exports.memory.buffer.detached, true)
})

test('each call makes an instance of its own', () => {
  const [one, other] = [instantiate(), instantiate()]
  assert.deepEqual([one.measure({ name: 'a', nick: '' }, 1, ''), other.measure({ name: 'abc', nick: '' }, 1, ''), one.measure({ name: 'a', nick: '' }, 1, '')], [1, 3, 1])
})

test('it refuses the index.js of another build', () => {
  assert.throws(() => fallback({ [IMPORTS_MODULE]: { buildId: 'def' } }), /another build/)
})
