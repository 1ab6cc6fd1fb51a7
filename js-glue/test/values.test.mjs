import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { encodeUtf8: encode, decodeUtf8: decode } = (await part('src/polyfills/text_encoding.ts'))()
const { toBase64, toText, toExpiration } = (await part('src/values.ts'))()

// A fixed sequence: what fails once fails again.
let seed = 42
const random = (n) => ((seed = (seed * 1103515245 + 12345) % 2147483648), Math.floor((seed / 2147483648) * n))

const TEXTS = [
  '', 'plain', '\0', 'é', '中文文件名.mp4', '😀', 'a😀b', '\ud800', '\udc00', '\ud800\ud800\udc00', '\udc00\ud800', 'x\ud83d', '\ufeffbom', '\uffff', '\ud7ff\ue000',
]

test('text becomes the bytes that TextEncoder makes, lone surrogates included', () => {
  const encoder = new TextEncoder()
  for (const text of TEXTS) assert.deepEqual([...encode(text)], [...encoder.encode(text)], JSON.stringify(text))
  for (let n = 0; n < 3000; n++) {
    const units = Array.from({ length: random(12) }, () => [random(128), random(0x800), random(0x10000), 0xd800 + random(0x800)][random(4)])
    const text = String.fromCharCode(...units)
    assert.deepEqual([...encode(text)], [...encoder.encode(text)], JSON.stringify(text))
  }
})

test('bytes become the text that TextDecoder makes; broken ones become marks, and nothing throws', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
  for (const text of TEXTS) assert.equal(decode(encode(text)), decoder.decode(encode(text)))
  const broken = [[0x80], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80], [0xe4, 0xb8], [0xf0, 0x9f, 0x98]]
  for (const bytes of broken) assert.equal(decode(Uint8Array.from([0x25, ...bytes, 0x41])), '%\ufffdA', String(bytes))
  const leads = [0x20, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff]
  for (let n = 0; n < 5000; n++) {
    const bytes = Uint8Array.from({ length: random(10) }, () => (random(2) ? leads[random(leads.length)] : random(256)))
    let wanted
    try {
      wanted = decoder.decode(bytes)
    } catch {
      wanted = Buffer.from(bytes).toString('latin1').replace(/[^\0-\x7f]+/g, '\ufffd')
    }
    assert.equal(decode(bytes), wanted, String(bytes))
  }
})

test('long text survives the way there and back', () => {
  const text = '视频😀x'.repeat(20_000)
  assert.equal(decode(encode(text)), text)
})

test('base64 is that of the UTF-8 bytes', () => {
  for (const text of ['', 'a', 'ab', 'abc', '{"Vod":{"Title":"标题😀"}}']) assert.equal(toBase64(text), Buffer.from(text).toString('base64'))
})

test('whatever an app passes for text becomes text', () => {
  for (const [value, text] of [[undefined, ''], [null, ''], [12, '12'], ['a', 'a']]) assert.equal(toText(value), text)
  const date = new Date(1_780_000_000_123)
  for (const [value, text] of [[undefined, ''], [null, ''], ['2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z'], [3600.7, '3600'], [date, '1780000000123']]) assert.equal(toExpiration(value), text)
})
