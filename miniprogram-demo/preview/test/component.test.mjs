// <vod-uploader> on glass-easel, WeChat's component framework, in Chromium: in the demo, and in a mini program made for it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skip } from './support/browser.mjs'
import { file, film, openPreview, sha256 } from './support/panel.mjs'

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

test('a film is chosen, goes up, is previewed, and the app gets its id', limits, () => preview.with(async (panel) => {
  const own = film('holiday.mp4')
  await panel.choose(own)
  await panel.state(0, 'Done')
  await panel.file().locator('.vod-uploader--picture img[src]').waitFor()
  const [videoId] = [...panel.cloud.videos].at(-1)
  assert.equal(await panel.cloud.objects().at(-1).sha256(), sha256(own))
  await panel.find('thumb').click()
  await panel.phone.locator('.os-media video').evaluate((element) => new Promise((resolve) => {
    const look = () => element.currentTime > 0 && resolve()
    element.ontimeupdate = look
    look()
  }))
  await panel.phone.locator('.os-shade').click({ position: { x: 150, y: 60 } })
  await panel.phone.locator('.cell', { hasText: videoId }).click()
  assert.equal(await panel.clipboard(), videoId)
}))

test('pause and resume: no part is sent twice', limits, () => preview.with(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.main()
  await panel.state(0, 'Paused')
  const stored = panel.cloud.uploads()[0].parts.map((part) => part.number)
  assert.ok(stored.length > 0)
  panel.go()
  await panel.main()
  await panel.state(0, 'Done')
  const sent = panel.requests().filter((one) => one.op === 'UploadPart' && one.status === 200).map((one) => one.partNumber)
  for (const number of stored) assert.equal(sent.filter((one) => one === number).length, 1, `part ${number}`)
}))

test('killed and started again, the files are there, with their pictures, and go on by themselves', limits, () => preview.with(async (panel) => {
  const own = [film('a.mp4'), film('b.mp4')]
  await panel.underWay(own)
  await panel.press('kill')
  await panel.file(1).waitFor()
  await panel.file(0).locator('.vod-uploader--picture img[src]').waitFor()
  panel.go()
  await panel.state(0, 'Done')
  await panel.state(1, 'Done')
  assert.deepEqual([panel.count('InitiateMultipartUpload'), panel.count('AppCreate')], [2, 2])
  const stored = await Promise.all(panel.cloud.objects().slice(-2).map((object) => object.sha256()))
  assert.deepEqual(stored.sort(), own.map(sha256).sort())
}))

test('with the temporary file gone it says so, and the same film chosen again goes on', limits, () => preview.with(async (panel) => {
  const own = film('a.mp4')
  await panel.underWay(own)
  await panel.press('kill-clear')
  await panel.phone.getByText('WeChat has cleared this file. Choose it again to go on.').waitFor()
  panel.go()
  await panel.choosing(() => panel.main(), own)
  await panel.state(0, 'Done')
  assert.equal(panel.count('InitiateMultipartUpload'), 1)
  assert.equal(await panel.find('file').count(), 1)
}))

test('on another page the upload goes on', limits, () => preview.with(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.phone.getByText('Settings').click()
  panel.go()
  await panel.until(() => panel.count('CompleteMultipartUpload') === 1)
  await panel.back()
  await panel.state(0, 'Done')
}))

test('removing a running upload removes it here and in the cloud', limits, () => preview.with(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.remove(0)
  await panel.file(0).waitFor({ state: 'detached' })
  panel.go()
  await panel.until(() => panel.count('AbortMultipartUpload') === 1)
  assert.deepEqual(panel.cloud.uploads(), [])
}))

test('a picture goes up, and shows itself', limits, () => preview.with(async (panel) => {
  await panel.choose(file('p.png', await panel.page.screenshot()))
  await panel.state(0, 'Done')
  await panel.file().locator('.vod-uploader--picture img[src]').waitFor()
}))

test('a failure says what to do, and a retry mends it', limits, () => preview.with(async (panel) => {
  await panel.setting(3, '0')
  panel.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { status: 503, code: 'ServiceUnavailable' } })
  await panel.choose(film('a.mp4'))
  await panel.phone.getByText('The upload service is not available. Retry later.').waitFor()
  await panel.main()
  await panel.state(0, 'Done')
}))

