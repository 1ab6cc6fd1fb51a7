// How it looks: light and dark, in both languages, on narrow and wide phones.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { skip } from './support/browser.mjs'
import { film, openPreview } from './support/panel.mjs'

const limits = { skip, timeout: 180_000 } // on a machine that has other things to do
let preview
before(async () => {
  if (!skip) preview = await openPreview()
})
after(() => preview?.close())

const colour = (locator, property) => locator.evaluate((element, name) => getComputedStyle(element)[name], property)
const brightness = (text) => text.match(/[\d.]+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) / 3

test('dark and light, at once and with the bar', limits, () => preview.with(async (panel) => {
  const page = panel.top().locator('wx-page')
  const seen = async () => {
    const parts = [await colour(page, 'backgroundColor'), await colour(panel.phone.locator('.card').first(), 'backgroundColor'), await colour(panel.phone.locator('.os-bar'), 'backgroundColor'), await colour(page, 'color')]
    return parts.map((one) => brightness(one) > 127)
  }
  assert.deepEqual(await seen(), [true, true, true, false])
  await panel.set('theme', 'dark')
  assert.deepEqual(await seen(), [false, false, false, true])
  await panel.phone.locator('body').evaluate((element) => element.classList.add('killed'))
  await panel.press('kill')
  await panel.phone.locator('body:not(.killed) .card').waitFor()
  assert.deepEqual(await seen(), [false, false, false, true])
  await panel.set('theme', 'light')
  assert.deepEqual(await seen(), [true, true, true, false])
}))

// Everything that sticks out of the page to the side.
const outside = (page) => page.evaluate((element) => {
  const { right } = element.getBoundingClientRect()
  return [...element.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > right + 0.5).map((one) => one.className || one.tagName)
})

const WIDTHS = ['320', '375', '430']

async function setWidth(panel, width) {
  await panel.set('width', width)
  await panel.phone.locator('body').evaluate((element, wanted) => new Promise((resolve) => {
    const check = () => (Math.abs(element.clientWidth - wanted) < 1 ? resolve() : requestAnimationFrame(check))
    check()
  }), Number(width))
}

async function nothingOutside(panel, what) {
  for (const width of WIDTHS) {
    await setWidth(panel, width)
    assert.deepEqual(await outside(panel.top().locator('wx-page')), [], `${what} at ${width}`)
  }
}

const LONG = 'a-rather-long-name-of-a-film-that-somebody-has-been-sent.mp4'

for (const locale of ['zh-CN', 'en']) {
  test(`${locale}: nothing sticks out at 320, 375 and 430, with the tag`, limits, () => preview.with(async (panel) => {
    panel.cloud.faults.add({ when: { op: 'InitiateMultipartUpload', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
    await panel.choose([film('a.mp4'), film('b.mp4')])
    await panel.phone.locator('.vod-uploader--failed').waitFor()
    await nothingOutside(panel, 'the tag')
  }, { locale }))

  test(`${locale}: nothing sticks out at 320, 375 and 430, on the other pages`, limits, () => preview.with(async (panel) => {
    panel.cloud.faults.add({ when: { op: 'InitiateMultipartUpload', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
    await panel.choose([film(LONG), film(LONG)], 'chat')
    await panel.phone.locator('.file-failed').waitFor()
    await nothingOutside(panel, 'the list')
    await panel.phone.locator('.tool').nth(1).click()
    await nothingOutside(panel, 'the log')
    await panel.phone.locator('.drawer .act').click()
    await panel.phone.locator('.tool').first().click()
    await nothingOutside(panel, 'the settings')
    await panel.back()
    await panel.main(0)
    await nothingOutside(panel, 'a result')
  }, { locale, byHand: true }))
}

test('large text wraps instead of sticking out', limits, () => preview.with(async (panel) => {
  await panel.choose(film('a.mp4'))
  await panel.find('vod-uploader').evaluate((element) => { element.style.fontSize = '26px' })
  await nothingOutside(panel, 'the tag with large text')
}))

test('the language follows the phone, and the settings above it', limits, () => preview.with(async (panel) => {
  await panel.phone.getByText('选择视频或图片').waitFor()
  await panel.setting(4, 'English')
  await panel.phone.getByText('Choose videos or pictures').waitFor()
  await panel.phone.locator('.os-title', { hasText: 'Video upload' }).waitFor()
}, { locale: 'zh-CN' }))
