// WXWebAssembly and the language, as narrow as on the device.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { CodePackage, createClock, createPhone } from './phone/index.mjs'
import { scanWasm } from './phone/wasmscan.mjs'
import { inside, plain, rules } from './support/inside.mjs'

// A module of sections: {id: bytes}. Type 0 is () → (); function 0 has the body given.
const wasm = (sections) => Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...Object.entries(sections).sort(([a], [b]) => order(a) - order(b)).flatMap(([id, bytes]) => [Number(id), bytes.length, ...bytes])])
const order = (id) => (Number(id) === 12 ? 9.5 : Number(id))
const body = (...code) => [1, code.length + 2, 0, ...code, 0x0b]
const basic = { 1: [1, 0x60, 0, 0], 3: [1, 0], 5: [1, 0, 1], 7: [2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0], 10: body() }

const modules = {
  plain: basic,
  multiTable: { ...basic, 4: [2, 0x70, 0, 1, 0x70, 0, 1] },
  externrefInSignature: { ...basic, 1: [1, 0x60, 1, 0x6f, 0] },
  exportGlobal: { ...basic, 6: [1, 0x7f, 0, 0x41, 0, 0x0b], 7: [1, 1, 0x67, 3, 0] },
  i64BigIntAbi: { ...basic, 1: [1, 0x60, 1, 0x7e, 0] },
  memoryCopyFill: { ...basic, 10: body(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0a, 0, 0) },
  memoryInitPassive: { ...basic, 10: body(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x08, 0, 0), 11: [1, 1, 1, 65], 12: [1] },
  signExt: { ...basic, 10: body(0x41, 0, 0xc0, 0x1a) },
  nontrappingF2I: { ...basic, 10: body(0x43, 0, 0, 0, 0, 0xfc, 0x00, 0x1a) },
  multiValue: { ...basic, 1: [1, 0x60, 0, 2, 0x7f, 0x7f], 10: body(0x41, 0, 0x41, 0) },
  simd: { ...basic, 10: body(0xfd, 0x0c, ...new Array(16).fill(0), 0x1a) },
}

for (const [name, sections] of Object.entries(modules)) {
  test(`the scan sees: ${name}`, () => {
    const bytes = wasm(sections)
    assert.ok(WebAssembly.validate(bytes), 'the sample itself is broken')
    const { features } = scanWasm(bytes)
    if (name === 'plain') assert.equal(features.size, 0, [...features].join())
    else assert.ok(features.has(name), [...features].join())
  })
}

async function load(persona, files, source, options = {}) {
  const phone = await createPhone({ persona, clock: createClock({ skipIdle: true }), ...options })
  try {
    phone.launch(new CodePackage(files))
    const started = phone.clock.now()
    const result = await inside(phone, source).then((value) => ({ value }), (error) => ({ error: String(error) }))
    return { ...result, rules: rules(phone), took: phone.clock.now() - started, phone }
  } finally {
    await phone.dispose()
  }
}
const instantiate = (path, imports = '{}') => `WXWebAssembly.instantiate(${path}, ${imports}).then(resolve, reject)`

for (const [persona, refused] of [
  ['ios', ['multiTable', 'externrefInSignature', 'exportGlobal', 'i64BigIntAbi', 'memoryInitPassive']],
  ['android', ['externrefInSignature']],
  ['old', Object.keys(modules).filter((name) => name !== 'plain')],
  ['devtools', []],
]) {
  for (const [name, sections] of Object.entries(modules)) {
    test(`${persona}: ${name} is ${refused.includes(name) ? 'refused' : 'taken'}`, async () => {
      const { value, error, rules, took } = await load(persona, { 'a.wasm': wasm(sections) }, instantiate("'a.wasm'"))
      assert.equal(Boolean(value), !refused.includes(name), error)
      assert.deepEqual(rules, value ? [] : ['wasm'])
      if (error) assert.ok(persona === 'android' ? took < 1000 : took >= 176000, String(took))
    })
  }
}

const files = { 'lib/a.wasm': wasm(basic), 'lib/b.wasm.br': brotliCompressSync(wasm(basic)), 'lib/c.wasm': 'nothing' }

for (const [path, ok] of [["'lib/a.wasm'", true], ["'/lib/a.wasm'", true], ["'lib/b.wasm.br'", true], ["'./lib/a.wasm'", false], ["'lib/../lib/a.wasm'", false],
  ["'wxfile://usr/a.wasm'", false], ["'https://a.example.com/a.wasm'", false], ["'lib/a.bin'", false], ['new ArrayBuffer(8)', false], ["'lib/c.wasm'", false]]) {
  test(`instantiate(${path}): ${ok ? 'ok' : 'refused'}`, async () => {
    const { value, error, rules } = await load('android', files, instantiate(path))
    assert.equal(Boolean(value), ok, error)
    assert.deepEqual(rules, ok ? [] : ['wasm'])
  })
}

test('a file that is not there is an error, not a crime', async () => {
  const { error, rules } = await load('ios', files, instantiate("'lib/none.wasm'"))
  assert.match(error, /failed to load wasm/)
  assert.deepEqual(rules, [])
})

