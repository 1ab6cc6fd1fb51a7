// Each rule of the simulated phone is broken once, and the phone must record the violation.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CodePackage, createClock, createPhone } from './phone/index.mjs'
import { startEcho } from './support/echo.mjs'
import { inside, rules } from './support/inside.mjs'

let echo
before(async () => {
  echo = await startEcho()
})
after(() => echo.stop())

async function withPhone(options, work) {
  const phone = await createPhone({ cloud: echo, clock: createClock({ skipIdle: true }), ...options })
  try {
    phone.launch(new CodePackage())
    await work(phone)
  } finally {
    await phone.dispose()
  }
}

const put = (extra) => `wx.request(Object.assign({ url: 'https://b.example.com/x', method: 'PUT', data: 'x', header: { 'content-type': 'a/b' }, complete: resolve }, ${extra}))`

const requests = [
  ['a correct request', '{}', null],
  ['an ArrayBuffer as body', '{ data: new ArrayBuffer(4) }', null],
  ['a number as header value', "{ header: { 'content-type': 'a/b', 'x-oss-meta-a': 5 } }", null],
  ['a typed array as body', '{ data: new Uint8Array(4) }', 'body'],
  ['a DataView as body', '{ data: new DataView(new ArrayBuffer(4)) }', 'body'],
  ['an empty ArrayBuffer as body', '{ data: new ArrayBuffer(0) }', 'body'],
  ['null as body', '{ data: null }', 'body'],
  ['GET with a body', "{ method: 'GET' }", 'body'],
  ['Date', "{ header: { Date: 'x' } }", 'header'],
  ['Host', "{ header: { host: 'x' } }", 'header'],
  ['Content-Length', "{ header: { 'Content-Length': '1' } }", 'header'],
  ['Referer', "{ header: { Referer: 'x' } }", 'header'],
  ['User-Agent', "{ header: { 'User-Agent': 'x' } }", 'header'],
  ['an empty header value', "{ header: { 'Content-MD5': '' } }", 'header'],
  ['an undefined header value', "{ header: { 'Content-MD5': undefined } }", 'header'],
  ['a line break in a header', "{ header: { 'x-a': 'a\\nb' } }", 'header'],
  ['Chinese in a header', "{ header: { 'x-a': '中' } }", 'header'],
  ['the same header twice', "{ header: { 'Content-Type': 'a/b', 'content-type': 'c/d' } }", 'header'],
  ['PATCH', "{ method: 'PATCH' }", 'method'],
  ['a lower-case method', "{ method: 'put' }", 'method'],
  ['http:', "{ url: 'http://b.example.com/x' }", 'url'],
  ['an IP address', "{ url: 'https://10.0.0.1/x' }", 'url'],
  ['localhost', "{ url: 'https://localhost/x' }", 'url'],
  ['port 443', "{ url: 'https://b.example.com:443/x' }", 'url'],
  ['another port', "{ url: 'https://b.example.com:8443/x' }", 'url'],
  ['an unescaped space', "{ url: 'https://b.example.com/a b' }", 'url'],
  ['an unescaped letter', "{ url: 'https://b.example.com/视频' }", 'url'],
  ['no url', '{ url: undefined }', 'url'],
  ['user and password', "{ url: 'https://u:p@b.example.com/' }", 'url'],
  ['an unknown option', '{ headers: {} }', 'request-options'],
  ['timeout 0', '{ timeout: 0 }', 'timeout'],
  ['timeout as text', "{ timeout: '60000' }", 'timeout'],
]

for (const [what, extra, rule] of requests) {
  test(`wx.request with ${what}: ${rule ?? 'fine'}`, () => withPhone({}, async (phone) => {
    await inside(phone, put(extra))
    assert.deepEqual(rules(phone), rule ? [rule] : [])
  }))
}

