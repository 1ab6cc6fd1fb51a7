// The checks behind every scenario can fail: each is shown a run with one thing wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkManners, checkStored } from './support/verify.mjs'

const url = 'wxfile://tmp_a.mp4'
const progress = (percent) => ({ name: 'progress', url, percent })
const good = () => [{ name: 'started', url }, progress(10), progress(100), { name: 'succeed', url, info: {} }, { name: 'end', url }]

function run({ events = good(), phone = {}, secrets = ['TheVerySecretKey0123456789'], meter = {} } = {}) {
  return {
    runs: [0],
    events,
    secrets: new Set(secrets),
    phone: { violations: [], errors: [], console: [], world: { leaks: () => [] }, stored: () => ({}), meter: { peakRequests: 8, peakHeld: 1000, ...meter }, ...phone },
  }
}

test('a good run passes', () => checkManners(run()))

for (const [what, broken] of [
  ['no onUploadEnd', { events: good().slice(0, -1) }],
  ['two onUploadEnd', { events: [...good(), { name: 'end', url }] }],
  ['no terminal callback', { events: good().filter((one) => one.name !== 'succeed') }],
  ['two terminal callbacks', { events: [...good().slice(0, -1), { name: 'failed', url }, { name: 'end', url }] }],
  ['progress that goes back', { events: [{ name: 'started', url }, progress(50), progress(40), progress(100), { name: 'succeed', url }, { name: 'end', url }] }],
  ['progress over 100', { events: [{ name: 'started', url }, progress(101), { name: 'succeed', url }, { name: 'end', url }] }],
  ['progress that ends at 99', { events: [{ name: 'started', url }, progress(99), { name: 'succeed', url }, { name: 'end', url }] }],
  ['a violation', { phone: { violations: [{ rule: 'url', detail: '' }] } }],
  ['an exception', { phone: { errors: [new Error('x')] } }],
  ['a global left behind', { phone: { world: { leaks: () => ['x'] } } }],
  ['nine requests at once', { meter: { peakRequests: 9 } }],
  ['too many bytes held', { meter: { peakHeld: 17 * 1024 * 1024 } }],
  ['a failure of the app', { events: [{ name: 'appFailed' }, ...good()] }],
  ['a secret in storage', { phone: { stored: () => ({ a: 'x TheVerySecretKey0123456789 y' }) } }],
  ['a secret in storage, in base64', { phone: { stored: () => ({ a: Buffer.from('{"k":"TheVerySecretKey0123456789"}').toString('base64') }) } }],
  ['a secret in the console', { phone: { console: [{ level: 'warn', text: 'TheVerySecretKey0123456789' }] } }],
  ['a secret in a message', { events: [...good(), { name: 'log', event: { detail: 'TheVerySecretKey0123456789' } }] }],
]) {
  test(`${what} is noticed`, () => assert.throws(() => checkManners(run(broken)), assert.AssertionError))
}

const session = (hashes) => ({
  cloud: { objects: () => hashes.map((hash) => ({ key: hash, sha256: async () => hash })), videos: new Map([['v', {}]]), images: new Map() },
  phone: { disk: { sha256: async () => 'right' } },
})
test('the stored object is the file', async () => {
  assert.equal((await checkStored(session(['right']), url, { videoId: 'v' })).key, 'right')
  await assert.rejects(checkStored(session(['wrong']), url), /not the file/)
  await assert.rejects(checkStored(session([]), url), /objects stored/)
  await assert.rejects(checkStored(session(['right', 'right']), url), /objects stored/)
  await assert.rejects(checkStored(session(['right']), url, { videoId: 'w' }), /VOD knows no w/)
})
