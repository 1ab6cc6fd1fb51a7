// A code package in the simulated phone, with the local cloud behind it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../../../miniprogram-demo/server/cloud/index.js'
import { createClock, createPhone } from '../phone/index.mjs'

const SIZE = 1_300_000

/** One video goes up, and is the same there. `start` makes the app upload the file that the next chooser gives; `outcome` says how it went, once it did. */
export async function uploadInPhone({ code, persona, switches, wasmLoads = 1, start = () => {}, outcome }) {
  await withPhone({ persona, switches }, async ({ phone, cloud, until }) => {
    const path = phone.disk.addTemp({ name: 'film.mp4', size: SIZE, seed: 5 })
    phone.choices.push({ path })
    phone.launch(code)
    await start(phone)
    const result = await until(() => outcome(phone))
    assert.match(result, /^succeed/)
    await sameInCloud(phone, cloud, path)
    assert.equal(phone.wasmLoads(), wasmLoads)
  })
}

/**
 * A phone and a cloud for the time of `work`; WeChat must have had nothing to refuse, and the app no exception.
 * `until(look, what)` waits until `look()` gives something.
 */
export async function withPhone({ persona, switches }, work) {
  const dir = mkdtempSync(join(tmpdir(), 'vod-frameworks-'))
  const clock = createClock({ skipIdle: true, stallMs: 1000 })
  const cloud = await startCloud({ dir: join(dir, 'cloud'), clock: () => clock.now(), busy: clock.hold })
  const phone = await createPhone({ persona, switches, cloud, dir: join(dir, 'phone'), clock, verbose: Boolean(process.env.E2E_VERBOSE) })
  try {
    await work({ phone, cloud, clock, until: (look, what = 'no outcome') => settled(look, what, clock, phone) })
    assert.deepEqual(phone.violations, [], 'WeChat would have refused something')
    assert.deepEqual(phone.errors, [])
  } catch (error) {
    // The app's own exception is the reason of most that fails after it.
    throw phone.errors.length > 0 ? new Error(`${error.message}; in the app: ${phone.errors.map((one) => one?.stack ?? one).join('\n')}`, { cause: error }) : error
  } finally {
    await phone.dispose()
    await cloud.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The one object of the cloud is the file. */
export async function sameInCloud(phone, cloud, path) {
  assert.equal(cloud.objects().length, 1)
  const [object] = cloud.objects()
  assert.equal(object.size, phone.disk.size(path))
  assert.equal(await object.sha256(), await phone.disk.sha256(path))
}

async function settled(look, what, clock, phone) {
  for (let i = 0; i < 1200; i++) {
    const result = look()
    if (result) return result
    if (phone.errors.length > 0) break
    await clock.sleep(50)
  }
  throw new Error([what, ...phone.console.map((one) => `${one.level} ${one.text}`)].join('\n'))
}
