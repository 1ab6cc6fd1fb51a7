// What an app may do to a queue while it runs.
import assert from 'node:assert/strict'
import { MB, begin, partsAcknowledged, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners, checkStored } from './support/verify.mjs'

const options = { partSize: 512 * 1024 }

async function halfWay(session, { size = 6 * MB, percent = 20, ...more } = {}) {
  session.phone.setUplink(MB)
  const path = begin(session, { size, options, ...more })
  await session.wait('progress', { fits: (event) => event.percent > percent })
  return path
}

const states = (session) => JSON.parse(JSON.stringify(session.uploader.listFiles())).map((one) => one.state)

function addFiles(session, count, size = MB) {
  const paths = Array.from({ length: count }, (_, i) => session.phone.disk.addTemp({ name: `f${i}.mp4`, size: size + i, seed: i }))
  for (const url of paths) session.call('addFile', { url })
  return paths
}

scenario('stop, start: parts already stored are not sent again', {}, async (session) => {
  const parallel = 3
  const path = await halfWay(session, { options: { ...options, parallel } })
  session.call('stopUpload')
  assert.deepEqual(states(session), ['Stoped'])
  assert.equal(session.phone.pending, 0, 'requests run on after stopUpload')
  // What had left the phone before may reach the cloud only now.
  await session.clock.advance(50)
  assert.equal(session.phone.pending, 0)
  const asked = session.cloud.requests.length
  await session.clock.advance(30000)
  assert.equal(session.cloud.requests.length, asked, 'requests after stopUpload')
  const stored = partsAcknowledged(session)
  const mark = session.cloud.requests.length
  session.call('startUpload')
  await succeed(session, path)
  const again = stored.filter((number) => partsTaken(session, mark).has(number))
  // Where a promise takes a timer's time, a response may have arrived and not yet been delivered, for each request under way.
  assert.ok(again.length <= (session.phone.persona.js.promise === 'macrotask' ? parallel : 0), `sent again: ${again}`)
  assert.equal(session.cloud.videos.size, 1)
})

scenario('stop and start at once, ten times', {}, async (session) => {
  const path = await halfWay(session)
  for (let i = 0; i < 10; i++) {
    session.call('stopUpload')
    session.call('startUpload')
    await session.clock.settle()
  }
  await succeed(session, path)
})

scenario('stop before the module is loaded, start later', { switches: { 'wasm.instantiateDelayMs': 3000 } }, async (session) => {
  const path = begin(session, { options })
  session.call('stopUpload')
  await session.clock.advance(10000)
  assert.equal(session.named('started').length, 0)
  session.call('startUpload')
  await succeed(session, path)
})

scenario('commands that make no sense are harmless', {}, async (session) => {
  session.create('auth', options)
  session.call('stopUpload')
  session.call('cleanList')
  assert.equal(session.call('deleteFile', 0), false)
  assert.equal(session.call('cancelFile', 5), false)
  assert.equal(session.call('resumeFile', -1), false)
  assert.equal(session.call('resumeUploadWithAuth', 'x'), false)
  const [path] = addFiles(session, 1)
  assert.equal(session.call('addFile', { url: path }), false, 'the same path twice')
  assert.equal(session.call('addFile', {}), false)
  session.call('startUpload')
  session.call('startUpload')
  await succeed(session, path)
  session.call('stopUpload')
  assert.deepEqual(states(session), ['Success'])
})

scenario('cancel: one onUploadCanceled, the server\'s parts go, resumeFile begins anew', {}, async (session) => {
  const path = await halfWay(session)
  assert.equal(session.call('cancelFile', 0), true)
  assert.equal(session.call('cancelFile', 0), false)
  assert.ok(session.phone.pending <= 1, 'requests run on after cancelFile')
  await session.wait('end')
  assert.deepEqual(states(session), ['Canceled'])
  await session.clock.advance(5000)
  assert.equal(session.phone.pending, 0)
  assert.deepEqual(session.cloud.uploads(), [], 'the multipart upload is still there')
  checkManners(session)
  const from = session.events.length
  assert.equal(session.call('resumeFile', 0), true)
  session.call('startUpload')
  await succeed(session, path, { from })
})

