// The demo's page without the tag, as somebody uses it who has nothing but a browser. The page with the tag is in component.test.mjs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { skip } from './support/browser.mjs'
import { file, film, openPreview, sha256 } from './support/panel.mjs'

const limits = { skip, timeout: 180_000 } // on a machine that has other things to do
let preview
before(async () => {
  if (!skip) preview = await openPreview()
})
after(() => preview?.close())
const withPage = (work) => preview.with(work, { byHand: true })

test('an own film is chosen, goes up, plays, and its id is copied', limits, () => withPage(async (panel) => {
  const own = film('holiday.mp4')
  await panel.choose(own)
  await panel.state(0, 'Done')
  await panel.file().locator('.thumb img[src]').waitFor()
  const [videoId] = [...panel.cloud.videos].at(-1)
  assert.equal(await panel.cloud.objects().at(-1).sha256(), sha256(own))
  await panel.main()
  await panel.phone.locator('video').evaluate((element) => new Promise((resolve) => {
    const look = () => element.currentTime > 0 && resolve()
    element.ontimeupdate = look
    look()
  }))
  // It is gone again after a moment: whoever looks only then may be late.
  const toast = panel.phone.locator('.os-toast').waitFor()
  await panel.phone.locator('.cell', { hasText: 'VideoId' }).click()
  assert.equal(await panel.clipboard(), videoId)
  await toast
  await panel.back()
  await panel.state(0, 'Done')
}))

test('pause and resume: no part is sent twice', limits, () => withPage(async (panel) => {
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

test('killed and started again, the list is there and the upload goes on', limits, () => withPage(async (panel) => {
  const own = film('a.mp4')
  await panel.underWay(own)
  await panel.press('kill')
  await panel.toHandWritten()
  await panel.phone.locator('.notice').waitFor()
  await panel.state(0, 'Paused')
  const stored = panel.cloud.uploads()[0].parts.length
  assert.ok(stored > 0)
  panel.go()
  await panel.phone.locator('.foot .main').click()
  await panel.state(0, 'Done')
  assert.equal(panel.count('InitiateMultipartUpload'), 1)
  assert.equal(panel.count('AppCreate'), 1)
  assert.equal(await panel.cloud.objects().at(-1).sha256(), sha256(own))
}))

test('with the temporary file gone, the same film chosen again goes on', limits, () => withPage(async (panel) => {
  const own = film('a.mp4')
  await panel.underWay(own)
  await panel.press('kill-clear')
  await panel.toHandWritten()
  await panel.state(0, 'Choose again')
  panel.go()
  await panel.choosing(() => panel.main(), own)
  await panel.state(0, 'Done')
  assert.equal(panel.count('InitiateMultipartUpload'), 1)
  assert.equal(await panel.phone.locator('.file').count(), 1)
}))

test('deleting a running upload removes it here and in the cloud', limits, () => withPage(async (panel) => {
  await panel.underWay([film('a.mp4'), film('b.mp4')])
  await panel.menu(0, 'Delete')
  await panel.file(1).waitFor({ state: 'detached' })
  await panel.state(0, 'Uploading')
  assert.equal(await panel.phone.locator('.file').count(), 1)
  panel.go()
  await panel.state(0, 'Done')
  await panel.until(() => panel.count('AbortMultipartUpload') === 1)
  assert.deepEqual(panel.cloud.uploads(), [])
  await panel.phone.getByText('Clear finished').click()
  await panel.phone.getByText('No files yet').waitFor()
}))

test('a picture is shown with its address', limits, () => withPage(async (panel) => {
  await panel.choose(file('p.png', await panel.page.screenshot()))
  await panel.state(0, 'Done')
  await panel.main()
  await panel.phone.locator('.media img[src]').waitFor()
  assert.ok(await panel.phone.locator('.media img').evaluate((element) => element.decode().then(() => element.naturalWidth)) > 0)
  await panel.phone.locator('.cell', { hasText: 'ImageURL' }).click()
  assert.match(await panel.clipboard(), /^https:\/\/.+\.png$/)
}))

test('a failure is shown in words, and a retry mends it', limits, () => withPage(async (panel) => {
  await panel.setting(3, '0')
  panel.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { status: 503, code: 'ServiceUnavailable' } })
  await panel.choose(film('a.mp4'))
  await panel.state(0, 'Failed')
  await panel.phone.getByText('The cloud is busy. Retry later.').waitFor()
  await panel.menu(0, 'Copy the error')
  assert.match(await panel.clipboard(), /^ServiceUnavailable: /)
  await panel.phone.locator('.tool').nth(1).click()
  await panel.phone.locator('.log-error').waitFor()
  await panel.phone.locator('.drawer .act').click()
  await panel.main()
  await panel.state(0, 'Done')
}))

test('a refusal by VOD is shown in words, too, and the next file goes on', limits, () => withPage(async (panel) => {
  await panel.choose([file('notes.xyz', 'not a film'), film('a.mp4')], 'chat')
  await panel.phone.getByText('This file format is not supported.').waitFor()
  await panel.state(1, 'Done')
  await panel.menu(0, 'Delete')
  await panel.file(1).waitFor({ state: 'detached' })
  assert.equal(await panel.phone.locator('.file').count(), 1)
}))

test('offline it waits, and goes on by itself', limits, () => withPage(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.press('offline')
  await panel.phone.getByText('No network.').waitFor()
  panel.go()
  await panel.press('offline')
  await panel.state(0, 'Done')
}))

test('a wrong clock is put right, an expired token is renewed', limits, () => withPage(async (panel) => {
  await panel.press('clock')
  await panel.underWay(film('a.mp4'))
  await panel.command('expire')
  panel.go()
  await panel.state(0, 'Done')
  assert.equal(panel.requests().filter((one) => one.code === 'RequestTimeTooSkewed').length, 1)
  assert.equal(panel.count('AppRefresh'), 1)
}))

test('a server in trouble and a slow link are lived through', limits, () => withPage(async (panel) => {
  await panel.command('server-error')
  await panel.set('link', 'slower')
  await panel.choose(film('a.mp4'))
  await panel.page.locator('.requests .bad', { hasText: 'ServiceUnavailable' }).first().waitFor()
  await panel.set('link', 'usual')
  await panel.state(0, 'Done')
  await panel.page.locator('.requests .good', { hasText: 'CompleteMultipartUpload' }).waitFor()
}))

test('in the background requests end after five seconds; back again it goes on', limits, () => withPage(async (panel) => {
  await panel.underWay(film('a.mp4'))
  await panel.press('background')
  await panel.page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 5500) }))
  panel.go()
  await panel.press('background')
  await panel.state(0, 'Done')
}))

test('STS: the phone itself asks VOD', limits, () => withPage(async (panel) => {
  await panel.setting(0, 'STS')
  await panel.choose(film('a.mp4'), 'chat')
  await panel.state(0, 'Done')
  assert.deepEqual([panel.count('AppSts'), panel.count('CreateUploadVideo'), panel.count('AppCreate')], [1, 1, 0])
  assert.equal(await panel.phone.locator('.name').innerText(), 'a.mp4')
}))

test('the sample film of the panel needs no file of one\'s own', limits, () => withPage(async (panel) => {
  await panel.press('sample')
  await panel.state(0, 'Done')
}))
