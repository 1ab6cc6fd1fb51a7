// What a person with a phone feels: how the bar moves, and several files at once. Times are those of the phone's clock, rates those of its uplink.
import assert from 'node:assert/strict'
import { MB, row } from './kit.mjs'

const MOVES = ['onUploadstarted', 'onUploadProgress', 'onUploadSucceed']

/** Longest time without a step between onUploadstarted and onUploadSucceed, ms. */
function standstill(up) {
  const steps = up.events().filter(({ name, args }, i, all) => MOVES.includes(name) && (name !== 'onUploadProgress' || args[3].loaded > loadedBefore(all, i)))
  return Math.max(...steps.slice(1).map(({ at }, i) => at - steps[i].at))
}

const loadedBefore = (events, i) => Math.max(0, ...events.slice(0, i).filter(({ name }) => name === 'onUploadProgress').map(({ args }) => args[3].loaded))

// The weakest link of which 1.5 s are promised has 300 KB/s: three parts of 100 KB, the smallest of OSS, a second.
for (const [title, link, size, most] of [
  ['60 KB/s, 200 ms', [60_000, 200], MB, 5000],
  ['250 KB/s, 100 ms', [250_000, 100], 4 * MB, 2500],
  ['300 KB/s, 100 ms', [300_000, 100], 4 * MB, 1500],
  ['1 MB/s, 50 ms', [1_000_000, 50], 8 * MB, 1500],
  ['4 MB/s, 50 ms', [4_000_000, 50], 24 * MB, 1500],
]) {
  row(`${title}: the bar never stands still for longer than ${most / 1000} s`, { personas: ['ios', 'android'] }, async (t) => {
    t.phone.setUplink(...link)
    const up = t.make()
    up.go({ size })
    await up.wait('onUploadSucceed')
    assert.ok(standstill(up) <= most, `${Math.round(standstill(up))} ms`)
  })
}

for (const flow of ['getAuth', 'getSTSToken']) {
  row(`${flow} is called for the next file while one is being sent`, async (t) => {
    t.phone.setUplink(MB)
    const up = t.make({}, flow)
    for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed, size: 3 * MB }) })
    up.start()
    await up.end()
    const order = up.events().map(({ name, args: [about] }) => [name, up.list.findIndex(({ url }) => url === (about.uploadInfo ?? about).url)])
    const place = (name, index) => order.findIndex(([one, file]) => one === name && file === index)
    for (const next of [1, 2]) {
      assert.ok(place(flow, next) < place('onUploadSucceed', next - 1), `file ${next} before ${next - 1} is stored`)
      assert.ok(place(flow, next) > place('onUploadProgress', next - 1), `file ${next} after ${next - 1} has begun`)
    }
    assert.equal(up.named(flow).length, 3)
  })

  row(`nine pictures of 300 KB over 1 MB/s with ${flow} in 150 ms: 3.4 s`, async (t) => {
    t.phone.setUplink(1_000_000, 50)
    const answer = { getAuth: ({ uploadInfo }) => t.permit(uploadInfo), getSTSToken: () => t.cloud.accounts.sts() }[flow]
    const up = t.make({}, 'none', {
      async [flow](context) {
        await t.clock.sleep(150)
        return t.inner(answer(context))
      },
    })
    for (let seed = 1; seed <= 9; seed++) up.add({ url: t.file({ name: `${seed}.jpg`, seed, size: 300_000 }) })
    up.start()
    const { args: [, summary], at } = await up.end()
    const start = up.named('onUploadstarted')[0].at
    assert.equal(summary.succeeded, 9)
    assert.ok(at - start <= 3400, `${Math.round(at - start)} ms`)
  })
}
