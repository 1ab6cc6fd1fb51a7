// node tests/e2e/demo.mjs [FILE] [--size 300MB] [--persona ios]
// The demo mini program, its own pages and code, in a phone that has no screen, against the local cloud.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CodePackage, createPhone, personaNames } from './phone/index.mjs'
import { hashFile } from './phone/disk.mjs'
import { fillBytes } from './phone/random.mjs'

const demoRoot = fileURLToPath(new URL('../../miniprogram-demo', import.meta.url))
const units = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

class Refused extends Error {}

function readArguments(args) {
  const chosen = { file: null, size: 0, persona: 'ios' }
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--size') chosen.size = sizeOf(args[++i])
    else if (args[i] === '--persona') chosen.persona = personaOf(args[++i])
    else if (args[i].startsWith('-')) throw new Refused(`unknown option ${args[i]}; usage: demo [FILE] [--size 300MB] [--persona ${personaNames.join('|')}]`)
    else if (chosen.file) throw new Refused('one file at a time')
    else chosen.file = args[i]
  }
  if (chosen.file && chosen.size) throw new Refused('either a file or --size')
  if (!chosen.size) {
    chosen.file ??= join(demoRoot, 'assets/sample.mp4')
    if (!existsSync(chosen.file)) throw new Refused(`no such file: ${chosen.file}`)
    if (!statSync(chosen.file).isFile()) throw new Refused(`not a file: ${chosen.file}`)
    if (statSync(chosen.file).size === 0) throw new Refused(`the file is empty: ${chosen.file}`)
  }
  return chosen
}

function sizeOf(text = '') {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)?$/i.exec(text) ?? []
  const size = Math.round(Number(number) * units[unit.toUpperCase()])
  if (!(size > 0)) throw new Refused(`--size wants a size such as 300MB, not "${text}"`)
  return size
}

function personaOf(name) {
  if (!personaNames.includes(name)) throw new Refused(`no persona "${name}"; there are ${personaNames.join(', ')}`)
  return name
}

function createBar() {
  const live = process.stdout.isTTY
  let lastTenth = -1
  return {
    show({ percent = 0, speed = '', left = '', state = '' }) {
      if (live) {
        const full = Math.round(percent / 2.5)
        process.stdout.write(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(40 - full)} ${String(percent).padStart(3)} %  ${state === 'uploading' ? [speed, left].filter(Boolean).join('  ') : state}`)
      } else if (Math.floor(percent / 10) > lastTenth) {
        lastTenth = Math.floor(percent / 10)
        console.log(`${String(percent).padStart(3)} %  ${speed}`)
      }
    },
    end: () => live && process.stdout.write('\n'),
  }
}

// Chunk by chunk, so that Ctrl-C takes effect meanwhile.
async function generate(path, size, stop) {
  const chunk = 8 * units.MB
  const handle = await open(path, 'w')
  for (let at = 0; at < size && !stop.asked; at += chunk) await handle.write(fillBytes(Buffer.allocUnsafe(Math.min(chunk, size - at)), 7, at))
  await handle.close()
  return !stop.asked
}

const mb = (bytes) => `${(bytes / units.MB).toFixed(bytes < 10 * units.MB ? 2 : 1)} MB`

async function main() {
  const { file, size, persona } = readArguments(process.argv.slice(2))
  let code
  let startCloud
  try {
    code = CodePackage.fromProject(demoRoot)
    ;({ startCloud } = await import('../../miniprogram-demo/server/cloud/index.js'))
  } catch (error) {
    throw new Refused(`${error.message.split('\n')[0]} (cargo xtask setup, then cargo xtask build)`)
  }

  const bar = createBar()
  let cloud
  let phone
  let dir
  const close = async () => {
    await phone?.dispose()
    await cloud?.stop()
    if (dir) rmSync(dir, { recursive: true, force: true })
  }

  const stop = { asked: false }
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => {
        stop.asked = true
        resolve('interrupted')
      })
    }
  })

  try {
    dir = mkdtempSync(join(tmpdir(), 'vod-demo-'))
    const real = file ?? join(dir, 'generated.mp4')
    if (!file && !(await generate(real, size, stop))) return 130
    cloud = await startCloud({ dir: join(dir, 'cloud') })
    phone = await createPhone({ persona, cloud, dir: join(dir, 'phone'), seed: 1 })
    phone.launch(code)

    const state = (...wanted) => new Promise((resolve) => {
      phone.observers.push(({ data }) => {
        const [row] = data.files ?? []
        if (row && wanted.includes(row.state)) resolve(row)
      })
    })
    const ended = state('success', 'failed', 'canceled')

    phone.openPage('pages/upload/index')
    phone.choices.push({ path: phone.disk.addTemp({ real, name: basename(real) }), name: basename(real) })
    const chosen = state('ready', 'waiting', 'uploading')
    phone.tap('onChoose', { currentTarget: { dataset: { source: 'chat' } } })
    await chosen
    console.log(`${basename(real)}, ${mb(statSync(real).size)}, from a phone like "${persona}" to ${cloud.url}`)
    phone.observers.push(({ data }) => data.files?.[0] && bar.show(data.files[0]))
    const started = performance.now()
    phone.tap('onStartAll')

    const row = await Promise.race([ended, interrupted])
    bar.end()
    if (row === 'interrupted') {
      const canceled = state('canceled')
      phone.tap('onCancel', { currentTarget: { dataset: { id: phone.page.data.files[0].id } } })
      await canceled
      // The server's half of the upload goes, too: its abort is on the way.
      for (let i = 0; i < 400 && (phone.pending > 0 || cloud.uploads().length > 0); i++) await phone.clock.sleep(50)
      console.log(`canceled; parts left on the server: ${cloud.uploads().reduce((sum, one) => sum + one.parts.length, 0)}`)
      return 130
    }
    if (row.state !== 'success') {
      console.error(`not uploaded: ${row.detail || row.state}`)
      return 1
    }
    const seconds = (performance.now() - started) / 1000
    return await prove({ real, row, cloud, phone, seconds })
  } finally {
    await close()
  }
}

async function prove({ real, row, cloud, phone, seconds }) {
  const object = cloud.objects()[0]
  const [sent, stored] = [await hashFile(real), await object.sha256()]
  const same = sent === stored
  const lines = [
    ['videoId', row.videoId || '-'],
    ['object', `${object.bucket}/${object.key}`],
    ['bytes', object.size.toLocaleString('en')],
    ['parts', object.parts?.length ?? 1],
    ['time', `${seconds.toFixed(1)} s, ${mb(object.size / seconds)}/s`],
    ['file bytes held', `${mb(phone.meter.peakHeld)} at most, ${phone.meter.peakRequests} requests at once`],
    ['sha256 file', sent],
    ['sha256 object', `${stored} ${same ? '✓ the same' : '✗ DIFFERENT'}`],
  ]
  for (const [name, value] of lines) console.log(`${name.padEnd(16)} ${value}`)
  for (const { rule, detail } of phone.violations) console.error(`WeChat would refuse (${rule}): ${detail}`)
  for (const error of phone.errors) console.error(`exception in the app: ${error?.stack ?? error}`)
  return same && phone.violations.length === 0 && phone.errors.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.error(`demo: ${error.message}`)
  process.exitCode = 1
}