scenario('canceled while another file has all the slots: the abort waits its turn, and nothing runs in circles', {}, async (session) => {
  session.phone.setUplink(100 * 1024)
  session.create('auth', { partSize: 102400, parallel: 8, parallelFiles: 2 })
  const [first, second] = addFiles(session, 2, 2 * MB)
  session.call('startUpload')
  await session.wait('progress', { fits: ({ url, percent }) => url === first && percent > 10 })
  assert.equal(session.call('cancelFile', 0), true)
  await session.wait('end')
  await session.clock.advance(10000)
  assert.deepEqual(session.named('succeed').map((one) => one.url), [second])
  assert.deepEqual(session.cloud.uploads(), [])
  checkManners(session)
})

scenario('canceled before its first part, the other file having all the slots: nothing runs in circles', {}, async (session) => {
  session.phone.setUplink(100 * 1024)
  session.create('auth', { partSize: 131072, parallelFiles: 2 })
  const [first, second] = addFiles(session, 2, 2 * MB)
  session.call('startUpload')
  await session.wait('progress', { fits: ({ url }) => url === second })
  await session.clock.sleep(3500)
  assert.equal(session.call('cancelFile', 1), true)
  await session.wait('end')
  await session.clock.advance(10000)
  assert.deepEqual(session.named('succeed').map((one) => one.url), [first])
  assert.deepEqual(session.cloud.uploads(), [])
  checkManners(session)
})

scenario('delete the running file: canceled, removed, the next one goes on', {}, async (session) => {
  session.phone.setUplink(2 * MB)
  session.create('auth', options)
  const [first, second] = addFiles(session, 2, 3 * MB)
  session.call('startUpload')
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  assert.equal(session.call('deleteFile', 0), true)
  assert.equal(session.uploader.listFiles().length, 1)
  await session.wait('end')
  assert.deepEqual(session.named('canceled').map((one) => one.url), [first])
  assert.deepEqual(session.named('succeed').map((one) => one.url), [second])
  checkManners(session)
})

scenario('five files, one after the other, in order', {}, async (session) => {
  session.create('auth', options)
  const paths = addFiles(session, 5)
  session.call('startUpload')
  const end = await session.wait('end')
  assert.deepEqual(session.named('started').map((one) => one.url), paths)
  assert.deepEqual(session.named('succeed').map((one) => one.url), paths)
  assert.equal(end.url, paths[4])
  checkManners(session)
  for (const path of paths) await checkStored(session, path, { objects: 5 })
})

scenario('three files at once', { personas: ['ios', 'android', 'old'] }, async (session) => {
  session.phone.setUplink(4 * MB)
  session.create('getAuth', { ...options, parallelFiles: 3 })
  const paths = addFiles(session, 6, 2 * MB)
  session.call('startUpload')
  await session.wait('end')
  assert.equal(session.named('succeed').length, 6)
  assert.ok(Math.max(...session.named('succeed').map((one, i) => i)) === 5)
  checkManners(session)
  for (const path of paths) await checkStored(session, path, { objects: 6 })
})

scenario('the second of three fails, the others succeed; startUpload brings it back', {}, async (session) => {
  session.create('auth', { ...options, retryCount: 0 })
  const paths = addFiles(session, 3, 2 * MB)
  const rule = session.cloud.faults.add({ when: { op: 'UploadPart', test: ({ key }) => key === [...session.cloud.videos.values()][1]?.key }, times: Infinity, do: { dropAfterBytes: 10 } })
  session.call('startUpload')
  await session.wait('end')
  assert.deepEqual(session.named('failed').map((one) => one.url), [paths[1]])
  assert.deepEqual(states(session), ['Success', 'Failure', 'Success'])
  checkManners(session)
  rule.remove()
  const from = session.events.length
  session.call('startUpload')
  await session.wait('end', { from })
  assert.deepEqual(states(session), ['Success', 'Success', 'Success'])
  checkManners(session, { from })
})

