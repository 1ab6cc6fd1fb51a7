// The demo's page without the tag, as somebody uses it who has nothing but a browser. The page with the tag is in component.test.mjs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { skip } from './support/browser.mjs'
import { file, film, openPreview, sha256 } from './support/desk.mjs'

const limits = { skip, timeout: 180_000 } // on a machine that has other things to do
let preview
before(async () => {
  if (!skip) preview = await openPreview()
})
after(() => preview?.close())
const withPage = (work) => preview.with(work, { byHand: true })

test('an own film is chosen, goes up, plays, and its id is copied', limits, () => withPage(async (desk) => {
  const own = film('holiday.mp4')
  await desk.choose(own)
  await desk.state(0, 'Done')
  await desk.file().locator('.thumb img[src]').waitFor()
  const [videoId] = [...desk.cloud.videos].at(-1)
  assert.equal(await desk.cloud.objects().at(-1).sha256(), sha256(own))
  await desk.main()
  await desk.phone.locator('video').evaluate((element) => new Promise((resolve) => {
    const look = () => element.currentTime > 0 && resolve()
    element.ontimeupdate = look
    look()
  }))
  // It is gone again after a moment: whoever looks only then may be late.
  const toast = desk.phone.locator('.os-toast').waitFor()
  await desk.phone.locator('.cell', { hasText: 'VideoId' }).click()
  assert.equal(await desk.clipboard(), videoId)
  await toast
  await desk.back()
  await desk.state(0, 'Done')
}))

test('pause and resume: no part is sent twice', limits, () => withPage(async (desk) => {
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

test('killed and started again, the list is there and the upload goes on', limits, () => withPage(async (desk) => {
  const own = film('a.mp4')
  await desk.underWay(own)
  await desk.press('kill')
  await desk.toHandWritten()
  await desk.phone.locator('.notice').waitFor()
  await desk.state(0, 'Paused')
  const stored = desk.cloud.uploads()[0].parts.length
  assert.ok(stored > 0)
  desk.go()
  await desk.phone.locator('.foot .main').click()
  await desk.state(0, 'Done')
  assert.equal(desk.count('InitiateMultipartUpload'), 1)
  assert.equal(desk.count('AppCreate'), 1)
  assert.equal(await desk.cloud.objects().at(-1).sha256(), sha256(own))
}))

test('with the temporary file gone, the same film chosen again goes on', limits, () => withPage(async (desk) => {
  const own = film('a.mp4')
  await desk.underWay(own)
  await desk.press('kill-clear')
  await desk.toHandWritten()
  await desk.state(0, 'Choose again')
  desk.go()
  await desk.choosing(() => desk.main(), own)
  await desk.state(0, 'Done')
  assert.equal(desk.count('InitiateMultipartUpload'), 1)
  assert.equal(await desk.phone.locator('.file').count(), 1)
}))

test('deleting a running upload removes it here and in the cloud', limits, () => withPage(async (desk) => {
  await desk.underWay([film('a.mp4'), film('b.mp4')])
  await desk.menu(0, 'Delete')
  await desk.file(1).waitFor({ state: 'detached' })
  await desk.state(0, 'Uploading')
  assert.equal(await desk.phone.locator('.file').count(), 1)
  desk.go()
  await desk.state(0, 'Done')
  await desk.until(() => desk.count('AbortMultipartUpload') === 1)
  assert.deepEqual(desk.cloud.uploads(), [])
  await desk.phone.getByText('Clear finished').click()
  await desk.phone.getByText('No files yet').waitFor()
}))

test('a picture is shown with its address', limits, () => withPage(async (desk) => {
  await desk.choose(file('p.png', await desk.page.screenshot()))
  await desk.state(0, 'Done')
  await desk.main()
  await desk.phone.locator('.media img[src]').waitFor()
  assert.ok(await desk.phone.locator('.media img').evaluate((element) => element.decode().then(() => element.naturalWidth)) > 0)
  await desk.phone.locator('.cell', { hasText: 'ImageURL' }).click()
  assert.match(await desk.clipboard(), /^https:\/\/.+\.png$/)
}))

test('a failure is told in words, and a retry mends it', limits, () => withPage(async (desk) => {
  await desk.setting(3, '0')
  desk.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { status: 503, code: 'ServiceUnavailable' } })
  await desk.choose(film('a.mp4'))
  await desk.state(0, 'Failed')
  await desk.phone.getByText('The cloud is busy. Retry later.').waitFor()
  await desk.menu(0, 'Copy the error')
  assert.match(await desk.clipboard(), /^ServiceUnavailable: /)
  await desk.phone.locator('.tool').nth(1).click()
  await desk.phone.locator('.log-error').waitFor()
  await desk.phone.locator('.drawer .act').click()
  await desk.main()
  await desk.state(0, 'Done')
}))

test('what VOD refuses is told in words, too, and the next file goes on', limits, () => withPage(async (desk) => {
  await desk.choose([file('notes.xyz', 'not a film'), film('a.mp4')], 'chat')
  await desk.phone.getByText('This file format is not supported.').waitFor()
  await desk.state(1, 'Done')
  await desk.menu(0, 'Delete')
  await desk.file(1).waitFor({ state: 'detached' })
  assert.equal(await desk.phone.locator('.file').count(), 1)
}))

test('offline it waits, and goes on by itself', limits, () => withPage(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.press('offline')
  await desk.phone.getByText('No network.').waitFor()
  desk.go()
  await desk.press('offline')
  await desk.state(0, 'Done')
}))

test('a wrong clock is put right, an expired token is renewed', limits, () => withPage(async (desk) => {
  await desk.press('clock')
  await desk.underWay(film('a.mp4'))
  await desk.tell('expire')
  desk.go()
  await desk.state(0, 'Done')
  assert.equal(desk.requests().filter((one) => one.code === 'RequestTimeTooSkewed').length, 1)
  assert.equal(desk.count('AppRefresh'), 1)
}))

test('a server in trouble and a slow link are lived through', limits, () => withPage(async (desk) => {
  await desk.tell('server-error')
  await desk.set('link', 'slower')
  await desk.choose(film('a.mp4'))
  await desk.page.locator('.requests .bad', { hasText: 'ServiceUnavailable' }).first().waitFor()
  await desk.set('link', 'usual')
  await desk.state(0, 'Done')
  await desk.page.locator('.requests .good', { hasText: 'CompleteMultipartUpload' }).waitFor()
}))

test('in the background requests end after five seconds; back again it goes on', limits, () => withPage(async (desk) => {
  await desk.underWay(film('a.mp4'))
  await desk.press('background')
  await desk.page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 5500) }))
  desk.go()
  await desk.press('background')
  await desk.state(0, 'Done')
}))

test('STS: the phone itself asks VOD', limits, () => withPage(async (desk) => {
  await desk.setting(0, 'STS')
  await desk.choose(film('a.mp4'), 'chat')
  await desk.state(0, 'Done')
  assert.deepEqual([desk.count('AppSts'), desk.count('CreateUploadVideo'), desk.count('AppCreate')], [1, 1, 0])
  assert.equal(await desk.phone.locator('.name').innerText(), 'a.mp4')
}))

test('the sample film of the desk needs no file of one\'s own', limits, () => withPage(async (desk) => {
  await desk.press('sample')
  await desk.state(0, 'Done')
}))
