// The engine in JavaScript, on phones whose WXWebAssembly is missing, refuses the module or gives no answer: the same uploads, the same results.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodePackage, personaNames } from './phone/index.mjs'
import { MB, begin, partsAcknowledged, partsTaken, scenario, succeed } from './support/scenario.mjs'
import { driverCode, packageRoot } from './support/session.mjs'

const none = { 'wasm.global': null }
const withFallback = { fallback: 'require' }
const WASM = 'miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br'

// The driver's package, with some files changed.
function codeWith(changed) {
  const code = new CodePackage()
  for (const [path, content] of driverCode().files) code.add(path, content)
  for (const [path, content] of Object.entries(changed)) code.add(path, content)
  return code
}

for (const [label, size] of Object.entries({ '200 B': 200, '1.3 MB': Math.round(1.3 * MB), '7.3 MB': Math.round(7.3 * MB) })) {
  scenario(`without WXWebAssembly: ${label}`, { personas: personaNames, switches: none }, async (session) => {
    const path = begin(session, { size, hooks: withFallback, options: { partSize: MB } })
    const { object } = await succeed(session, path)
    assert.equal(object.size, size)
    assert.equal(session.phone.wasmLoads(), 0)
    assert.ok(session.cloud.requests.every((one) => one.status < 400), 'a request of a plain upload was refused')
  })
}

scenario('without WXWebAssembly: killed and resumed', { personas: personaNames, switches: { ...none, 'fs.tempAfterRestart': 'there' } }, async (session) => {
  const { phone } = session
  const options = { partSize: 102400, parallel: 3 }
  phone.setUplink(MB / 2)
  const path = begin(session, { size: Math.round(1.5 * MB), hooks: withFallback, options })
  await session.wait('progress', { fits: (one) => one.percent > 40 })
  const kept = partsAcknowledged(session)
  assert.ok(kept.length > 3)
  const since = session.cloud.requests.length
  session.restart()
  phone.setUplink(null)
  begin(session, { path, hooks: withFallback, options })
  await succeed(session, path)
  const again = partsTaken(session, since)
  // Answers of the very moment of the kill, three at most, were not noted down.
  const twice = kept.filter((number) => again.has(number))
  assert.ok(twice.length <= 3, `sent again: ${twice} of ${kept}`)
})

for (const how of ['async', 'subpackage']) {
  scenario(`fetched when it is needed: ${how}`, { personas: ['ios', 'old'], switches: none }, async (session) => {
    session.phone.kill()
    session.phone.launch(codeWith({ 'packageB/fallback.js': readFileSync(join(packageRoot, 'miniprogram_dist/fallback/index.js')) }))
    session.attach()
    const path = begin(session, { hooks: { fallback: how } })
    await succeed(session, path)
  })
}

// The file is broken on purpose, which the phone takes for a crime.
scenario('a module that is refused', { personas: ['ios', 'android', 'old'] }, async (session) => {
  session.phone.kill()
  session.phone.launch(codeWith({ [WASM]: Buffer.from('damaged') }))
  session.attach()
  const started = session.clock.now()
  const path = begin(session, { hooks: withFallback })
  const { end } = await succeed(session, path, { allow: ['wasm'] })
  // iPhones report the failure after up to 176 s, which the test does not wait for.
  assert.ok(end.at - started < 40_000, `${end.at - started} ms`)
})

scenario('a module that takes longer than the deadline, and comes after all', { personas: ['ios'], switches: { 'wasm.instantiateDelayMs': 30_000 } }, async (session) => {
  const path = begin(session, { hooks: withFallback })
  await succeed(session, path)
  await session.clock.advance(40_000)
  assert.equal(session.named('succeed').length, 1)
})

scenario('where the module loads, the fallback is not asked for', { personas: personaNames }, async (session) => {
  session.phone.kill()
  session.phone.launch(codeWith({ 'miniprogram_npm/vod-upload-miniprogram/fallback.js': "throw new Error('evaluated')" }))
  session.attach()
  const path = begin(session, { hooks: withFallback })
  await succeed(session, path)
})

scenario('neither module nor fallback: every file fails at once, with what to do', { personas: personaNames, switches: none }, async (session) => {
  const paths = ['a.mp4', 'b.mp4'].map((name) => session.phone.disk.addTemp({ name, size: 1000 }))
  const started = session.clock.now()
  session.create('auth')
  for (const url of paths) assert.equal(session.call('addFile', { url }), true)
  session.call('startUpload')
  const end = await session.wait('end')
  const failed = session.named('failed')
  assert.deepEqual(failed.map(({ url, code, state }) => [url, code, state]), paths.map((path) => [path, 'WasmLoadFailed', 'Failure']))
  for (const { message } of failed) assert.ok(message.includes(WASM) && message.includes('wasmPath') && message.includes('fallback'), message)
  assert.ok(end.at - started < 1000, `${end.at - started} ms`)
  assert.equal(session.named('end').length, 1)
})

scenario('a fallback of another build is not used', { personas: ['ios'], switches: none }, async (session) => {
  session.phone.kill()
  const path = 'miniprogram_npm/vod-upload-miniprogram/fallback/index.js'
  const other = driverCode().text(path).replace(/\b[0-9a-f]{12}\b/g, '000000000000')
  session.phone.launch(codeWith({ [path]: Buffer.from(other) }))
  session.attach()
  begin(session, { hooks: withFallback })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'WasmLoadFailed')
  assert.match(failed.message, /another build/)
})
