// <vod-uploader> on glass-easel, WeChat's component framework, in Chromium: in the demo, and in a mini program made for it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skip } from './support/browser.mjs'
import { file, film, openPreview, sha256 } from './support/desk.mjs'

const limits = { skip, timeout: 180_000 } // on a machine that has other things to do
let preview
let fixture
before(async () => {
  if (skip) return
  preview = await openPreview()
  fixture = await openPreview({ root: fileURLToPath(new URL('fixture/', import.meta.url)) })
})
after(async () => {
  await fixture?.close()
  await preview?.close()
})

test('a film is chosen, goes up, is previewed, and the app gets its id', limits, () => preview.with(async (desk) => {
  const own = film('holiday.mp4')
  await desk.choose(own)
  await desk.state(0, 'Done')
  await desk.file().locator('.vod-uploader--picture img[src]').waitFor()
  const [videoId] = [...desk.cloud.videos].at(-1)
  assert.equal(await desk.cloud.objects().at(-1).sha256(), sha256(own))
  await desk.find('thumb').click()
  await desk.phone.locator('.os-media video').evaluate((element) => new Promise((resolve) => {
    const look = () => element.currentTime > 0 && resolve()
    element.ontimeupdate = look
    look()
  }))
  await desk.phone.locator('.os-shade').click({ position: { x: 150, y: 60 } })
  await desk.phone.locator('.cell', { hasText: videoId }).click()
  assert.equal(await desk.clipboard(), videoId)
}))

test('pause and resume: no part is sent twice', limits, () => preview.with(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.main()
  await desk.state(0, 'Paused')
  const stored = desk.cloud.uploads()[0].parts.map((part) => part.number)
  assert.ok(stored.length > 0)
  desk.go()
  await desk.main()
  await desk.state(0, 'Done')
  const sent = desk.requests().filter((one) => one.op === 'UploadPart' && one.status === 200).map((one) => one.partNumber)
  for (const number of stored) assert.equal(sent.filter((one) => one === number).length, 1, `part ${number}`)
}))

test('killed and started again, the files are there, with their pictures, and go on by themselves', limits, () => preview.with(async (desk) => {
  const own = [film('a.mp4'), film('b.mp4')]
  await desk.underWay(own)
  await desk.press('kill')
  await desk.file(1).waitFor()
  await desk.file(0).locator('.vod-uploader--picture img[src]').waitFor()
  desk.go()
  await desk.state(0, 'Done')
  await desk.state(1, 'Done')
  assert.deepEqual([desk.count('InitiateMultipartUpload'), desk.count('AppCreate')], [2, 2])
  const stored = await Promise.all(desk.cloud.objects().slice(-2).map((object) => object.sha256()))
  assert.deepEqual(stored.sort(), own.map(sha256).sort())
}))

test('with the temporary file gone it says so, and the same film chosen again goes on', limits, () => preview.with(async (desk) => {
  const own = film('a.mp4')
  await desk.underWay(own)
  await desk.press('kill-clear')
  await desk.phone.getByText('WeChat has cleared this file. Choose it again to go on.').waitFor()
  desk.go()
  await desk.choosing(() => desk.main(), own)
  await desk.state(0, 'Done')
  assert.equal(desk.count('InitiateMultipartUpload'), 1)
  assert.equal(await desk.find('file').count(), 1)
}))

test('on another page the upload goes on', limits, () => preview.with(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.phone.getByText('Settings').click()
  desk.go()
  await desk.until(() => desk.count('CompleteMultipartUpload') === 1)
  await desk.back()
  await desk.state(0, 'Done')
}))

test('removing a running upload removes it here and in the cloud', limits, () => preview.with(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.remove(0)
  await desk.file(0).waitFor({ state: 'detached' })
  desk.go()
  await desk.until(() => desk.count('AbortMultipartUpload') === 1)
  assert.deepEqual(desk.cloud.uploads(), [])
}))

test('a picture goes up, and shows itself', limits, () => preview.with(async (desk) => {
  await desk.choose(file('p.png', await desk.page.screenshot()))
  await desk.state(0, 'Done')
  await desk.file().locator('.vod-uploader--picture img[src]').waitFor()
}))

