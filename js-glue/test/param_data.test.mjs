import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listening, open, settled } from './support/package.mjs'

function fresh(more = {}) {
  const app = listening()
  const logged = []
  const opened = open(more)
  const uploader = new opened.VODUpload({ userId: 1, ...app, log: (level, event) => logged.push([level, event.event]) })
  return { uploader, opened, log: app.log, logged }
}

// The vendor's own sample has this stray quote.
const BROKEN = '{"Vod":{"Title":"test","CateId":"234"}"}'

test('broken JSON is refused, and the message says where it breaks', async () => {
  const { uploader, log } = fresh({ script: { jsonError: (text) => (text === BROKEN ? 'line 1, column 39: unexpected "' : '') } })
  assert.equal(uploader.addFile('a.mp4', null, null, null, BROKEN), false)
  assert.deepEqual(uploader.listFiles(), [])
  assert.deepEqual(log, [])
  await settled()
  assert.equal(log.length, 1)
  const [, name, code, message] = log[0]
  assert.deepEqual([name, code], ['a.mp4', 'InvalidParamData'])
  assert.match(message, /line 1, column 39: unexpected "/)
  assert.equal(uploader.addFile('a.mp4', null, null, null, '{"Vod":{}}'), true)
})

test('broken JSON without a module to explain it', async () => {
  const { uploader, log } = fresh({ instantiate: () => Promise.reject(new Error('no')) })
  assert.equal(uploader.addFile('a.mp4', null, null, null, BROKEN), false)
  await settled()
  assert.equal(log[0][2], 'InvalidParamData')
  assert.match(log[0][3], /JSON/)
})

test('a module that traps on it is thrown away', async () => {
  const { uploader, log, opened } = fresh({ script: { jsonError() { throw new Error('unreachable') } } })
  await settled()
  uploader.addFile('a.mp4', null, null, null, BROKEN)
  await settled()
  assert.equal(log[0][2], 'InvalidParamData')
  uploader.addFile('b.mp4')
  await settled()
  assert.equal(opened.loads, 2)
})

test('an object is taken as its JSON; one that has none is broken', async () => {
  const { uploader, opened, log } = fresh()
  const given = { Vod: { Title: '标题' } }
  assert.equal(uploader.addFile('a.mp4', null, null, null, given), true)
  const circular = {}
  circular.Vod = circular
  assert.equal(uploader.addFile('b.mp4', null, null, null, circular), false)
  await settled()
  assert.equal(opened.engine.added[0].paramData, JSON.stringify(given))
  assert.deepEqual(uploader.listFiles()[0].videoInfo, given.Vod)
  assert.deepEqual(log.filter(([kind]) => kind === 'failed').map(([, name, code]) => [name, code]), [['b.mp4', 'InvalidParamData']])
  assert.match(log.find(([kind]) => kind === 'failed')[3], /circular/, 'there is no text that could break anywhere')
})

test('what has no Vod level is taken, with a warning; none at all without', async () => {
  for (const [given, warned] of [['{}', true], ['{"userId":1}', true], ['12', true], ['"x"', true], ['null', true], ['{"Vod":{}}', false], ['', false], [null, false], [undefined, false]]) {
    const { uploader, logged } = fresh()
    assert.equal(uploader.addFile('a.mp4', null, null, null, given), true, String(given))
    await settled()
    assert.deepEqual(logged, warned ? [['warn', 'param-data-without-vod']] : [], String(given))
  }
})
