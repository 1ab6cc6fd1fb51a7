import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { said } = (await part('src/wx/errors.ts'))()

// What it means is told in src/wechat.rs, and tested there.
test('a failure is quoted: its numbers, then its words', () => {
  for (const [error, quoted] of [
    [{ errMsg: 'request:fail timeout', errno: 5 }, '#undefined#?#5#?request:fail timeout'],
    [{ errMsg: 'stat:fail', errCode: 1300002, errno: 1300003 }, '#1300002#?#1300003#?stat:fail'],
    [new Error('request is not a function'), '#undefined#?#undefined#?request is not a function'],
    ['text', '#undefined#?#undefined#?text'],
    [7, '#undefined#?#undefined#?7'],
    [undefined, '#undefined#?#undefined#?'],
    [null, '#undefined#?#undefined#?'],
    [{}, '#undefined#?#undefined#?[object Object]'],
    // Without words the number is what there is to tell.
    [{ errno: 600001 }, '#undefined#?#600001#?600001'],
    [{ errMsg: '', errno: 600001 }, '#undefined#?#600001#?600001'],
    [{ errCode: 1301112 }, '#1301112#?#undefined#?1301112'],
  ])
    assert.equal(said(error), quoted)
})

test('no query of an address is quoted, for it may be signed, and no question mark', () => {
  for (const [errMsg, words] of [
    ['request:fail invalid url "https://b.oss.com/o?Signature=SECRET&x=1" sorry', 'request:fail invalid url "https://b.oss.com/o" sorry'],
    ['https://b/o?a?Signature=SECRET https://b/p?Signature=SECRET\nsorry', 'https://b/o https://b/p\nsorry'],
    ['?Signature=SECRET', ''],
    ['what? that', 'what that'],
  ])
    assert.equal(said({ errMsg }), `#undefined#?#undefined#?${words}`)
})
