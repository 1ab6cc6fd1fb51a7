// Background, restart, files, storage, time: the phone's own life.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CodePackage, createClock, createPhone } from './phone/index.mjs'
import { startEcho } from './support/echo.mjs'
import { inside, plain, rules } from './support/inside.mjs'

let echo
before(async () => {
  echo = await startEcho()
})
after(() => echo.stop())

async function withPhone(options, work) {
  const phone = await createPhone({ cloud: echo, clock: createClock({ stallMs: 100 }), ...options })
  try {
    phone.launch(new CodePackage())
    await work(phone)
    assert.deepEqual(phone.errors, [])
  } finally {
    await phone.dispose()
  }
}

// Events of the world, as they come.
function record(phone, source) {
  const events = []
  phone.world.global.note = (name) => events.push(name)
  phone.eval(source)
  return events
}

const background = `
  wx.onAppShow(() => note('show'))
  wx.onAppHide(() => note('hide'))
  wx.request({ url: 'https://b.example.com/silent', fail: (r) => note(r.errMsg) })`

for (const [delivery, order, expected] of [
  ['on-resume', 'show-first', ['hide', 'back', 'show', 'request:fail interrupted']],
  ['on-resume', 'callbacks-first', ['hide', 'back', 'request:fail interrupted', 'show']],
  ['at-5s', 'show-first', ['hide', 'request:fail interrupted', 'back', 'show']],
]) {
  test(`20 s in the background: interrupted ${delivery}, ${order}`, () => withPhone({ switches: { 'life.interruptDelivery': delivery, 'life.resumeOrder': order } }, async (phone) => {
    const events = record(phone, background)
    await phone.clock.advance(100)
    phone.hide()
    await phone.clock.advance(4000)
    assert.deepEqual(events, ['hide'])
    await phone.clock.advance(16000)
    events.push('back')
    phone.show()
    await phone.clock.settle()
    assert.deepEqual(events, expected)
  }))
}

test('3 s in the background interrupt nothing', () => withPhone({}, async (phone) => {
  const events = record(phone, background)
  phone.hide()
  await phone.clock.advance(3000)
  phone.show()
  await phone.clock.advance(3000)
  assert.deepEqual(events, ['hide', 'show'])
}))

test('a request made while suspended', () => withPhone({ switches: { 'life.interruptDelivery': 'at-5s' } }, async (phone) => {
  const events = record(phone, `wx.request({ url: 'https://b.example.com/silent', fail() { wx.request({ url: 'https://b.example.com/', fail: (r) => note(r.errMsg) }) } })`)
  await phone.clock.advance(100)
  phone.hide()
  await phone.clock.advance(6000)
  assert.match(events[0], /runningState=suspend/)
}))

for (const [mode, expected] of [['late-once', [1, 1]], ['burst', [1, 15]], ['never-fired-until-resume', [0, 0]]]) {
  test(`timers on resume: ${mode}`, () => withPhone({ switches: { 'life.timersOnResume': mode } }, async (phone) => {
    const events = record(phone, `setTimeout(() => note('once'), 10000); setInterval(() => note('tick'), 1000)`)
    phone.hide()
    await phone.clock.advance(20500)
    const before = events.length
    assert.ok(before <= 5)
    phone.show()
    await phone.clock.advance(1)
    const woken = events.slice(before)
    assert.deepEqual([woken.filter((one) => one === 'once').length, woken.filter((one) => one === 'tick').length >= expected[1]], [expected[0], true])
  }))
}

test('too long in the background: killed, no event', () => withPhone({}, async (phone) => {
  phone.hide()
  await phone.clock.advance(599000)
  assert.equal(phone.alive, true)
  await phone.clock.advance(2000)
  assert.equal(phone.alive, false)
}))

for (const [rule, check] of [
  ['error', (r) => /out of range/.test(r.errMsg) && r.errCode === 1301006],
  ['zero-pad', (r) => r.data.byteLength === 20 && new Uint8Array(r.data)[15] === 0],
  ['short', (r) => r.data.byteLength === 10],
]) {
  test(`reading past the end: ${rule}`, () => withPhone({ switches: { 'fs.outOfRangeRead': rule } }, async (phone) => {
    const file = phone.disk.addTemp({ bytes: Buffer.alloc(100, 65) })
    const result = await inside(phone, `wx.getFileSystemManager().readFile({ filePath: ${JSON.stringify(file)}, position: 90, length: 20, complete: resolve })`)
    assert.ok(check(result), JSON.stringify(result))
    assert.deepEqual(rules(phone), ['read-range'])
  }))
}

