// A store that is full, throws, lies or has been tampered with costs the resume, never the upload.
import assert from 'node:assert/strict'
import { unsure } from './phone/index.mjs'
import { MB, begin, scenario, succeed } from './support/scenario.mjs'

const options = { partSize: 512 * 1024 }
const size = 3 * MB

for (const onError of unsure['storage.syncOnError']) {
  for (const [title, fault] of [
    ['every write is refused', (op) => (op === 'set' ? 'setStorage:fail:quota reached' : null)],
    ['everything throws', (op) => `${op}Storage:fail:internal error`],
    ['reads throw', (op) => (op === 'get' ? 'getStorage:fail:internal error' : null)],
    ['removal throws', (op) => (op === 'remove' ? 'removeStorage:fail:internal error' : null)],
  ]) {
    scenario(`${title} (${onError})`, { switches: { 'storage.syncOnError': onError } }, async (session) => {
      session.phone.faults.storage = fault
      const path = begin(session, { size, options })
      await succeed(session, path)
    })
  }
}

scenario('the store fills up in the middle', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size, options })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  session.phone.faults.storage = (op) => (op === 'set' ? 'setStorage:fail:quota reached' : null)
  await succeed(session, path)
})

scenario('the app has filled the store itself', { storage: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`app${i}`, 'x'.repeat(1040000)])) }, async (session) => {
  session.phone.persona.storage.totalLimitBytes = 10400100
  const path = begin(session, { size, options })
  await succeed(session, path, { allow: ['storage-limit'] })
  assert.equal(Object.keys(session.phone.stored()).filter((key) => key.startsWith('app')).length, 10, 'the app\'s own values are gone')
})

// What was written by an earlier run is changed before the next: type, text, pieces of it.
for (const [title, tamper] of [
  ['cut in half', (value) => (typeof value === 'string' ? value.slice(0, value.length / 2) : value)],
  ['another type', () => 42],
  ['an object', () => ({ a: 1 })],
  ['null', () => null],
  ['empty', () => ''],
  ['letters changed', (value) => (typeof value === 'string' ? value.replace(/[0-9]/g, '7') : value)],
  ['a very long text', () => 'x'.repeat(300000)],
]) {
  scenario(`a tampered checkpoint: ${title}`, { switches: { 'fs.tempAfterRestart': 'there' } }, async (session) => {
    session.phone.setUplink(MB)
    const path = begin(session, { size, options })
    await session.wait('progress', { fits: ({ percent }) => percent > 30 })
    session.phone.kill()
    session.phone.setUplink(null)
    const { values } = session.phone.store
    assert.ok(values.size > 0, 'nothing was remembered')
    for (const [key, text] of values) values.set(key, JSON.stringify(tamper(JSON.parse(text))))
    session.restart()
    begin(session, { path, options })
    await succeed(session, path, { objects: 1 })
  })
}

scenario('small: what is stored for an upload of 400 parts', { personas: ['ios'] }, async (session) => {
  session.phone.setUplink(4 * MB)
  let most = 0
  const path = begin(session, { size: 40 * MB, options: { partSize: 102400 } })
  const measure = setInterval(() => {
    for (const [key, text] of session.phone.store.values) most = Math.max(most, key.length + text.length)
  }, 5)
  await succeed(session, path)
  clearInterval(measure)
  assert.ok(most > 0 && most < 64 * 1024, `${most} characters under one key`)
})
