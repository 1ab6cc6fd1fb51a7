// What a recipe must do with the files that its component chooses: two go up, one is refused by the app's server, one is removed on its way.
import assert from 'node:assert/strict'
import { withPhone } from './phone_run.mjs'

const SIZE = 2_000_000
const UPLINK = 400_000 // bytes per second

/**
 * @param {object} options
 * @param {(phone) => {choose(), remove(index), files()}} options.open opens the recipe's page; `files()` are those that the page shows, {url, status, percent | progress | message}
 * @param {{done, failed}} options.states what the component calls the ends of a file
 * @param {number} options.atOnce files that the chooser gives at once
 */
export async function severalFiles({ code, persona, open, states, atOnce }) {
  await withPhone({ persona }, async ({ phone, cloud, clock, until }) => {
    phone.setUplink(UPLINK)
    phone.launch(code)
    const ui = await open(phone, until)
    const stateOf = (path) => ui.files().find(({ url }) => url === path)?.status
    const shows = (path, state) => until(() => stateOf(path) === state, `${path} is not shown as ${state}, but ${JSON.stringify(ui.files())}`)

    async function choose(paths) {
      for (let at = 0; at < paths.length; at += atOnce) {
        const choice = paths.slice(at, at + atOnce).map((path) => ({ path, thumb }))
        phone.choices.push(choice)
        ui.choose()
        await until(() => choice.every(({ path }) => stateOf(path)), `the page does not show what was chosen, but ${JSON.stringify(ui.files())}`)
      }
    }

    const thumb = phone.disk.addTemp({ name: 'thumb.jpg', size: 9_000, seed: 1 })
    const film = (seed, size = SIZE) => phone.disk.addTemp({ name: 'film.mp4', size, seed })

    const two = [film(1), film(2)]
    await choose(two)
    const percents = new Set()
    phone.observers.push(() => ui.files().forEach((one) => percents.add(parseInt(one.percent || one.progress || one.message, 10))))
    for (const path of two) await shows(path, states.done)
    assert.ok([...percents].some((percent) => percent > 0 && percent < 100), `the bar never moved: ${[...percents]}`)
    const hashes = await Promise.all(cloud.objects().map((object) => object.sha256()))
    assert.deepEqual(hashes.sort(), (await Promise.all(two.map((path) => phone.disk.sha256(path)))).sort())

    // The app's server is out of order: the file fails with a state of its own, those before it keep theirs.
    cloud.faults.add({ when: { op: 'AppCreate' }, do: { status: 500, code: 'InternalError' } })
    const refused = film(3)
    await choose([refused])
    await shows(refused, states.failed)
    assert.equal(stateOf(two[0]), states.done)

    const removed = film(4, 3_000_000)
    await choose([removed])
    await until(() => cloud.uploads().length > 0, 'the upload does not begin')
    ui.remove(ui.files().findIndex(({ url }) => url === removed))
    await until(() => cloud.uploads().length === 0, 'the removed file is still being uploaded')
    await clock.settle()
    assert.equal(stateOf(removed), undefined)
    assert.equal(cloud.objects().length, 2)
  })
}