test('files: slices, stat, digest, open and read', () => withPhone({}, async (phone) => {
  const file = phone.disk.addTemp({ bytes: Buffer.from('0123456789') })
  const result = await inside(phone, `
    var fs = wx.getFileSystemManager(), path = ${JSON.stringify(file)}, out = {}
    fs.readFile({ filePath: path, position: 3, length: 4, success(r) { out.slice = String.fromCharCode.apply(null, new Uint8Array(r.data))
    fs.stat({ path: path, success(r) { out.size = r.stats.size; out.isFile = r.stats.isFile(); out.seconds = r.stats.lastModifiedTime < 1e11
    fs.getFileInfo({ filePath: path, digestAlgorithm: 'md5', success(r) { out.md5 = r.digest
    fs.open({ filePath: path, success(r) { var fd = r.fd; fs.read({ fd: fd, arrayBuffer: new ArrayBuffer(4), length: 2, position: 8, success(r) { out.read = r.bytesRead
    fs.close({ fd: fd, success() { fs.read({ fd: fd, arrayBuffer: new ArrayBuffer(1), fail(r) { out.closed = r.errMsg
    fs.readFile({ filePath: 'wxfile://tmp_no.mp4', fail(r) { out.missing = r; resolve(out) } }) } }) } }) } }) } }) } }) } }) } })`)
  const { missing, ...rest } = plain(result)
  assert.deepEqual(rest, { slice: '3456', size: 10, isFile: true, seconds: true, md5: '781e5e245d69b566979b86e28d23f2c7', read: 2, closed: 'read:fail bad file descriptor' })
  assert.deepEqual(missing, { errMsg: 'readFile:fail no such file or directory wxfile://tmp_no.mp4', errCode: 1300002, errno: 1300002 })
}))

test('a slice of a file over 100 MB, where that is refused', () => withPhone({ switches: { 'fs.maxFileSizeForSliceRead': 104857600 } }, async (phone) => {
  const file = phone.disk.addTemp({ size: 1 })
  phone.disk.truncate(file, 104857601)
  const result = await inside(phone, `wx.getFileSystemManager().readFile({ filePath: ${JSON.stringify(file)}, position: 0, length: 1, complete: resolve })`)
  assert.equal(result.errCode, 1300202)
}))

test('saveFile moves, and has a quota', () => withPhone({ persona: 'old' }, async (phone) => {
  const file = phone.disk.addTemp({ size: 6000000 })
  const saved = await inside(phone, `wx.getFileSystemManager().saveFile({ tempFilePath: ${JSON.stringify(file)}, success: (r) => resolve(r.savedFilePath), fail: reject })`)
  assert.match(saved, /^wxfile:\/\/store_/)
  assert.equal(phone.disk.find(file), null)
  const second = phone.disk.addTemp({ size: 6000000 })
  const refused = await inside(phone, `wx.getFileSystemManager().saveFile({ tempFilePath: ${JSON.stringify(second)}, fail: resolve })`)
  assert.equal(refused.errCode, 1300202)
  phone.restart()
  assert.ok(phone.disk.find(saved))
}))

for (const [rule, check] of [['there', (size) => size === 1000], ['gone', (size) => size === null], ['there-but-other-size', (size) => size === 501]]) {
  test(`temporary files after a restart: ${rule}`, () => withPhone({ switches: { 'fs.tempAfterRestart': rule } }, async (phone) => {
    const file = phone.disk.addTemp({ size: 1000 })
    phone.restart()
    assert.ok(check(phone.disk.find(file) && phone.disk.size(file)))
  }))
}

test('storage outlives the process; what is missing is an empty string', () => withPhone({}, async (phone) => {
  phone.eval("wx.setStorageSync('a', { n: [1] })")
  phone.restart()
  assert.deepEqual(plain(phone.eval("return [wx.getStorageSync('a'), wx.getStorageSync('b')]")), [{ n: [1] }, ''])
}))

for (const lost of [true, false]) {
  test(`an asynchronous write before a kill is ${lost ? 'lost' : 'kept'}`, () => withPhone({ switches: { 'storage.asyncLostOnKill': lost } }, async (phone) => {
    await inside(phone, "wx.setStorage({ key: 'early', data: 1, success: resolve })")
    await phone.clock.advance(1000)
    phone.eval("wx.setStorage({ key: 'late', data: 1, success() {} })")
    phone.restart()
    assert.deepEqual(Object.keys(phone.stored()).sort(), lost ? ['early'] : ['early', 'late'])
  }))
}

