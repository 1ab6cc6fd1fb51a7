// What a user and a phone do to an upload: chosen, begun, paused, gone on with, killed in the middle, gone on with after the restart, done.
import assert from 'node:assert/strict'
import { sameInCloud, withPhone } from '../../e2e/support/phone_run.mjs'

const SIZE = 4_000_000
const UPLINK = 400_000 // bytes per second: some ten seconds for the file, in the phone's time

/**
 * @param {object} options
 * @param {string} options.page the page's path
 * @param {{shows(phone, id), tap(phone, id), text(phone, id)}} options.ui elements choose, start, pause, takeUp; texts status ("Uploading 45") and unfinished ("path bytes")
 */
export async function uploadThroughKill({ code, persona, page, ui }) {
  await withPhone({ persona, switches: { 'fs.tempAfterRestart': 'there' } }, async ({ phone, cloud, clock, until }) => {
    const status = () => ui.text(phone, 'status')
    const percent = () => Number(/\d+$/.exec(status())?.[0] ?? 0)
    const reaches = (wanted) => until(() => percent() >= wanted, `${wanted} % never reached, but "${status()}"`)

    const open = () => {
      phone.openPage(page)
      return until(() => ui.shows(phone, 'choose'), 'the page is not rendered')
    }

    const path = phone.disk.addTemp({ name: 'film.mp4', size: SIZE, seed: 5 })
    phone.choices.push({ path })
    phone.setUplink(UPLINK)
    phone.launch(code)
    await open()
    assert.equal(ui.text(phone, 'unfinished'), '')

    ui.tap(phone, 'choose')
    await until(() => /^Ready/.test(status()), 'the chosen file is not shown')
    ui.tap(phone, 'start')
    await reaches(15)

    ui.tap(phone, 'pause')
    await until(() => /^Stoped/.test(status()), 'the pause is not shown')
    await clock.advance(5_000)
    const paused = percent()
    assert.equal(phone.pending, 0, 'a paused file has requests on their way')
    await clock.advance(20_000)
    assert.equal(percent(), paused)

    ui.tap(phone, 'start')
    await reaches(50)
    phone.restart()
    await open()
    const [url, loaded] = ui.text(phone, 'unfinished').split(' ')
    assert.equal(url, path)
    assert.ok(Number(loaded) > 0, `nothing is remembered of what was sent: ${loaded}`)

    ui.tap(phone, 'takeUp')
    await until(() => /^Success/.test(status()), 'no success after the restart')
    await sameInCloud(phone, cloud, path)
    assert.equal(cloud.videos.size, 1, 'a second video was created')
    const shown = JSON.stringify(phone.page.data)
    assert.ok(shown.length < 20_000, `the page's data take ${shown.length} characters`)
    assert.doesNotMatch(shown, /AccessKeySecret|SecurityToken|UploadAuth/)
    const calls = (op) => cloud.requests.filter((one) => one.op === op && one.status === 200)
    assert.equal(calls('InitiateMultipartUpload').length, 1, 'the upload was begun anew')
    const stored = calls('UploadPart').reduce((sum, { bytesReceived }) => sum + bytesReceived, 0)
    assert.ok(stored < SIZE * 1.5, `${stored} bytes were stored of a file of ${SIZE}`)
  })
}
