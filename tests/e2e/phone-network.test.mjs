// What a request may meet, by persona and by switch.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CodePackage, createClock, createPhone, personaNames } from './phone/index.mjs'
import { startEcho } from './support/echo.mjs'
import { inside, plain, rules } from './support/inside.mjs'

let echo
before(async () => {
  echo = await startEcho()
})
after(() => echo.stop())

async function withPhone(options, work) {
  const phone = await createPhone({ cloud: echo, clock: createClock({ skipIdle: true, stallMs: 400 }), ...options })
  try {
    phone.launch(new CodePackage())
    await work(phone)
    assert.deepEqual(phone.errors, [])
  } finally {
    await phone.dispose()
  }
}

const get = (path, extra = '{}') => `wx.request(Object.assign({ url: 'https://b.example.com${path}', success: resolve, fail: resolve }, ${extra}))`
const ask = (phone, path, extra) => inside(phone, get(path, extra))

for (const [rule, name] of [['as-server', 'ETag'], ['lower', 'etag'], ['title', 'Etag']]) {
  test(`header names: ${rule}`, () => withPhone({ switches: { 'net.headerCase': rule } }, async (phone) => {
    const { header } = await ask(phone, '/')
    assert.equal(header[name], '"A"')
  }))
}

test('data: JSON is parsed unasked, XML stays, a BOM goes', () => withPhone({}, async (phone) => {
  assert.equal((await ask(phone, '/number')).data, 12345)
  assert.equal((await ask(phone, '/number', "{ dataType: 'text' }")).data, '12345')
  assert.equal((await ask(phone, '/xml')).data, '<a/>')
  assert.equal((await ask(phone, '/empty')).data, '')
  assert.match((await ask(phone, '/binary')).errMsg, /convert to UTF8 fail/)
  assert.equal((await ask(phone, '/binary', "{ responseType: 'arraybuffer' }")).data.byteLength, 3)
  assert.equal((await ask(phone, '/500')).statusCode, 500)
}))

for (const [rule, check] of [["''", (d) => d === ''], ['undefined', (d) => d === undefined], ['null', (d) => d === null], ['ArrayBuffer(0)', (d) => d.byteLength === 0]]) {
  test(`204: ${rule}`, () => withPhone({ switches: { 'net.data204': rule } }, async (phone) => {
    assert.ok(check((await ask(phone, '/204')).data))
  }))
}

test('callbacks: one of success and fail, then complete, never inside the call', () => withPhone({}, async (phone) => {
  const order = await inside(phone, `
    var order = []
    var note = (name) => () => { order.push(name); if (name === 'complete') resolve(order) }
    wx.request({ url: 'https://b.example.com/', success: note('success'), fail: note('fail'), complete: note('complete') })
    order.push('returned')`)
  assert.deepEqual(plain(order), ['returned', 'success', 'complete'])
}))

test('an exception in a callback does not reach the caller', async () => {
  const phone = await createPhone({ cloud: echo })
  phone.launch(new CodePackage())
  await inside(phone, `wx.request({ url: 'https://b.example.com/', success() { throw new Error('mine') }, complete: resolve })`)
  assert.equal(phone.errors[0].message, 'mine')
  await phone.dispose()
})

test('a stalled server: the timeout fires after phone time, capped at 60 s', () => withPhone({}, async (phone) => {
  const started = phone.clock.now()
  const real = performance.now()
  const result = await ask(phone, '/silent', '{ timeout: 300000 }')
  assert.equal(result.errMsg, 'request:fail timeout')
  assert.ok(Math.abs(phone.clock.now() - started - 60000) < 3000, `${phone.clock.now() - started}`)
  assert.ok(performance.now() - real < 30000, 'it was waited for')
}))

test('a timeout that is honoured', () => withPhone({ persona: 'devtools' }, async (phone) => {
  const started = phone.clock.now()
  await ask(phone, '/silent', '{ timeout: 90000 }')
  assert.ok(phone.clock.now() - started >= 90000)
}))

test('a slow answer is waited for, not skipped', () => withPhone({}, async (phone) => {
  assert.equal((await ask(phone, '/slow', '{ timeout: 1000 }')).data, 'slow')
}))

