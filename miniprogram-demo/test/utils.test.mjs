import test from 'node:test'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const format = require('../utils/format.js')
const errors = require('../utils/errors.js')
const i18n = require('../utils/i18n.js')

test('sizes and speeds are short, and silent while unknown', () => {
  const sizes = [[0, ''], [undefined, ''], [NaN, ''], [1, '1 B'], [999, '999 B'], [1000, '1.0 KB'], [1536, '1.5 KB'],
    [10 * 1024, '10 KB'], [1023.6 * 1024, '1.0 MB'], [803832, '785 KB'], [3.5 * 2 ** 30, '3.5 GB'], [5000 * 2 ** 30, '5000 GB']]
  for (const [count, text] of sizes) assert.equal(format.bytes(count), text, String(count))
  assert.equal(format.speed(1.2 * 2 ** 20), '1.2 MB/s')
  assert.equal(format.speed(0), '')
})

test('time left reads like a clock and rounds up', () => {
  const times = [[0, '0:00'], [0.2, '0:01'], [59.5, '1:00'], [75, '1:15'], [3675, '1:01:15'], [-1, ''], [Infinity, ''], [undefined, '']]
  for (const [seconds, text] of times) assert.equal(format.left(seconds), text, String(seconds))
})

test('the kind comes from the chooser, else from the ending', () => {
  assert.equal(format.kind({ fileType: 'image' }, 'wxfile://tmp_1'), 'image')
  assert.equal(format.kind({ type: 'video' }, 'wxfile://tmp_1.png'), 'video')
  assert.equal(format.kind({ type: 'file', name: 'talk.M4A' }, 'wxfile://tmp_1'), 'audio')
  assert.equal(format.kind({ type: 'file', name: 'a.jpg.mp4' }, 'wxfile://tmp_1'), 'video')
})

test('a temporary path does not become a title, and every name has an extension', () => {
  assert.equal(format.fileName({ fileType: 'video' }, 'wxfile://tmp_5f3c.MP4', 3), 'video-3.mp4')
  assert.equal(format.fileName({ fileType: 'image' }, 'http://tmp/5f3c', 4), 'image-4.jpg')
  assert.equal(format.fileName({ name: '我的.视频.mov' }, 'wxfile://tmp_1', 5), '我的.视频.mov')
  assert.equal(format.fileName({ name: 'talk', type: 'file' }, 'wxfile://tmp_1.M4A', 6), 'talk.m4a')
  assert.equal(format.title('我的.视频.mov'), '我的.视频')
})

// The codes the package may give, as its documentation lists them.
const CODES = `InvalidUserId InvalidOption InvalidParamData InvalidUploadAuth InvalidUploadAddress InvalidSTSToken EmptyFile
  FileNotFound FileChanged FileReadFailed FileTooLarge Canceled DomainNotAllowed NetworkError RequestTimeout IntegrityError
  ClockSkew WasmLoadFailed InternalError`.split(/\s+/)

test('each error code has its own sentence in both languages', () => {
  const other = { zh: errors.text('NeverHeardOf', 'zh'), en: errors.text('NeverHeardOf', 'en') }
  for (const code of CODES.concat(errors.codes)) {
    for (const language of ['zh', 'en']) assert.notEqual(errors.text(code, language), other[language], code)
    assert.match(errors.text(code, 'zh'), /[\u4e00-\u9fff].*。$/, code)
    assert.match(errors.text(code, 'en'), /^[\x20-\x7e]+\.$/, code)
  }
})

test('both languages have the same texts', () => {
  const keys = (words) => Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? keys(value).map((k) => `${key}.${k}`) : [key]))
  assert.deepEqual(keys(i18n.texts.zh), keys(i18n.texts.en))
})

test('the language follows WeChat, whatever its base library can tell', (t) => {
  t.after(() => { delete globalThis.wx })
  const text = (wx) => { globalThis.wx = wx; return i18n.language() }
  assert.equal(text({ getAppBaseInfo: () => ({ language: 'en' }) }), 'en')
  assert.equal(text({ getAppBaseInfo: () => ({ language: 'zh_TW' }) }), 'zh')
  assert.equal(text({ getSystemInfoSync: () => ({ language: 'ja' }) }), 'en')
  assert.equal(text({ getSystemInfoSync: () => ({}) }), 'zh')
  assert.equal(text({ getSystemInfoSync: () => { throw new Error('getSystemInfoSync:fail') } }), 'zh')
})