test('a failure says what to do, and a retry mends it', limits, () => preview.with(async (desk) => {
  await desk.setting(3, '0')
  desk.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { status: 503, code: 'ServiceUnavailable' } })
  await desk.choose(film('a.mp4'))
  await desk.phone.getByText('The upload service is not available. Retry later.').waitFor()
  await desk.main()
  await desk.state(0, 'Done')
}))

test('offline it says that it waits, and goes on by itself', limits, () => preview.with(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.press('offline')
  await desk.phone.getByText('No network. The upload goes on by itself once it is back.').waitFor()
  desk.go()
  await desk.press('offline')
  await desk.state(0, 'Done')
}))

test('the sample film needs no file of one\'s own; beside the phone its parts are seen', limits, () => preview.with(async (desk) => {
  await desk.set('link', 'slow')
  await desk.press('sample')
  await desk.page.locator('.parts .sending').first().waitFor()
  await desk.page.locator('.parts .stored').first().waitFor()
  await desk.page.locator('.rate', { hasText: /B\/s/ }).waitFor()
  await desk.set('link', 'usual')
  await desk.state(0, 'Done')
  await desk.page.waitForFunction(() => !document.querySelector('.parts .sending'))
}))

test('a part that fails and is sent again is seen as such', limits, () => preview.with(async (desk) => {
  desk.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 1 }, do: { status: 503, code: 'ServiceUnavailable' } })
  await desk.choose(film('a.mp4'))
  await desk.page.getByTitle('1: stored, sent 2 times').waitFor()
  await desk.state(0, 'Done')
}))

// ---- where it may stand

const hosted = { 'virtual host off': undefined, 'virtual host on': (page) => page.route('**/vod-uploader/index.js', async (route) => {
  const response = await route.fetch()
  await route.fulfill({ response, body: (await response.text()).replace('multipleSlots:!0', 'multipleSlots:!0,virtualHost:!0') })
}) }

for (const [how, before] of Object.entries(hosted)) {
  test(`${how}: in an app's component, with styles that don't meet and events that do`, limits, () => fixture.with(async (desk) => {
    await desk.state(0, 'Done')
    assert.ok(await desk.find('add').isVisible())
    await desk.choose(file('p.png', await desk.page.screenshot()))
    await desk.state(1, 'Failed')
    assert.equal(await desk.phone.locator('.failed-with').innerText(), 'asked')
    // From a variable on the page.
    desk.cloud.faults.clear()
    const accent = await desk.find('vod-uploader').evaluate((element) => getComputedStyle(element).getPropertyValue('--accent'))
    assert.equal(accent, 'rgb(1, 2, 3)')
  }, { before }))

  test(`${how}: slots stand in place of the add button and of the list`, limits, () => fixture.with(async (desk) => {
    await go(desk, 'pages/slots/index')
    const top = desk.top()
    assert.equal(await top.locator('.vod-uploader--add').isVisible(), false)
    await desk.choosing(() => top.getByText('Take one').click(), file('p.png', await desk.page.screenshot()))
    await top.getByText('image-1.png: waiting').waitFor()
    assert.equal(await top.locator('.vod-uploader--list').isVisible(), false)
  }, { before }))
}

test('in a sub-package it is found, too, and says its limits', limits, () => fixture.with(async (desk) => {
  await go(desk, 'packageA/pages/far/index')
  await desk.top().getByText('Up to 977 KB each · 1 more').waitFor()
}))

const go = (desk, path) => desk.phone.locator('body[data-ready]').evaluate((_, url) => window.miniProgram.open(url), path)

test('buttons are as large as a thumb, and say what they do', limits, () => preview.with(async (desk) => {
  await desk.set('width', '320')
  await desk.underWay(film('a.mp4'))
  for (const button of await desk.top().locator('.vod-uploader--vod-uploader [aria-role="button"]').all()) {
    const { width, height } = await button.boundingBox()
    assert.ok(width >= 44 && height >= 44, `${await button.getAttribute('aria-label')}: ${width} × ${height}`)
  }
  assert.equal(await desk.find('act').first().getAttribute('aria-label'), 'Pause video-1.mp4')
  assert.match(await desk.find('bar').getAttribute('aria-valuenow'), /^\d+$/)
  desk.go()
}))
