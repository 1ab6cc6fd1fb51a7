// A browser window with the control panel, and methods that operate the phone.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from './browser.mjs'
import { startPreview } from '../../server/index.mjs'

const sample = readFileSync(new URL('../../../assets/sample.mp4', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'preview-test-'))

/** A film made larger by a box that players skip; no two have the same bytes. */
export function padded(bytes, size = 3 * 1024 * 1024) {
  const box = randomBytes(size)
  box.writeUInt32BE(size, 0)
  box.write('free', 4)
  return Buffer.concat([bytes, box])
}

/** The sample film, padded. → its path */
export const film = (name) => file(name, padded(sample))

/** A file on the disk: the browser takes it from there much faster than from a buffer. */
export function file(name, bytes) {
  const path = join(mkdtempSync(join(folder, 'f-')), name)
  writeFileSync(path, bytes)
  return path
}

export const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** `root`: another mini program than the demo. */
export async function openPreview({ root } = {}) {
  const served = await startPreview({ root })
  const browser = await launch()
  const { cloud } = served
  return {
    cloud,
    /** work(panel): a user of its own each time, with a phone that nobody has used yet. `byHand`: on the demo's page without the tag. */
    async with(work, { locale = 'en', width = 1280, byHand = false, before = () => {} } = {}) {
      const context = await browser.newContext({ viewport: { width, height: 840 }, locale, colorScheme: 'light' })
      context.setDefaultTimeout(Number(process.env.PATIENCE_MS ?? 90_000))
      const page = await context.newPage()
      const errors = []
      page.on('pageerror', (error) => errors.push(error.stack))
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !/Failed to load resource/.test(message.text()) && errors.push(message.text()))
      cloud.link({})
      cloud.faults.clear()
      const from = cloud.requests.length
      try {
        await before(page)
        await page.goto(served.url)
        const panel = createOperator(page, cloud, () => cloud.requests.slice(from), byHand)
        if (byHand) await panel.toHandWritten()
        await work(panel)
        assert.deepEqual(errors, [])
      } finally {
        await context.close()
      }
    },
    async close() {
      await browser.close()
      await served.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Parts that pass before the gate: enough to be seen, too few for a film. */
const FIRST = 2

function createOperator(page, cloud, requests, byHand) {
  // Both pages have the same parts; those of the tag begin with its scope.
  const css = (name) => (byHand ? `.${name}` : `.vod-uploader--${name}`)
  const phone = page.frameLocator('iframe')
  let open
  const panel = {
    page,
    phone,
    cloud,
    requests,
    /** How often the cloud has carried this out for the phone. */
    count: (op) => requests().filter((one) => one.op === op && one.status >= 200 && one.status < 300 && !one.via).length,
    press: (name) => page.click(`[data-fault="${name}"], [data-act="${name}"]`),
    set: (kind, value) => page.click(`[data-choice="${kind}"] [data-value="${value}"]`),
    /** A part of the list, by its class. */
    find: (name) => phone.locator(css(name)),
    file: (at = 0) => panel.find('file').nth(at),
    state: (at, text) => panel.file(at).locator(css('state'), { hasText: text }).waitFor(),
    main: (at = 0) => panel.file(at).locator(css('act')).first().click(),
    toHandWritten: () => phone.getByText(/A page written by hand|手写页面/).click(),
    /** Takes the file from the list of the tag; asked whether it is meant, it is. */
    async remove(at) {
      await panel.file(at).locator(css('remove')).first().click()
      const confirm = phone.locator('.os-question button').last()
      await Promise.race([confirm.waitFor().then(() => confirm.click()), panel.file(at).waitFor({ state: 'detached' })]).catch(() => {})
    },
    async menu(at, text) {
      await panel.file(at).locator('.act.more').click()
      await phone.locator('.os-entries button', { hasText: text }).click()
    },
    async choosing(tap, files) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), tap()])
      await chooser.setFiles(files)
    },
    choose: (files, source = 'album') => panel.choosing(() => phone.locator(byHand ? `.source:has(.icon-${source})` : css('add')).click(), files),
    /** Chooses films and waits until the first is half-way: some parts are stored, the phone knows them, and no other one passes before go(). */
    async underWay(files, source) {
      const gate = new Promise((resolve) => (open = resolve))
      let came = 0
      cloud.faults.add({ when: { op: 'UploadPart', test: () => ++came > FIRST }, times: Infinity, do: { call: () => gate } })
      await panel.choose(files, source)
      await panel.until(() => cloud.uploads()[0]?.parts.length === FIRST)
      const stored = cloud.uploads()[0].parts.reduce((sum, part) => sum + part.size, 0)
      const percent = Math.floor((stored * 100) / statSync([files].flat()[0]).size)
      await phone.locator(css('percent'), { hasText: new RegExp(`^${percent}%$`) }).waitFor()
    },
    go: () => open(),
    async until(met) {
      while (!met()) await page.waitForTimeout(20)
    },
    /** A button whose work is done by the panel's server. */
    command: (name) => Promise.all([page.waitForResponse((response) => response.url().endsWith(`/panel/${name}`)), panel.press(name)]),
    back: () => phone.locator('.os-back').click(),
    /** What is shown now: the top page. */
    top: () => phone.locator('.os-pages > section:not([hidden])'),
    /** What has been copied last; a copy takes its time. */
    clipboard: async () => (await page.waitForFunction(() => window.surroundings.clipboard)).jsonValue(),
    async setting(at, text) {
      await (byHand ? phone.locator('.tool').first() : phone.getByText(/^(Settings|设置)$/)).click()
      await phone.locator('wx-picker').nth(at).click()
      await phone.locator('.os-entries button', { hasText: text }).first().click()
      await panel.back()
    },
  }
  return panel
}
