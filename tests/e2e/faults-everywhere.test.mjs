// What may befall an upload, once on every client; the other files try each of these in more ways on fewer clients.
import assert from 'node:assert/strict'
import { personaNames } from './phone/index.mjs'
import { MB, begin, partsAcknowledged, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'

const options = { partSize: 512 * 1024 }
const size = 2 * MB
const hour = 3600000
const part = (partNumber) => ({ op: 'UploadPart', partNumber })

const everywhere = (title, more, work) => scenario(title, { personas: personaNames, ...more }, work)

// Larger than what is under way at once: some of it is still to be read.
async function halfWay(session, more = {}) {
  session.phone.setUplink(2 * MB)
  const path = begin(session, { size: 8 * MB, options: { ...options, ...more } })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  return path
}

for (const [title, fault, more = {}] of [
  ['a part breaks off at byte 100,000', { when: part(2), do: { dropAfterBytes: 100000 } }],
  ['the answer to a part is lost', { when: part(3), do: { dropAnswer: true } }],
  ['the answer to Initiate is lost', { when: { op: 'InitiateMultipartUpload' }, do: { dropAnswer: true } }],
  ['the answer to Complete is lost', { when: { op: 'CompleteMultipartUpload' }, do: { dropAnswer: true } }],
  ['a part stalls', { when: part(2), do: { stall: true, afterBytes: 0 } }, { stallMs: 400 }],
  ['500 to a part', { when: part(2), do: { status: 500, code: 'InternalError' } }],
  ['503 to a part', { when: part(1), do: { status: 503, code: 'ServiceUnavailable' } }],
  ['a proxy\'s page', { when: part(2), do: { status: 502, html: true } }],
  ['a part arrives changed', { when: part(3), do: { corrupt: true } }],
  ['another ETag', { when: part(2), do: { wrongEtag: true } }],
  ['the credential ends in the middle of a part', { when: part(4), do: { expireCredential: true } }],
]) {
  everywhere(title, more, async (session) => {
    const rule = session.cloud.faults.add(fault)
    const path = begin(session, { size, options })
    await succeed(session, path)
    assert.ok(rule.hits > 0, 'the fault never struck')
    assert.ok(session.named('expired').length <= 1)
    assert.equal(session.cloud.videos.size, 1)
  })
}

for (const skew of [hour, -hour]) {
  everywhere(`the clock is ${skew > 0 ? 'fast' : 'slow'} by an hour`, { switches: { wallClockSkewMs: skew } }, async (session) => {
    const path = begin(session, { size, options })
    await succeed(session, path)
    assert.equal(session.named('expired').length, 0)
  })

  everywhere(`the clock is set ${skew > 0 ? 'forward' : 'back'} by an hour while parts are sent`, {}, async (session) => {
    const path = await halfWay(session)
    session.phone.skewMs = skew
    await succeed(session, path)
    assert.equal(requestsOf(session, 'InitiateMultipartUpload').length, 1)
    assert.equal(session.named('expired').length, 0, 'a set clock was taken for an expired token')
  })
}

everywhere('20 s in the background', {}, async (session) => {
  const path = await halfWay(session, { retryCount: 0 })
  session.phone.hide()
  await session.clock.advance(20000)
  session.phone.show()
  await succeed(session, path)
})

everywhere('killed and opened again', { switches: { 'fs.tempAfterRestart': 'there' } }, async (session) => {
  const path = await halfWay(session, { parallel: 2 })
  session.phone.kill()
  await session.clock.settle()
  const stored = partsAcknowledged(session)
  const mark = session.cloud.requests.length
  session.restart()
  begin(session, { path, options })
  await succeed(session, path)
  const again = stored.filter((number) => partsTaken(session, mark).has(number))
  // Answers of the very moment of the kill, one for each request under way, were not noted down.
  assert.ok(stored.length > 0 && again.length <= 2, `sent again: ${again} of ${stored}`)
  assert.equal(session.cloud.videos.size, 1)
})

everywhere('the storage is full', {}, async (session) => {
  session.phone.faults.storage = (op) => (op === 'set' ? session.phone.persona.storage.quotaError : null)
  const path = begin(session, { size, options })
  await succeed(session, path)
})

everywhere('the file changes while it is sent', {}, async (session) => {
  const path = await halfWay(session)
  session.phone.disk.overwrite(path, { size: 8 * MB, seed: 4711, mtime: new Date(session.clock.now() + 5000) })
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.equal(failed.code, 'FileChanged')
  assert.deepEqual(session.cloud.objects(), [])
  await session.clock.advance(10000)
  assert.deepEqual(session.cloud.uploads(), [], 'the server side was not cleaned up')
})
