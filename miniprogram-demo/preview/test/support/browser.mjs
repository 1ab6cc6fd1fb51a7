// Finds a Chromium, or installs Debian's where that is allowed. Without one the tests are skipped, and say so.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const installed = () => [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path))

function install() {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return
  console.error('installing chromium by apt-get (once)')
  const run = (...args) => spawnSync('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' })
  const wanted = ['install', '-y', '--no-install-recommends', 'chromium']
  let { status, stderr } = run(...wanted)
  if (status !== 0) {
    run('update')
    ;({ status, stderr } = run(...wanted))
  }
  if (status !== 0) console.error(stderr)
}

if (!installed()) install()
const executablePath = installed()

/** What node:test takes: false, or why not. */
export const skip = executablePath ? false : 'NO BROWSER: the preview is NOT tested. Install chromium, or name one in CHROMIUM'
if (skip) console.error(`\n${'!'.repeat(80)}\n${skip}\n${'!'.repeat(80)}\n`)

export const launch = () => chromium.launch({ executablePath, args: FLAGS })
