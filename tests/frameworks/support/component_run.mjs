// <vod-uploader> as a native component of what a framework has built: the page names files that are there, asks the app's server through `auth`, and hears
// of the end; an upload that is killed goes on by itself.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mountComponent } from '../../e2e/support/component_host.mjs'
import { sameInCloud, withPhone } from '../../e2e/support/phone_run.mjs'

const NAME = 'vod-uploader'
const SIZE = 4_000_000
const UPLINK = 400_000 // bytes per second: some ten seconds for the file, in the phone's time
const MODULE = readFileSync(new URL('../../../js-glue/miniprogram_dist/vod_upload.wasm.br', import.meta.url))
const FILES = ['index.js', ...['js', 'json', 'wxml', 'wxss'].map((extension) => `${NAME}/index.${extension}`)]

/** Path of the component that a page of the code package names; what the component needs is in its folder. */
function componentPath(code, page) {
  const { usingComponents } = JSON.parse(code.text(`${page}.json`))
  const path = new URL(usingComponents[NAME], `file:///${page}`).pathname.slice(1)
  const folder = path.slice(0, -`${NAME}/index`.length)
  assert.equal(path, `${folder}${NAME}/index`)
  for (const name of FILES) assert.ok(code.has(folder + name), `${folder}${name} is missing`)
  assert.ok(code.bytes(`${folder}vod_upload.wasm.br`)?.equals(MODULE), `${folder}vod_upload.wasm.br is missing or not the package's`)
  return path
}

/**
 * @param {object} options
 * @param {string} options.page the page's path
 * @param {(phone) => {tag: string, data(): object} | undefined} options.find the component as the page shows it; undefined until it does
 */
export async function uploadWithComponent({ code, persona, page, find }) {
  const path = componentPath(code, page)
  await withPhone({ persona, switches: { 'fs.tempAfterRestart': 'there' } }, async ({ phone, cloud, until }) => {
    const open = async () => {
      phone.openPage(page)
      const { tag, data } = await until(() => find(phone), 'the page does not show the component')
      return mountComponent(phone, path, tag, data)
    }
    const film = phone.disk.addTemp({ name: 'film.mp4', size: SIZE, seed: 5 })
    phone.choices.push({ path: film })
    phone.setUplink(UPLINK)
    phone.launch(code)

    let component = await open()
    await until(() => component.data.accept === 'media' && component.data.max === 9, 'the attributes do not become properties')
    phone.world.enter(() => component.onAdd())
    await until(() => component.data.rows[0]?.percent >= 40, 'the upload does not come to 40 %')
    phone.restart()
    component = await open()
    await until(() => component.data.rows[0]?.status === 'done', 'the upload does not go on after the restart')

    await sameInCloud(phone, cloud, film)
    const [videoId] = [...cloud.videos.keys()]
    await until(() => phone.console.some(({ text }) => text === videoId), 'the page gets no success event')
    assert.equal(cloud.videos.size, 1, 'a second video was created')
    assert.equal(cloud.requests.filter(({ op, status }) => op === 'InitiateMultipartUpload' && status === 200).length, 1, 'the upload was begun anew')
    assert.doesNotMatch(JSON.stringify(phone.page.data), /UploadAuth/)
  })
}

/** The component as the WXML of a page has it. */
export function inPage(code, page) {
  const [tag] = new RegExp(`<${NAME}\\s[^>]*>`).exec(code.text(`${page}.wxml`)) ?? assert.fail(`${page}.wxml has no <${NAME}>`)
  return (phone) => ({ tag, data: () => phone.page.data })
}