scenario('a file added while another one is sent', {}, async (session) => {
  const path = await halfWay(session)
  const [late] = addFiles(session, 1)
  const end = await session.wait('end')
  assert.equal(end.url, late)
  assert.deepEqual(session.named('succeed').map((one) => one.url), [path, late])
  checkManners(session)
})

scenario('cleanList stops and empties', {}, async (session) => {
  await halfWay(session)
  session.call('cleanList')
  assert.equal(session.uploader.listFiles().length, 0)
  assert.ok(session.phone.pending <= 1, 'requests run on after cleanList')
  await session.clock.advance(10000)
  assert.equal(session.phone.pending, 0)
  assert.equal(session.named('succeed').length, 0)
})

scenario('a callback that throws changes nothing', {}, async (session) => {
  const path = session.phone.disk.addTemp({ size: 2 * MB })
  session.create('auth', options, {
    onProgress() {
      throw new Error('the app is broken')
    },
  })
  session.call('addFile', { url: path })
  session.call('startUpload')
  await succeed(session, path)
  assert.ok(session.phone.console.some((one) => one.level === 'error' && /the app is broken/.test(one.text)))
})

scenario('a callback that deletes its own file', {}, async (session) => {
  session.phone.setUplink(2 * MB)
  const path = session.phone.disk.addTemp({ size: 4 * MB })
  let deleted = false
  session.create('auth', options, {
    onProgress(percent) {
      if (percent > 30 && !deleted) deleted = session.call('deleteFile', 0)
    },
  })
  session.call('addFile', { url: path })
  session.call('startUpload')
  await session.wait('end')
  assert.equal(deleted, true)
  assert.equal(session.named('canceled').length, 1)
  assert.equal(session.named('succeed').length, 0)
  checkManners(session)
})

scenario('no callback inside a method call', { personas: ['ios', 'old'] }, async (session) => {
  const path = session.phone.disk.addTemp({ size: MB })
  session.create('auth', options)
  for (const [method, ...args] of [['addFile', { url: path }], ['startUpload'], ['stopUpload'], ['startUpload'], ['cancelFile', 0], ['resumeFile', 0], ['deleteFile', 0]]) {
    const before = session.events.filter((one) => one.name !== 'log').length
    session.call(method, ...args)
    assert.equal(session.events.filter((one) => one.name !== 'log').length, before, `${method} called back at once`)
  }
})

scenario('two uploaders side by side', {}, async (session) => {
  const path = begin(session, { size: 2 * MB, options })
  const first = session.uploader
  const second = begin(session, { size: 2 * MB + 5, options })
  await session.wait('succeed', { fits: ({ url }) => url === path })
  await session.wait('succeed', { fits: ({ url }) => url === second })
  await session.clock.settle()
  assert.notEqual(first, session.uploader)
  checkManners(session, { ends: 2 })
})

scenario('stopped while the token is awaited', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
  const path = begin(session, { size: 4 * MB, options, hooks: { renew: false } })
  await session.wait('expired')
  session.call('stopUpload')
  assert.deepEqual(states(session), ['Stoped'])
  const from = session.events.length
  session.call('startUpload')
  const next = await session.wait(['started', 'expired'], { from })
  const { UploadAuth, UploadAddress, VideoId } = session.cloud.refreshVideo(session.named('expired')[0].info.videoId)
  if (next.name === 'expired') session.call('resumeUploadWithAuth', UploadAuth)
  else if (!session.named('given', from).length) session.phone.app.give(UploadAuth, UploadAddress, VideoId)
  await session.wait('end')
  await checkStored(session, path)
  assert.equal(requestsOf(session, 'InitiateMultipartUpload').filter((one) => one.status === 200).length, 1)
})