test('old clients speak the language of their owner', () => withPhone({ persona: 'old' }, async (phone) => {
  assert.deepEqual(plain(await ask(phone, '/silent')), { errMsg: 'request:fail 请求超时。' })
}))

test('a reset connection', () => withPhone({ persona: 'android', switches: { 'net.errnoMissingRate': 0 } }, async (phone) => {
  assert.deepEqual(plain(await ask(phone, '/reset')), { errMsg: 'request:fail -101:net::ERR_CONNECTION_RESET', errno: 600001 })
}))

test('errno comes and goes', () => withPhone({ switches: { 'net.errnoMissingRate': 0.5 } }, async (phone) => {
  let present = 0
  for (let i = 0; i < 40; i++) if ('errno' in (await ask(phone, '/reset'))) present++
  assert.ok(present > 5 && present < 35, String(present))
}))

const many = (count) => `
  var results = []
  for (var i = 0; i < ${count}; i++) wx.request({ url: 'https://b.example.com/slow', complete(r) { results.push(r.errMsg); if (results.length === ${count}) resolve(results) } })`

test('the eleventh request waits', () => withPhone({}, async (phone) => {
  const results = await inside(phone, many(12))
  assert.ok(results.every((one) => one === 'request:ok'))
  assert.equal(phone.meter.peakRequests, 12)
}))

for (const [rule, text] of [['fail:max connected', 'request:fail max connected'], ['fail:exceed max task count', 'request:fail exceed max task count']]) {
  test(`the eleventh request: ${rule}`, () => withPhone({ switches: { 'net.overLimit': rule } }, async (phone) => {
    assert.equal((await inside(phone, many(12))).filter((one) => one === text).length, 2)
  }))
}

test('a queue that waits for the whole batch', () => withPhone({ switches: { 'net.overLimit': 'queue-batch-of-10' } }, async (phone) => {
  const release = phone.occupySlots(1)
  setTimeout(release, 600)
  const started = performance.now()
  await inside(phone, many(10))
  assert.ok(performance.now() - started >= 600)
}))

for (const rule of ['silent', 'fail-abort']) {
  test(`abort of a queued request: ${rule}`, () => withPhone({ switches: { 'net.abortQueued': rule } }, async (phone) => {
    const release = phone.occupySlots(10)
    const result = await inside(phone, `
      var task = wx.request({ url: 'https://b.example.com/', complete: (r) => resolve(r.errMsg) })
      setTimeout(() => task.abort(), 10)
      setTimeout(() => resolve('nothing'), 1000)`)
    assert.equal(result, rule === 'silent' ? 'nothing' : 'request:fail abort')
    release()
  }))
}

test('abort of a running request', () => withPhone({}, async (phone) => {
  const result = await inside(phone, `var task = wx.request({ url: 'https://b.example.com/silent', fail: resolve }); setTimeout(() => task.abort(), 10)`)
  assert.equal(result.errMsg, 'request:fail abort')
}))

test('a host that is on no list', () => withPhone({ domains: { request: ['https://b.example.com'] } }, async (phone) => {
  assert.equal((await ask(phone, '/')).errMsg, 'request:ok')
  const result = await inside(phone, "wx.request({ url: 'https://c.example.com/', fail: resolve })")
  assert.equal(result.errMsg, 'request:fail url not in domain list:c.example.com')
  assert.match((await ask(phone, '/away')).errMsg, /domain list/)
  assert.equal((await ask(phone, '/away', "{ redirect: 'manual' }")).statusCode, 302)
  assert.deepEqual(rules(phone), [])
}))

test('DevTools refuses unsafe headers aloud', () => withPhone({ persona: 'devtools' }, async (phone) => {
  await ask(phone, '/', "{ header: { Date: 'x' } }")
  assert.match(phone.console[0].text, /Refused to set unsafe header "Date"/)
  assert.equal(echo.seen.at(-1).headers.date, undefined)
}))