const others = [
  ['wx.request without callbacks', "wx.request({ url: 'https://b.example.com/' }); setTimeout(resolve, 50)", 'promise-style'],
  ['wx.request as a promise', "Promise.resolve(wx.request({ url: 'https://b.example.com/', success: resolve }))", 'promise-style'],
  ['readFile without callbacks', "wx.getFileSystemManager().readFile({ filePath: 'x' }); setTimeout(resolve, 50)", 'promise-style'],
  ['readFile without a path', 'wx.getFileSystemManager().readFile({ complete: resolve })', 'fs'],
  ['readFile of a fraction', "wx.getFileSystemManager().readFile({ filePath: file, position: 0.5, length: 1, complete: resolve })", 'fs'],
  ['readFile past the end', 'wx.getFileSystemManager().readFile({ filePath: file, position: 90, length: 20, complete: resolve })', 'read-range'],
  ['readFile from behind the end', 'wx.getFileSystemManager().readFile({ filePath: file, position: 100, length: 1, complete: resolve })', 'read-range'],
  ['readFile of nothing', 'wx.getFileSystemManager().readFile({ filePath: file, position: 0, length: 0, complete: resolve })', 'read-range'],
  ['readFile to the end', 'wx.getFileSystemManager().readFile({ filePath: file, position: 90, length: 10, complete: resolve })', null],
  ['storage of undefined', "try { wx.setStorageSync('a', undefined) } catch (e) { resolve() }", 'storage'],
  ['storage without a key', "try { wx.setStorageSync('', 1) } catch (e) { resolve() }", 'storage'],
  ['a value over 1 MB', "try { wx.setStorageSync('a', 'x'.repeat(1048576)) } catch (e) { resolve() }", 'storage-limit'],
  ['eleven megabytes in all', "try { for (var i = 0; i < 11; i++) wx.setStorageSync('k' + i, 'x'.repeat(1000000)) } catch (e) { resolve() }", 'storage-limit'],
  ['new Function', "try { new Function('return 1') } catch (e) { resolve() }", 'eval'],
  ['a function\'s constructor', "try { (function () {}).constructor('return 1') } catch (e) { resolve() }", 'eval'],
  ["Function('return this')", "resolve(Function('return this')() === global)", null],
  ['eval', "try { eval('1') } catch (e) { resolve() }", 'eval'],
  ['require of an absolute path', "try { require('/a') } catch (e) { resolve() }", 'require'],
  ['require of JSON', "try { require('./a.json') } catch (e) { resolve() }", 'require'],
  ['setTimeout of text', "setTimeout('x', 1); resolve()", 'timer'],
  ['a wait that runs in circles', 'var n = 0; (function again() { if (++n < 2500) setTimeout(again, 0); else resolve() })()', 'spin'],
  ['many promises and timers', 'var p = Promise.resolve(); for (var i = 0; i < 3000; i++) p = p.then(() => {}); for (i = 0; i < 500; i++) setTimeout(() => {}, 0); p.then(resolve)', null],
  ['off without on', 'wx.offAppShow(function () {}); resolve()', 'listener'],
  ['uploadFile with a number as field', "wx.uploadFile({ url: 'https://b.example.com/', filePath: file, name: 'file', formData: { a: 1 }, complete: resolve })", 'uploadFile-options'],
  ['uploadFile with its own content-type', "wx.uploadFile({ url: 'https://b.example.com/', filePath: file, name: 'file', header: { 'Content-Type': 'multipart/form-data' }, complete: resolve })", 'header'],
  ['uploadFile without a name', "wx.uploadFile({ url: 'https://b.example.com/', filePath: file, complete: resolve })", 'uploadFile-options'],
  ['uploadFile as it should be', "wx.uploadFile({ url: 'https://b.example.com/', filePath: file, name: 'file', formData: { key: 'a' }, complete: resolve })", null],
]

for (const [what, source, rule] of others) {
  test(`${what}: ${rule ?? 'fine'}`, () => withPhone({}, async (phone) => {
    const file = phone.disk.addTemp({ size: 100 })
    await inside(phone, `var file = ${JSON.stringify(file)}; ${source}`)
    assert.deepEqual(rules(phone), rule ? [rule] : [])
    assert.deepEqual(phone.errors, [])
  }))
}

test('fetch, where a browser engine has it, is a violation', () => withPhone({ persona: 'devtools' }, async (phone) => {
  await inside(phone, "try { fetch('https://b.example.com/') } catch (e) { resolve() }")
  assert.deepEqual(rules(phone), ['browser-api'])
}))

test('a main package over 2 MB', async () => {
  const phone = await createPhone({ cloud: echo })
  phone.launch(new CodePackage({ 'a.js': Buffer.alloc(2 * 1024 * 1024 + 1, 32) }))
  assert.deepEqual(rules(phone), ['package'])
  await phone.dispose()
})

test('files of other kinds never reach the phone', () => {
  const code = new CodePackage({ 'a.js': '', 'a.wasm': '', 'a.wasm.br': '', 'a.d.ts': '', 'a.map': '', 'a.bin': '' })
  assert.deepEqual([...code.files.keys()], ['a.js', 'a.wasm', 'a.wasm.br'])
})

test('what a typed array really sends', () => withPhone({}, async (phone) => {
  await inside(phone, put('{ data: new Uint8Array([7, 8]) }'))
  assert.equal(echo.seen.at(-1).body, '{"0":7,"1":8}')
}))

test('the bridge copies the body at the call', () => withPhone({}, async (phone) => {
  await inside(phone, `var b = new ArrayBuffer(2); ${put('{ data: b }')}; new Uint8Array(b).fill(65)`)
  assert.equal(echo.seen.at(-1).body, '\0\0')
}))

test('without a content type the client says application/json', () => withPhone({}, async (phone) => {
  await inside(phone, put('{ header: {} }'))
  assert.equal(echo.seen.at(-1).headers['content-type'], 'application/json')
}))

test('host and path go out as they were written', () => withPhone({}, async (phone) => {
  await inside(phone, put("{ url: 'https://b.example.com/a%2Fb/../c!?uploads&x=%E4#f' }"))
  assert.equal(echo.seen.at(-1).url, '/a%2Fb/../c!?uploads&x=%E4')
  assert.equal(echo.seen.at(-1).headers.host, 'b.example.com')
}))
