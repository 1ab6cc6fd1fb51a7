// The engine breaks in the middle of its work: a trap of the real module, on command.
import assert from 'node:assert/strict'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { CodePackage, personaNames } from './phone/index.mjs'
import { MB, partsAcknowledged, partsTaken, requestsOf, scenario } from './support/scenario.mjs'
import { driverCode } from './support/session.mjs'
import { checkManners } from './support/verify.mjs'

const NPM = 'miniprogram_npm/vod-upload-miniprogram'
const MODULE = `${NPM}/vod_upload.wasm.br`
const MEMORY_SECTION = 5
const PAGES = 48

/** The same module with a bound to its memory: a longer text than that makes it trap, in the middle of the call that brings it. */
function bounded(wasm) {
  let at = 8
  const leb = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  for (;;) {
    const id = wasm[at]
    const start = at++
    const size = leb()
    if (id === MEMORY_SECTION) {
      assert.deepEqual([...wasm.subarray(at, at + 2)], [1, 0], 'one memory, without a bound')
      const initial = wasm.subarray(at + 2, at + size)
      return Buffer.concat([wasm.subarray(0, start), Buffer.from([id, size + 1, 1, 1]), initial, Buffer.from([PAGES]), wasm.subarray(at + size)])
    }
    at += size
  }
}

let code = null
function fragile() {
  if (code) return code
  code = new CodePackage()
  for (const [path, content] of driverCode().files) code.add(path, content)
  return code.add(MODULE, brotliCompressSync(bounded(brotliDecompressSync(code.bytes(MODULE)))))
}

function begin(session) {
  session.phone.kill()
  session.phone.launch(fragile())
  session.attach()
  session.phone.setUplink(MB)
  const paths = ['a', 'b', 'c'].map((name, seed) => session.phone.disk.addTemp({ name: `${name}.mp4`, size: 3 * MB, seed }))
  session.create('auth', { partSize: 256 * 1024 })
  for (const url of paths) session.call('addFile', { url })
  session.call('startUpload')
  return paths
}

const breakIt = (session) => session.phone.app.give('x'.repeat(6 * MB), '', '')

scenario('the running file fails with InternalError, the queue goes on in a fresh engine, and no stored part is sent again', { personas: personaNames }, async (session) => {
  const [a, b, c] = begin(session)
  await session.wait('progress', { fits: ({ url, percent }) => url === b && percent > 40 })
  const loads = session.phone.wasmLoads()
  const before = partsAcknowledged(session)
  breakIt(session)
  const failed = await session.wait('failed')
  assert.deepEqual([failed.url, failed.code], [b, 'InternalError'])
  await session.wait('end')
  assert.equal(session.phone.wasmLoads(), loads + 1)
  assert.deepEqual(session.named('succeed').map((one) => one.url), [a, c])

  const mark = session.cloud.requests.length
  const from = session.events.length
  session.call('startUpload')
  await session.wait('succeed', { from })
  await session.wait('end', { from })
  assert.equal(session.named('started', from)[0].url, b)
  assert.equal(session.cloud.videos.size, 3, 'a second video was created')
  assert.equal(requestsOf(session, 'InitiateMultipartUpload').length, 3)
  const again = [...partsTaken(session, mark).keys()]
  assert.ok(again.length > 0 && again.length <= 12 - 4, `${again.length} of 12 parts are sent after the trap`)
  assert.ok(before.length > 0)
  checkManners(session, { ends: 2, terminal: null })
})

scenario('again and again: each start goes on where the last one broke', { personas: ['ios', 'old'] }, async (session) => {
  const [, b] = begin(session)
  let from = session.runs.at(-1)
  for (const percent of [20, 45, 70]) {
    await session.wait('progress', { from, fits: (one) => one.url === b && one.percent > percent })
    breakIt(session)
    await session.wait('failed', { from })
    await session.wait('end', { from })
    from = session.events.length
    session.call('startUpload')
  }
  await session.wait('succeed', { from, fits: ({ url }) => url === b })
  await session.wait('end', { from })
  assert.equal(requestsOf(session, 'InitiateMultipartUpload').length, 3)
  checkManners(session, { ends: 4, terminal: null })
})