for (const rule of ['kill-all', 'hang-until-timeout', 'none']) {
  test(`from Wi-Fi to 4G: ${rule}`, () => withPhone({ persona: 'android', switches: { 'net.networkChange': rule } }, async (phone) => {
    phone.clock.skipIdle = false
    const events = inside(phone, 'wx.onNetworkStatusChange(resolve)')
    const before = echo.seen.length
    const answer = ask(phone, '/held')
    await echo.arrival(before)
    phone.setNetwork('4g')
    assert.deepEqual(plain(await events), { isConnected: true, networkType: '4g' })
    if (rule === 'none') echo.letGo()
    phone.clock.skipIdle = true
    const { errMsg } = await answer
    assert.match(errMsg, { 'kill-all': /NETWORK_CHANGED/, 'hang-until-timeout': /timeout/, none: /ok/ }[rule])
  }))
}

test('without a network', () => withPhone({}, async (phone) => {
  phone.setNetwork('none')
  assert.match((await ask(phone, '/')).errMsg, /INTERNET_DISCONNECTED/)
  assert.equal((await inside(phone, 'wx.getNetworkType({ success: resolve })')).networkType, 'none')
  phone.setNetwork('5g')
  assert.equal((await ask(phone, '/')).errMsg, 'request:ok')
}))

test('a slow uplink costs phone time, not ours', () => withPhone({ switches: { 'net.timeoutCapMs': null } }, async (phone) => {
  phone.setUplink(25000)
  const started = phone.clock.now()
  await ask(phone, '/', "{ method: 'PUT', data: new ArrayBuffer(1000000), timeout: 100000 }")
  const took = phone.clock.now() - started
  assert.ok(took >= 40000 && took < 45000, String(took))
  await ask(phone, '/', "{ method: 'PUT', data: new ArrayBuffer(4000000) }").then((r) => assert.match(r.errMsg, /timeout/))
}))

test('uploadFile: fields first, file last, no header in the answer, progress', () => withPhone({}, async (phone) => {
  const file = phone.disk.addTemp({ bytes: Buffer.from('hello') })
  const result = await inside(phone, `
    var progress = []
    wx.uploadFile({ url: 'https://b.example.com/', filePath: ${JSON.stringify(file)}, name: 'file', formData: { key: 'a', policy: 'b' },
      success: (r) => resolve({ keys: Object.keys(r).sort(), progress: progress }), fail: reject })
      .onProgressUpdate((p) => progress.push(p.progress))`)
  assert.deepEqual(plain(result), { keys: ['data', 'errMsg', 'statusCode'], progress: [100] })
  assert.match(echo.seen.at(-1).body, /name="key"[\s\S]+name="policy"[\s\S]+name="file"; filename="[^"]+\.mp4"[\s\S]+hello/)
}))

test('the meter: bytes are held from the read to the end of the request', () => withPhone({}, async (phone) => {
  const file = phone.disk.addTemp({ size: 300 })
  await inside(phone, `
    var fs = wx.getFileSystemManager(), slices = [], left = 3
    function send(data) { wx.request({ url: 'https://b.example.com/', method: 'PUT', data: data, success() { if (--left === 0) resolve() } }) }
    for (var i = 0; i < 3; i++) fs.readFile({ filePath: ${JSON.stringify(file)}, position: i * 100, length: 100, success(r) {
      if (slices.push(r.data) === 3) slices.forEach(send) } })`)
  assert.equal(phone.meter.peakHeld, 300)
  assert.equal(phone.meter.held, 0)
  assert.equal(phone.meter.peakRequests, 3)
}))

for (const persona of personaNames) {
  test(`${persona}: what kill() forgets never calls back`, () => withPhone({ persona }, async (phone) => {
    let called = false
    phone.world.global.called = () => {
      called = true
    }
    phone.clock.skipIdle = false
    const before = echo.seen.length
    phone.eval("wx.request({ url: 'https://b.example.com/held', complete: called }); setTimeout(called, 50000); setInterval(called, 50000); wx.onAppShow(called)")
    await echo.arrival(before)
    phone.kill()
    echo.letGo()
    await phone.clock.advance(200000)
    assert.equal(called, false)
  }))
}
