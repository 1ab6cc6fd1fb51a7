// The process is killed without notice. What was stored is not sent again.
import assert from 'node:assert/strict'
import { MB, begin, partsAcknowledged, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

// Two requests at once: so many answers at most have come and not been noted down when the phone is killed.
const options = { partSize: 512 * 1024, parallel: 2 }
const size = 6 * MB
const there = { 'fs.tempAfterRestart': 'there' }

async function killHalfWay(session, { flow = 'auth', percent = 40, file, more = {} } = {}) {
  session.phone.setUplink(MB)
  const path = begin(session, { size, flow, options: { ...options, ...more }, file })
  await session.wait('progress', { fits: (event) => event.percent > percent })
  session.phone.kill()
  await session.clock.settle()
  const stored = partsAcknowledged(session)
  session.phone.setUplink(null)
  return { path, stored, mark: session.cloud.requests.length }
}

function assertOnlyMissing(session, { stored, mark }) {
  const again = stored.filter((number) => partsTaken(session, mark).has(number))
  assert.ok(again.length <= options.parallel, `sent again: ${again} of ${stored}`)
  assert.ok(stored.length >= 3, `only ${stored.length} parts were acknowledged before the kill`)
}

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  scenario(`${flow}: killed and opened again, the same file`, { switches: there }, async (session) => {
    const killed = await killHalfWay(session, { flow })
    session.restart()
    const from = session.runs.at(-1)
    begin(session, { path: killed.path, flow, options })
    const started = await session.wait('started', { from })
    const [videoId] = session.cloud.videos.keys()
    if (flow !== 'sts') assert.equal(started.info.videoId, videoId, 'the video is not known again before onUploadstarted')
    const { done } = await succeed(session, killed.path)
    assert.equal(done.info.videoId, videoId)
    assert.equal(session.cloud.videos.size, 1, 'a second video was created')
    assertOnlyMissing(session, killed)
    assert.equal(requestsOf(session, 'InitiateMultipartUpload').length, 1)
    assert.deepEqual(session.cloud.uploads(), [])
  })
}

scenario('progress begins where it was', { switches: there }, async (session) => {
  const killed = await killHalfWay(session)
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path)
  const [first] = session.named('progress', session.runs.at(-1))
  assert.ok(first.percent >= 30, `first progress after the restart: ${first.percent}`)
})

scenario('killed three times', { switches: there }, async (session) => {
  session.phone.setUplink(MB)
  let path = begin(session, { size, options })
  for (const percent of [20, 45, 70]) {
    const from = session.runs.at(-1)
    await session.wait('progress', { from, fits: (event) => event.percent > percent })
    session.restart()
    path = begin(session, { path, options })
  }
  await succeed(session, path)
  assert.equal(session.cloud.videos.size, 1)
  const resent = [...partsTaken(session).values()].reduce((sum, count) => sum + count - 1, 0)
  assert.ok(resent <= 3 * options.parallel, `${resent} parts were sent again`)
})

scenario('killed between the last part and Complete', { switches: there }, async (session) => {
  session.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { stall: true } })
  const path = begin(session, { size, options })
  while (requestsOf(session, 'CompleteMultipartUpload').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  session.restart()
  const mark = session.cloud.requests.length
  begin(session, { path, options })
  await succeed(session, path)
  assert.equal(partsTaken(session, mark).size, 0, 'parts were sent again')
})

scenario('killed after Complete was done and before its answer came', { switches: there }, async (session) => {
  const path = begin(session, { size, options })
  session.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { status: 500, code: 'InternalError', processed: true } })
  await session.served('CompleteMultipartUpload')
  assert.equal(session.cloud.objects().length, 1)
  session.restart()
  begin(session, { path, options })
  await succeed(session, path)
  assert.equal(session.cloud.videos.size, 1)
})

scenario('killed before the first part', { switches: there }, async (session) => {
  session.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { stall: true } })
  const path = begin(session, { size, options })
  while (requestsOf(session, 'InitiateMultipartUpload').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  session.restart()
  begin(session, { path, options })
  await succeed(session, path)
})

