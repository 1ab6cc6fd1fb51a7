// Files, storage and the app's life, on clients that have the API, that lack it, and that throw.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const filesPart = await part('src/platform/wechat/files.ts')
const files = (world) => filesPart(world).files
const storagePart = await part('src/platform/wechat/storage.ts')
const storage = (world) => storagePart(world).storage
const lifecyclePart = await part('src/platform/wechat/lifecycle.ts')
const lifecycle = (world) => {
  const { lifecycle, networkAfterFailure } = lifecyclePart(world)
  return { watch: lifecycle.watch, state: lifecycle.state, networkAfterFailure }
}

const withFiles = (manager) => files({ wx: { getFileSystemManager: () => manager } })

test('stat, in every shape that clients answer', async () => {
  const facts = { size: 10, lastModifiedTime: 99, isFile: () => true }
  for (const stats of [facts, [{ path: '/', stats: facts }], [facts]]) {
    const { stat } = withFiles({ stat: ({ success }) => success({ stats }) })
    assert.deepEqual(await stat('wxfile://a'), { size: 10, modifiedAt: 99 })
  }
  const { stat } = withFiles({ stat: ({ success }) => success({ stats: { size: 3 } }) })
  assert.deepEqual(await stat('a'), { size: 3, modifiedAt: 0 })
  // Where there is no stat, or none that answers, getFileInfo has the size.
  for (const broken of [undefined, (o) => o.fail({ errMsg: 'stat:fail not supported' }), ({ success }) => success({ stats: {} })]) {
    const { stat } = withFiles({ stat: broken, getFileInfo: ({ success }) => success({ size: 7 }) })
    assert.deepEqual(await stat('a'), { size: 7, modifiedAt: 0 })
  }
})

test('a slice is handed over as it came', async () => {
  const data = new ArrayBuffer(5)
  let options
  const { read } = withFiles({ readFile: (o) => ((options = o), o.success({ data })) })
  assert.equal(await read('wxfile://a', 7, 5), data)
  assert.equal(options.filePath, 'wxfile://a')
  assert.equal(options.position, 7)
  assert.equal(options.length, 5)
  assert.ok(!('encoding' in options))
})

test('of a view the exact bytes that it shows', async () => {
  const { read } = withFiles({ readFile: (o) => o.success({ data: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) }) })
  const data = await read('a', 0, 2)
  assert.ok(data instanceof ArrayBuffer)
  assert.deepEqual([...new Uint8Array(data)], [2, 3])
})

test('failures of files have a kind and words', async () => {
  const gone = { errMsg: 'readFile:fail no such file or directory', errCode: 1300002 }
  const { stat, read, md5 } = withFiles({ stat: (o) => o.fail(gone), readFile: (o) => o.fail(gone), getFileInfo: (o) => o.fail(gone) })
  for (const call of [stat('a'), read('a', 0, 1), md5('a')]) await assert.rejects(call, { kind: 'missing', message: gone.errMsg })
})

test('missing, throwing and nonsensical file APIs are failures of no known kind', async () => {
  const throwing = () => { throw new Error('boom') }
  const managers = [undefined, {}, { stat: throwing, readFile: throwing, getFileInfo: throwing }, { stat: (o) => o.success(), readFile: (o) => o.success({}), getFileInfo: (o) => o.success() }]
  for (const manager of managers) {
    const { stat, read, md5 } = withFiles(manager)
    for (const call of [stat('a'), read('a', 0, 1), md5('a')]) await assert.rejects(call, { kind: 'other', message: /^(boom|no bytes|.*(undefined|not a function).*)$/ })
  }
  await assert.rejects(files().stat('a'), { kind: 'other' })
})

test('a client whose functions return promises as well: their rejections are not reported', async () => {
  const promising = (o) => (o.fail({ errMsg: 'stat:fail no such file' }), Promise.reject(new Error('unhandled')))
  await assert.rejects(withFiles({ stat: promising }).stat('a'), { kind: 'missing' })
  const { watch } = lifecycle({ wx: { getNetworkType: () => Promise.reject(new Error('unhandled')) } })
  watch(() => {}, () => {})
  await new Promise((resolve) => setImmediate(resolve))
})

test('the digest is MD5 in lower case', async () => {
  let options
  const { md5 } = withFiles({ getFileInfo: (o) => ((options = o), o.success({ size: 1, digest: 'ABCDEF' })) })
  assert.equal(await md5('a'), 'abcdef')
  assert.equal(options.digestAlgorithm, 'md5')
})

