// Files, storage and the app's life, on clients that have the API, that lack it, and that throw.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const files = await part('src/wx/file.ts')
const storage = await part('src/wx/storage.ts')
const lifecycle = await part('src/wx/lifecycle.ts')

const withFiles = (manager) => files({ wx: { getFileSystemManager: () => manager } })

test('stat, in every shape that clients answer', async () => {
  const facts = { size: 10, lastModifiedTime: 99, isFile: () => true }
  for (const stats of [facts, [{ path: '/', stats: facts }], [facts]]) {
    const { stat } = withFiles({ stat: ({ success }) => success({ stats }) })
    assert.deepEqual(await stat('wxfile://a'), [10, 99])
  }
  const { stat } = withFiles({ stat: ({ success }) => success({ stats: { size: 3 } }) })
  assert.deepEqual(await stat('a'), [3, 0])
})

test('a slice is handed over as it came', async () => {
  const data = new ArrayBuffer(5)
  let options
  const { read } = withFiles({ readFile: (o) => ((options = o), o.success({ data })) })
  assert.equal(await read({ filePath: 'wxfile://a', position: 7, length: 5 }), data)
  assert.equal(options.filePath, 'wxfile://a')
  assert.equal(options.position, 7)
  assert.equal(options.length, 5)
  assert.ok(!('encoding' in options))
})

test('of a view the exact bytes that it shows', async () => {
  const { read } = withFiles({ readFile: (o) => o.success({ data: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) }) })
  const data = await read({ filePath: 'a', position: 0, length: 2 })
  assert.ok(data instanceof ArrayBuffer)
  assert.deepEqual([...new Uint8Array(data)], [2, 3])
})

test('failures of files are values', async () => {
  const gone = { errMsg: 'readFile:fail no such file or directory', errCode: 1300002 }
  const { stat, read, digest } = withFiles({ stat: (o) => o.fail(gone), readFile: (o) => o.fail(gone), getFileInfo: (o) => o.fail(gone) })
  assert.equal(await stat('a'), `#1300002#?#undefined#?${gone.errMsg}`)
  assert.deepEqual(await read({ filePath: 'a', position: 0, length: 1 }), `#1300002#?#undefined#?${gone.errMsg}`)
  assert.equal(await digest('a'), '')
})

/** Words that src/wechat.rs finds nothing in. */
const QUOTED = /^(#undefined#\?#undefined#\?(boom|.*(undefined|not a function).*)|no bytes)$/

test('missing, throwing and nonsensical file APIs are failures, not exceptions', async () => {
  const throwing = () => { throw new Error('boom') }
  const managers = [undefined, {}, { stat: throwing, readFile: throwing, getFileInfo: throwing }, { stat: (o) => o.success(), readFile: (o) => o.success({}), getFileInfo: (o) => o.success() }]
  for (const manager of managers) {
    const { stat, read, digest } = withFiles(manager)
    assert.match(await stat('a'), QUOTED)
    assert.match(await read({ filePath: 'a', position: 0, length: 1 }), QUOTED)
    assert.equal(await digest('a'), '')
  }
  assert.match(await files().stat('a'), QUOTED)
})

test('the digest is MD5 in lower case', async () => {
  let options
  const { digest } = withFiles({ getFileInfo: (o) => ((options = o), o.success({ size: 1, digest: 'ABCDEF' })) })
  assert.equal(await digest('a'), 'abcdef')
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
  return { wx, on, say: (name, value) => on[name].forEach((listener) => listener(value)) }
}

test('the world is followed by one listener each', () => {
  const { wx, on, say } = phone()
  const { watch, world } = lifecycle({ wx })
  let changes = 0
  const levels = []
  for (let i = 0; i < 3; i++) watch(() => changes++, (level) => levels.push(level))
  assert.ok(Object.values(on).every((listeners) => listeners.length === 1))
  assert.deepEqual({ ...world }, { _hidden: false, _connected: true, _type: 'wifi' })
  say('onAppHide')
  assert.equal(world._hidden, true)
  say('onAppShow')
  say('onNetworkStatusChange', { isConnected: false, networkType: 'none' })
  assert.deepEqual({ ...world }, { _hidden: false, _connected: false, _type: 'none' })
  say('onNetworkStatusChange', { isConnected: true, networkType: '4g' })
  assert.deepEqual({ ...world }, { _hidden: false, _connected: true, _type: '4g' })
  say('onMemoryWarning', { level: 15 })
  say('onMemoryWarning')
  assert.deepEqual(levels, [15, 10])
  assert.equal(changes, 5)
})

test('why a request was lost is asked of the phone: its events come later', () => {
  // `NoAnswer` of src/host.ts.
  for (const [now, why] of [['wifi', 0], ['4g', 1], ['none', 2]]) {
    const { wx } = phone()
    const { explain, watch, world } = lifecycle({ wx })
    let changes = 0
    watch(() => changes++, () => {})
    wx.getNetworkType = ({ success }) => success({ networkType: now })
    const said = []
    explain((how) => said.push(how, changes))
    assert.deepEqual(said, [why, 2], 'the engine hears of the network before it hears of the request')
    assert.equal(world._type, now)
  }
})

test('a start without a network is known', () => {
  const { watch, world } = lifecycle({ wx: { getNetworkType: ({ success }) => success({ networkType: 'none' }) } })
  watch(() => {}, () => {})
  assert.equal(world._connected, false)
})

test('clients without these events, or with throwing ones, are no trouble', () => {
  const throwing = () => { throw new Error('not in plugins') }
  for (const wx of [undefined, {}, { onAppShow: throwing, onAppHide: throwing, onNetworkStatusChange: throwing, getNetworkType: throwing, onMemoryWarning: throwing }]) {
    const { watch, world } = lifecycle({ wx })
    watch(() => {}, () => {})
    assert.equal(world._connected, true)
  }
})