scenario('the temporary file is gone; the same one is chosen again under a new path', { switches: { 'fs.tempAfterRestart': 'gone' } }, async (session) => {
  const killed = await killHalfWay(session, { file: { name: 'holiday.mp4' } })
  session.restart()
  const again = session.phone.disk.addTemp({ name: 'video.mp4', size, seed: session.seed % 1000 })
  begin(session, { path: again, options, file: { name: 'holiday.mp4' } })
  await succeed(session, again)
  assertOnlyMissing(session, killed)
  assert.equal(session.cloud.videos.size, 1, 'a second video was created')
})

scenario('the file has another size after the restart: begun anew, and right', { switches: { 'fs.tempAfterRestart': 'there-but-other-size' } }, async (session) => {
  const killed = await killHalfWay(session)
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path)
})

scenario('the same path and size, other content: begun anew, and right', { switches: there }, async (session) => {
  const killed = await killHalfWay(session)
  session.phone.disk.overwrite(killed.path, { size, seed: 4711, mtime: new Date(session.clock.now() + 5000) })
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path)
})

scenario('the server has forgotten the upload', { switches: there }, async (session) => {
  const killed = await killHalfWay(session)
  const rule = session.cloud.faults.add({ when: { op: ['UploadPart', 'ListParts'] }, do: { status: 404, code: 'NoSuchUpload' } })
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path)
  assert.ok(rule.hits > 0)
})

scenario('ListParts and HEAD are forbidden to the credential', { switches: there }, async (session) => {
  for (const operation of ['ListParts', 'HeadObject', 'AbortMultipartUpload']) session.cloud.accounts.refusedToUploads.add(operation)
  const killed = await killHalfWay(session)
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path)
  assertOnlyMissing(session, killed)
})

for (const killed of [false, true]) {
  scenario(`the answer to Complete is lost and HEAD is forbidden: finished, not sent again${killed ? ', after a restart too' : ''}`, { switches: there }, async (session) => {
    session.cloud.accounts.refusedToUploads.add('HeadObject')
    session.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { dropAnswer: true } })
    const path = begin(session, { size, options })
    if (killed) {
      await session.served('CompleteMultipartUpload')
      assert.equal(session.cloud.objects().length, 1)
      session.restart()
      begin(session, { path, options })
    }
    await succeed(session, path, { objects: 1 })
    // The second one asks whether an object is there: it forbids to overwrite it, and is refused.
    assert.deepEqual(requestsOf(session, 'InitiateMultipartUpload').map(({ status }) => status), [200, 409])
  })
}

scenario('a week and a half later: begun anew', { switches: there }, async (session) => {
  const killed = await killHalfWay(session)
  session.clock.jump(11 * 24 * 3600000)
  session.restart()
  begin(session, { path: killed.path, options })
  await succeed(session, killed.path, { objects: 1 })
})

scenario('the server no longer knows the video', { switches: there, personas: ['ios', 'old'] }, async (session) => {
  const killed = await killHalfWay(session, { flow: 'getSTSToken' })
  session.cloud.videos.clear()
  session.restart()
  begin(session, { path: killed.path, flow: 'getSTSToken', options })
  const end = await session.wait('end', { from: session.runs.at(-1) })
  assert.ok(end)
  const outcome = [...session.named('succeed'), ...session.named('failed')]
  assert.equal(outcome.length, 1)
  if (outcome[0].name === 'failed') assert.equal(outcome[0].code, 'InvalidVideo.NotFound')
})

scenario('checkpoint: false remembers nothing', { switches: there, personas: ['ios'] }, async (session) => {
  const killed = await killHalfWay(session, { more: { checkpoint: false } })
  assert.deepEqual(Object.keys(session.phone.stored()), [])
  session.restart()
  begin(session, { path: killed.path, options: { ...options, checkpoint: false } })
  await succeed(session, killed.path, { objects: 1 })
})

scenario('nothing is left in storage after success', {}, async (session) => {
  const path = begin(session, { size, options })
  await succeed(session, path)
  await session.clock.advance(1000)
  const left = JSON.stringify(session.phone.stored()).length
  assert.ok(left < 200, `${left} characters left: ${JSON.stringify(session.phone.stored())}`)
  checkManners(session)
})