test('storage gives text or nothing, and says whether it took', () => {
  const kept = { a: 'text', b: 7, c: undefined }
  const { get, set, remove } = storage({ wx: { getStorageSync: (k) => kept[k], setStorageSync: (k, v) => (kept[k] = v), removeStorageSync: (k) => delete kept[k] } })
  assert.equal(get('a'), 'text')
  assert.equal(get('b'), '')
  assert.equal(get('c'), '')
  assert.equal(set('d', 'x'), true)
  assert.equal(get('d'), 'x')
  remove('d')
  assert.equal(get('d'), '')
})

test('a store that is missing or throws is an empty one', () => {
  const throwing = () => { throw new Error('setStorageSync:fail exceed storage max size 10Mb') }
  for (const wx of [{}, undefined, { getStorageSync: throwing, setStorageSync: throwing, removeStorageSync: throwing }]) {
    const { get, set, remove } = storage({ wx })
    assert.equal(get('a'), '')
    assert.equal(set('a', 'b'), false)
    remove('a')
  }
})

function phone() {
  const on = {}
  const listen = (name) => (listener) => (on[name] = [...(on[name] || []), listener])
  const wx = Object.fromEntries(['onAppShow', 'onAppHide', 'onNetworkStatusChange', 'onMemoryWarning'].map((name) => [name, listen(name)]))
  wx.getNetworkType = ({ success }) => success({ networkType: 'wifi' })
  return { wx, on, fire: (name, value) => on[name].forEach((listener) => listener(value)) }
}

test('background, network and memory are followed by one listener each', () => {
  const { wx, on, fire } = phone()
  const { watch, state } = lifecycle({ wx })
  let changes = 0
  let warnings = 0
  for (let i = 0; i < 3; i++) watch(() => changes++, () => warnings++)
  assert.ok(Object.values(on).every((listeners) => listeners.length === 1))
  assert.deepEqual({ ...state }, { hidden: false, connected: true, networkType: 'wifi' })
  fire('onAppHide')
  assert.equal(state.hidden, true)
  fire('onAppShow')
  fire('onNetworkStatusChange', { isConnected: false, networkType: 'none' })
  assert.deepEqual({ ...state }, { hidden: false, connected: false, networkType: 'none' })
  fire('onNetworkStatusChange', { isConnected: true, networkType: '4g' })
  assert.deepEqual({ ...state }, { hidden: false, connected: true, networkType: '4g' })
  fire('onMemoryWarning', { level: 15 })
  fire('onMemoryWarning')
  assert.equal(warnings, 2)
  assert.equal(changes, 5)
})

test('why a request was lost is asked of the phone: its events come later', () => {
  for (const [now, why] of [['wifi', 'same'], ['4g', 'changed'], ['none', 'offline']]) {
    const { wx } = phone()
    const { networkAfterFailure, watch, state } = lifecycle({ wx })
    let changes = 0
    watch(() => changes++, () => {})
    wx.getNetworkType = ({ success }) => success({ networkType: now })
    const reported = []
    networkAfterFailure((how) => reported.push(how, changes))
    assert.deepEqual(reported, [why, 2], 'the engine hears of the network before it hears of the request')
    assert.equal(state.networkType, now)
  }
})

test('a start without a network is known', () => {
  const { watch, state } = lifecycle({ wx: { getNetworkType: ({ success }) => success({ networkType: 'none' }) } })
  watch(() => {}, () => {})
  assert.equal(state.connected, false)
})

test('an answer about the network that was asked for before the last report of a change does not count', () => {
  const { wx, fire } = phone()
  let answer
  wx.getNetworkType = ({ success }) => (answer = success)
  const { watch, state } = lifecycle({ wx })
  watch(() => {}, () => {})
  fire('onNetworkStatusChange', { isConnected: false, networkType: 'none' })
  answer({ networkType: 'wifi' })
  assert.deepEqual({ ...state }, { hidden: false, connected: false, networkType: 'none' })
})

test('clients without these events, or with throwing ones, are no trouble', () => {
  const throwing = () => { throw new Error('not in plugins') }
  for (const wx of [undefined, {}, { onAppShow: throwing, onAppHide: throwing, onNetworkStatusChange: throwing, getNetworkType: throwing, onMemoryWarning: throwing }]) {
    const { watch, state } = lifecycle({ wx })
    watch(() => {}, () => {})
    assert.equal(state.connected, true)
  }
})