test('imports are required', async () => {
  assert.deepEqual((await load('ios', files, instantiate("'lib/a.wasm'", 'undefined'))).rules, ['wasm'])
})

test('both forms of the result', async () => {
  const keys = 'WXWebAssembly.instantiate("lib/a.wasm", {}).then((r) => resolve([Boolean(r.instance), Boolean(r.exports)]))'
  assert.deepEqual(plain((await load('ios', files, keys)).value), [true, false])
  assert.deepEqual(plain((await load('old', files, keys)).value), [false, true])
})

test('a sporadic failure, and a second try', async () => {
  const { value } = await load('ios', files, 'WXWebAssembly.instantiate("lib/a.wasm", {}).catch((e) => WXWebAssembly.instantiate("lib/a.wasm", {}).then(() => resolve(e.name)))',
    { switches: { 'wasm.sporadicInstantiateFailure': 1 } })
  assert.equal(value, 'CompileError')
})

test('memory belongs to the world, and is no request body', async () => {
  const { value, rules } = await load('ios', files, `WXWebAssembly.instantiate('lib/a.wasm', {}).then((r) => {
    var buffer = r.instance.exports.m.buffer
    wx.request({ url: 'https://b.example.com/', method: 'PUT', data: buffer, complete: () => resolve(buffer instanceof ArrayBuffer) })
  })`)
  assert.equal(value, true)
  assert.deepEqual(rules, ['body'])
})

const globals = ['TextDecoder', 'TextEncoder', 'URL', 'fetch', 'crypto', 'performance', 'queueMicrotask', 'structuredClone', 'AbortController', 'btoa', 'Buffer', 'process', 'window', 'self',
  'document', 'XMLHttpRequest', 'WebAssembly', 'BigInt', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Intl', 'setImmediate', 'require']
const there = `resolve(${JSON.stringify(globals)}.filter((name) => typeof global[name] !== 'undefined'))`

for (const [persona, expected] of [
  ['ios', ['BigInt']],
  ['android', ['BigInt']],
  ['harmony', ['BigInt']],
  ['old', []],
]) {
  test(`${persona}: the globals a phone has`, async () => {
    const { value } = await load(persona, {}, there)
    assert.deepEqual(plain(value), expected)
  })
}

test('DevTools shows a browser\'s globals, which hides bugs', async () => {
  const { value } = await load('devtools', {}, there)
  for (const name of ['TextDecoder', 'URL', 'WebAssembly', 'queueMicrotask']) assert.ok(plain(value).includes(name), name)
  for (const name of ['process', 'Buffer']) assert.ok(!plain(value).includes(name), name)
})

for (const [rule, expected] of [['microtask', 'then timer'], ['macrotask', 'timer then']]) {
  test(`a promise made before a timer: ${rule}`, async () => {
    const source = `var order = []
      setTimeout(() => order.push('timer'), 0)
      Promise.resolve().then(() => order.push('then'))
      setTimeout(() => resolve(order.join(' ')), 20)`
    assert.equal((await load('ios', {}, source, { switches: { 'js.promise': rule } })).value, expected)
  })
}

test('the macrotask promise keeps the rules of promises', async () => {
  const source = `
    var out = []
    Promise.all([1, Promise.resolve(2), new Promise((yes) => setTimeout(() => yes(3), 5))])
      .then((all) => { out.push(all.join()); throw new Error('x') })
      .catch((e) => { out.push(e.message); return { then(yes) { yes('thenable') } } })
      .finally(() => out.push('finally'))
      .then((v) => { out.push(v); return Promise.race([new Promise(() => {}), Promise.reject(7)]) })
      .then(null, (r) => { out.push(r); return Promise.allSettled([Promise.reject(1), 2]) })
      .then((all) => { out.push(all.map((one) => one.status).join()); resolve(out) })`
  assert.deepEqual(plain((await load('old', {}, source)).value), ['1,2,3', 'x', 'finally', 'thenable', 7, 'rejected,fulfilled'])
})

test('require: relative, npm, cycles; what is missing throws as in WeChat', async () => {
  const phone = await createPhone({})
  phone.launch(new CodePackage({
    'main.js': '',
    'miniprogram_npm/lib/index.js': "exports.name = 'lib'; exports.part = require('./part').part",
    'miniprogram_npm/lib/part.js': "exports.part = 'part' + require('./index').name",
    'pages/a.js': "module.exports = require('lib').part + require('../utils/b')",
    'utils/b.js': "module.exports = typeof window + typeof process + (this === exports)",
  }))
  assert.equal(phone.eval("return require('./pages/a')"), 'partlibundefinedundefinedtrue')
  assert.throws(() => phone.eval("require('fs')"), /module 'fs' is not defined/)
  assert.throws(() => phone.eval("require('../outside')"), /is not defined/)
  await phone.dispose()
})

test('what a package leaves on the global object shows', async () => {
  const phone = await createPhone({})
  phone.launch(new CodePackage({ 'app.js': 'global.leftBehind = 1' }))
  assert.deepEqual(phone.world.leaks(), ['leftBehind'])
  await phone.dispose()
})
