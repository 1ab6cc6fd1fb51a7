// Where the module may lie, and what becomes of an app when it comes late, at the second try, or not at all.
import assert from 'node:assert/strict'
import { CodePackage, personaNames } from './phone/index.mjs'
import { begin, scenario, succeed } from './support/scenario.mjs'
import { driverCode, packageRoot } from './support/session.mjs'

const NPM = 'miniprogram_npm/vod-upload-miniprogram'
const driver = driverCode().text('app.js')

function relaunch(session, files, npmUnder) {
  const code = new CodePackage(files)
  if (npmUnder !== undefined) code.addNpm(packageRoot, npmUnder)
  session.phone.kill()
  session.phone.launch(code)
  session.attach()
}

scenario('npm inside a sub-package', { personas: personaNames }, async (session) => {
  for (const slash of ['', '/']) {
    relaunch(session, { 'app.js': "require('./packageA/driver.js')", 'packageA/driver.js': driver }, 'packageA')
    const path = begin(session, { options: { wasmPath: `${slash}packageA/${NPM}/vod_upload.wasm.br` } })
    await succeed(session, path, { objects: slash ? 2 : 1 })
  }
})

scenario('in a folder that a framework copies, next to a bundled script', { personas: ['ios', 'old'] }, async (session) => {
  const built = driverCode()
  relaunch(session, {
    'app.js': driver.replace("require('vod-upload-miniprogram')", "require('./vendor.js')"),
    'vendor.js': built.text(`${NPM}/index.js`),
    'static/vod_upload.wasm.br': built.bytes(`${NPM}/vod_upload.wasm.br`),
  })
  const path = begin(session, { options: { wasmPath: 'static/vod_upload.wasm.br' } })
  await succeed(session, path)
})

scenario('a file that is not there: the error names the path and the option, for every file', { personas: personaNames }, async (session) => {
  session.create('auth', { wasmPath: 'elsewhere/vod_upload.wasm.br' })
  for (const name of ['a.mp4', 'b.mp4']) session.call('addFile', { url: session.phone.disk.addTemp({ name, size: 1000 }) })
  session.call('startUpload')
  await session.wait('end')
  const failed = session.named('failed')
  assert.deepEqual(failed.map((one) => one.code), ['WasmLoadFailed', 'WasmLoadFailed'])
  for (const { message } of failed) assert.match(message, /elsewhere\/vod_upload\.wasm\.br .*wasmPath/)
})

scenario('one failure for no reason is not noticed', { personas: ['ios', 'old'], switches: { 'wasm.sporadicInstantiateFailure': 1 } }, async (session) => {
  const path = begin(session)
  await succeed(session, path)
})

scenario('the import is not held up, and all uploaders share one module', { personas: personaNames, switches: { 'wasm.instantiateDelayMs': 3000 } }, async (session) => {
  assert.equal(session.phone.alive, true)
  assert.equal(typeof session.phone.app.VODUpload, 'function')
  const path = begin(session)
  session.create('auth')
  await session.phone.clock.advance(4000)
  assert.equal(session.phone.wasmLoads(), 1)
  assert.ok(session.named('added').some((one) => one.url === path))
})

scenario('no answer within the deadline: a failure, and a second start that finds the module', { personas: ['ios', 'old'], switches: { 'wasm.instantiateDelayMs': 15_000, 'wasm.sporadicInstantiateFailure': 1 } }, async (session) => {
  // The refusal after 15 s and the second try are longer than the deadline together.
  const started = session.clock.now()
  const path = begin(session)
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'WasmLoadFailed')
  assert.match(failed.message, /20 s/)
  assert.ok(failed.at - started < 25_000, `${failed.at - started} ms`)
  const from = session.events.length
  session.call('startUpload')
  const end = await session.wait('end', { from, fits: (one) => one.at > failed.at + 5000 })
  assert.ok(end)
  assert.equal(session.named('succeed', from).length, 1)
  assert.equal(session.named('succeed')[0].url, path)
})
