// Everything nobody could make sure of, two at a time: a short upload, left for a moment, switched to another network, killed, resumed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personaNames, unsure } from './phone/index.mjs'
import { createRandom } from './phone/random.mjs'
import { pairwise } from './support/pairwise.mjs'
import { MB, scenario, succeed } from './support/scenario.mjs'
import { seedOf } from './support/session.mjs'

// What Node's engine can not imitate: a buffer that keeps its identity when wasm memory grows.
const { 'wasm.memoryBufferIdentityAfterGrow': impossible, ...doubts } = unsure
// Where there is no WXWebAssembly, the fallback in JavaScript does it all.
const switches = { ...doubts, 'wasm.global': ['WXWebAssembly', null] }
const seed = seedOf()
const rows = pairwise({ persona: personaNames, ...switches }, createRandom(seed))
console.log(`# pairwise: ${rows.length} rows, E2E_SEED=${seed}`)

test('every pair of values occurs', () => {
  const parameters = Object.entries({ persona: personaNames, ...switches })
  for (const [a, first] of parameters) {
    for (const [b, second] of parameters) {
      if (a >= b) continue
      for (const i of first) for (const j of second) assert.ok(rows.some((row) => row[a] === i && row[b] === j), `${a}=${i} with ${b}=${j}`)
    }
  }
})

rows.forEach(({ persona, ...switches }, index) => {
  scenario(`row ${index + 1} of ${rows.length}`, { personas: [persona], switches, seed, stallMs: 400 }, async (session) => {
    const size = Math.round(1.5 * MB)
    const options = { partSize: 102400, parallel: 3 }
    const { phone } = session
    phone.setUplink(MB / 2)
    let path = phone.disk.addTemp({ name: 'a.mp4', size, seed: index })
    await choose(session, path, options)
    session.call('startUpload')

    const at = (percent) => session.wait('progress', { fits: (one) => one.percent > percent })
    await at(10)
    phone.hide()
    await session.clock.advance(8000)
    phone.show()
    await at(30)
    phone.setNetwork('4g')
    await at(50)
    session.restart()

    phone.setUplink(null)
    const kept = phone.disk.find(path) !== null
    if (!kept) path = phone.disk.addTemp({ name: 'a.mp4', size, seed: index })
    await choose(session, path, options)
    session.call('startUpload')
    // A full storage costs the memory of what was stored, and nothing else.
    await succeed(session, path, { allow: switches['storage.totalLimitBytes'] < MB ? ['storage-limit'] : [] })
    assert.equal(session.named('failed').length, 0)
    assert.equal(phone.wasmLoads() > 0, switches['wasm.global'] !== null)
  })
})

// As an app does it: the entry of the chooser goes to addFile as it comes.
async function choose(session, path, options) {
  session.phone.choices.push({ path })
  session.create('auth', options, { fallback: 'require' })
  assert.equal(await session.phone.app.choose(), true)
}
