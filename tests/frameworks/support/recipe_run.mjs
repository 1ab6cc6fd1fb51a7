// What a recipe must do with the files that its component chooses: two go up, one is refused by the app's server, which is removed, and one is removed
// on its way.
import assert from 'node:assert/strict'
import { withPhone } from '../../e2e/support/phone_run.mjs'

const SIZE = 2_000_000
const UPLINK = 400_000 // bytes per second

/**
 * @param {object} options
 * @param {(phone, until) => {choose(), remove(index), files()}} options.open opens the recipe's page; `files()` are those that it shows: {status, percent}
 * @param {{done, failed}} options.states what the component calls the ends of a file
 * @param {number} options.atOnce files that the chooser gives at once
 * @param {boolean} options.cancels whether the component lets a file be removed while it is on its way
 */
export async function severalFiles({ code, persona, open, states, atOnce, cancels }) {
  await withPhone({ persona }, async ({ phone, cloud, until }) => {
    phone.setUplink(UPLINK)
    phone.launch(code)
    const ui = await open(phone, until)
    const shows = (at, state) => until(() => ui.files()[at]?.status === state, `file ${at} is not shown as ${state}`)
    const thumb = phone.disk.addTemp({ name: 'thumb.jpg', size: 9_000, seed: 1 })
    const film = (seed) => phone.disk.addTemp({ name: 'film.mp4', size: SIZE, seed })

    async function choose(paths) {
      for (let at = 0; at < paths.length; at += atOnce) {
        const before = ui.files().length
        const choice = paths.slice(at, at + atOnce).map((path) => ({ path, thumb }))
        phone.choices.push(choice)
        ui.choose()
        await until(() => ui.files().length === before + choice.length, 'the page does not show what was chosen')
      }
    }

    const percents = new Set()
    const two = [film(1), film(2)]
    await choose(two)
    for (const at of [0, 1]) {
      await until(() => {
        percents.add(Number(ui.files()[at].percent))
        return ui.files()[at].status === states.done
      }, `file ${at} is not shown as ${states.done}`)
    }
    assert.ok([...percents].some((percent) => percent > 0 && percent < 100), `the bar never moved: ${[...percents]}`)
    const hashes = await Promise.all(cloud.objects().map((object) => object.sha256()))
    assert.deepEqual(hashes.sort(), (await Promise.all(two.map((path) => phone.disk.sha256(path)))).sort())

    cloud.faults.add({ when: { op: 'AppCreate' }, do: { status: 500, code: 'InternalError' } })
    await choose([film(3)])
    await shows(2, states.failed)
    assert.equal(ui.files().map((one) => one.status).join(), [states.done, states.done, states.failed].join())

    ui.remove(2)
    await until(() => ui.files().length === 2, 'the failed file is still shown')
    if (!cancels) return
    await choose([film(4)])
    await until(() => cloud.uploads().length > 0, 'the upload does not begin')
    ui.remove(2)
    await until(() => cloud.uploads().length === 0, 'the removed file is still being uploaded')
    assert.equal(ui.files().length, 2)
    assert.equal(cloud.objects().length, 2)
  })
}
