// What a framework has built, in the simulated phone, with the local cloud behind it: one video goes up, and is the same there.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../../../miniprogram-demo/server/cloud/index.js'
import { createClock, createPhone } from '../../e2e/phone/index.mjs'

const SIZE = 1_300_000

/** `start` makes the app upload the file that the next chooser gives; `outcome` says how it went, once it did. */
export async function uploadInPhone({ code, persona, switches, wasmLoads = 1, start = () => {}, outcome }) {
  const dir = mkdtempSync(join(tmpdir(), 'vod-frameworks-'))
  const clock = createClock({ skipIdle: true, stallMs: 1000 })
  const cloud = await startCloud({ dir: join(dir, 'cloud'), clock: () => clock.now(), busy: clock.hold })
  const phone = await createPhone({ persona, switches, cloud, dir: join(dir, 'phone'), clock, verbose: Boolean(process.env.E2E_VERBOSE) })
  try {
    const path = phone.disk.addTemp({ name: 'film.mp4', size: SIZE, seed: 5 })
    phone.choices.push({ path })
    phone.launch(code)
    await start(phone)
    const said = await settled(() => outcome(phone), clock, phone)
    assert.match(said, /^succeed/)
    const [object] = cloud.objects()
    assert.equal(object.size, SIZE)
    assert.equal(await object.sha256(), await phone.disk.sha256(path))
    assert.equal(phone.wasmLoads(), wasmLoads)
    assert.deepEqual(phone.violations, [], 'WeChat would have refused something')
    assert.deepEqual(phone.errors, [])
  } finally {
    await phone.dispose()
    await cloud.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function settled(outcome, clock, phone) {
  for (let i = 0; i < 600; i++) {
    const said = outcome()
    if (said) return said
    await clock.sleep(50)
  }
  const words = [...phone.errors.map((error) => error?.stack ?? String(error)), ...phone.console.map((one) => `${one.level} ${one.text}`)]
  throw new Error(`no outcome; ${words.join('\n')}`)
}