test('offline it says that it waits, and goes on by itself', limits, () => preview.with(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.press('offline')
  await panel.phone.getByText('No network. The upload goes on by itself once it is back.').waitFor()
  panel.go()
  await panel.press('offline')
  await panel.state(0, 'Done')
}))

test('the sample film needs no file of one\'s own; next to the phone its parts are shown', limits, () => preview.with(async (panel) => {
  await panel.set('link', 'slow')
  await panel.press('sample')
  await panel.page.locator('.parts .sending').first().waitFor()
  await panel.page.locator('.parts .stored').first().waitFor()
  await panel.page.locator('.rate', { hasText: /B\/s/ }).waitFor()
  await panel.set('link', 'usual')
  await panel.state(0, 'Done')
  await panel.page.waitForFunction(() => !document.querySelector('.parts .sending'))
}))

test('a part that fails and is sent again is seen as such', limits, () => preview.with(async (panel) => {
  panel.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 1 }, do: { status: 503, code: 'ServiceUnavailable' } })
  await panel.choose(film('a.mp4'))
  await panel.page.getByTitle('1: stored, sent 2 times').waitFor()
  await panel.state(0, 'Done')
}))

// ---- where it may stand

const hosted = { 'virtual host off': undefined, 'virtual host on': (page) => page.route('**/vod-uploader/index.js', async (route) => {
  const response = await route.fetch()
  await route.fulfill({ response, body: (await response.text()).replace('multipleSlots:!0', 'multipleSlots:!0,virtualHost:!0') })
}) }

for (const [how, before] of Object.entries(hosted)) {
  test(`${how}: in an app's component, with styles that don't meet and events that do`, limits, () => fixture.with(async (panel) => {
    await panel.state(0, 'Done')
    assert.ok(await panel.find('add').isVisible())
    await panel.choose(file('p.png', await panel.page.screenshot()))
    await panel.state(1, 'Failed')
    assert.equal(await panel.phone.locator('.failed-with').innerText(), 'asked')
    // From a variable on the page.
    panel.cloud.faults.clear()
    const accent = await panel.find('vod-uploader').evaluate((element) => getComputedStyle(element).getPropertyValue('--accent'))
    assert.equal(accent, 'rgb(1, 2, 3)')
  }, { before }))

  test(`${how}: slots stand in place of the add button and of the list`, limits, () => fixture.with(async (panel) => {
    await go(panel, 'pages/slots/index')
    const top = panel.top()
    assert.equal(await top.locator('.vod-uploader--add').isVisible(), false)
    await panel.choosing(() => top.getByText('Take one').click(), file('p.png', await panel.page.screenshot()))
    await top.getByText('image-1.png: waiting').waitFor()
    assert.equal(await top.locator('.vod-uploader--list').isVisible(), false)
  }, { before }))
}

test('in a sub-package it is found, too, and says its limits', limits, () => fixture.with(async (panel) => {
  await go(panel, 'packageA/pages/far/index')
  await panel.top().getByText('Up to 977 KB each · 1 more').waitFor()
}))

test('not removable: a file has its other buttons, and none that removes it', limits, () => fixture.with(async (panel) => {
  await go(panel, 'packageA/pages/far/index')
  await panel.choosing(() => panel.top().locator('.vod-uploader--add').click(), file('p.png', await panel.page.screenshot()))
  await panel.top().locator('.vod-uploader--act').first().waitFor()
  assert.equal(await panel.top().locator('.vod-uploader--act').count(), 1)
  assert.equal(await panel.top().locator('.vod-uploader--remove').count(), 0)
}))

const go = (panel, path) => panel.phone.locator('body[data-ready]').evaluate((_, url) => window.miniProgram.open(url), path)

test('buttons are as large as a thumb, and say what they do', limits, () => preview.with(async (panel) => {
  await panel.set('width', '320')
  await panel.underWay(film('a.mp4'))
  for (const button of await panel.top().locator('.vod-uploader--vod-uploader [aria-role="button"]').all()) {
    const { width, height } = await button.boundingBox()
    assert.ok(width >= 44 && height >= 44, `${await button.getAttribute('aria-label')}: ${width} × ${height}`)
  }
  assert.equal(await panel.find('act').first().getAttribute('aria-label'), 'Pause video-1.mp4')
  assert.match(await panel.find('bar').getAttribute('aria-valuenow'), /^\d+$/)
  panel.go()
}))