for (const rule of ['throw', 'silent']) {
  test(`a storage that refuses: ${rule}`, () => withPhone({ switches: { 'storage.syncOnError': rule } }, async (phone) => {
    phone.faults.storage = () => 'setStorage:fail:quota reached'
    const result = phone.eval("try { wx.setStorageSync('a', 1); return 'silent' } catch (e) { return e instanceof Error && e.message }")
    assert.equal(result, rule === 'throw' ? 'setStorageSync:fail:quota reached' : 'silent')
    assert.deepEqual(phone.stored(), {})
  }))
}

test('the phone\'s clock may be wrong, and be set right', () => withPhone({ switches: { wallClockSkewMs: -1200000 } }, async (phone) => {
  const isOffBy = (skew, reads) => {
    const before = Math.floor(phone.clock.now())
    const now = phone.eval(reads) - skew
    assert.ok(before <= now && now <= phone.clock.now(), `${before} ${now}`)
  }
  isOffBy(-1200000, 'return Date.now()')
  phone.skewMs = 3600000
  isOffBy(3600000, 'return new Date().getTime()')
  assert.equal(phone.eval("return new Date('2026-01-02T03:04:05Z').toISOString() + (new Date() instanceof Date)"), '2026-01-02T03:04:05.000Ztrue')
}))

for (const unit of ['us', 'ms']) {
  test(`performance.now in ${unit}`, () => withPhone({ switches: { 'js.perfNowUnit': unit } }, async (phone) => {
    await phone.clock.advance(1000)
    const value = phone.eval('return wx.getPerformance().now()')
    assert.ok(value >= (unit === 'us' ? 1e6 : 1e3) && value < (unit === 'us' ? 2e6 : 2e3), String(value))
  }))
}

test('speed: two seconds at fifty times', () => withPhone({ clock: createClock({ speed: 50 }) }, async (phone) => {
  // Each look takes time, too: the phone's lies between two of ours.
  const look = () => [performance.now(), phone.clock.now(), performance.now()]
  const [first, begun, second] = look()
  await inside(phone, 'setTimeout(resolve, 2000)')
  const [third, ended, fourth] = look()
  const passed = ended - begun
  assert.ok(passed >= 2000 && passed >= 49.99 * (third - second) && passed <= 50.01 * (fourth - first), `${passed} ms in ${fourth - first}`)
}))

test('the same seed makes the same phone', async () => {
  const draw = async (seed) => {
    const phone = await createPhone({ seed })
    phone.launch(new CodePackage())
    const value = phone.eval('return [Math.random(), Math.random()].join()') + phone.disk.addTemp({ size: 1 })
    await phone.dispose()
    return value
  }
  assert.equal(await draw(5), await draw(5))
  assert.notEqual(await draw(5), await draw(6))
})

test('choosers answer what the user takes', () => withPhone({}, async (phone) => {
  const path = phone.disk.addTemp({ size: 10 })
  phone.choices.push({ path }, { path, name: 'a.mp4' }, 'cancel')
  const media = plain(await inside(phone, 'wx.chooseMedia({ success: resolve })'))
  assert.deepEqual([media.tempFiles[0].tempFilePath, media.tempFiles[0].size, media.type], [path, 10, 'video'])
  assert.equal((await inside(phone, 'wx.chooseMessageFile({ success: resolve })')).tempFiles[0].name, 'a.mp4')
  assert.equal((await inside(phone, 'wx.chooseMedia({ fail: resolve })')).errMsg, 'chooseMedia:fail cancel')
}))

test('a page: setData by path, observed', async () => {
  const phone = await createPhone({})
  phone.launch(new CodePackage({
    'app.js': "App({ onLaunch() { this.started = true } })",
    'pages/a.js': "Page({ data: { list: [{ n: 1 }] }, onLoad() { this.setData({ 'list[0].n': 2 }) }, onTap(e) { this.setData({ tapped: e.currentTarget.dataset.id }) } })",
  }))
  const seen = []
  phone.observers.push(({ patch }) => seen.push(plain(patch)))
  phone.openPage('pages/a')
  phone.tap('onTap', { currentTarget: { dataset: { id: 7 } } })
  assert.equal(phone.app.started, true)
  assert.deepEqual(plain(phone.page.data), { list: [{ n: 2 }], tapped: 7 })
  assert.deepEqual(seen, [{ 'list[0].n': 2 }, { tapped: 7 }])
  await phone.dispose()
})
