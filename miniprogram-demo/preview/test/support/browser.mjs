// Finds a Chromium. Without one the tests are skipped, and say so.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const executablePath = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path))

/** What node:test takes: false, or why not. */
export const skip = executablePath ? false : 'NO BROWSER: the preview is NOT tested. Install chromium, or name one in CHROMIUM'
if (skip) console.error(`\n${'!'.repeat(80)}\n${skip}\n${'!'.repeat(80)}\n`)

export const launch = () => chromium.launch({ executablePath, args: FLAGS })
