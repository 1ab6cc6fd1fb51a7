// The demo mini program's own code, as a user of the command line meets it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { personaNames } from './phone/index.mjs'
import { isBuilt } from './support/session.mjs'

const script = fileURLToPath(new URL('demo.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'demo-files-'))
after(() => rmSync(folder, { recursive: true }))
const empty = join(folder, 'empty.mp4')
writeFileSync(empty, '')
const skip = isBuilt ? false : 'the package is not built: cargo xtask build'

// → { code, out, error, left }; `watch` sees the output grow, `begun` is called when there is a first file of its own; both may send signals.
function demo(args, watch = () => {}, begun = null) {
  return new Promise((resolve) => {
    const temp = mkdtempSync(join(tmpdir(), 'demo-test-'))
    const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, TMPDIR: temp } })
    const look = begun && setInterval(() => {
      if (readdirSync(temp).length === 0) return
      clearInterval(look)
      begun(child)
    }, 5)
    let out = ''
    let error = ''
    child.stdout.on('data', (data) => {
      out += data
      watch(out, child)
    })
    child.stderr.on('data', (data) => {
      error += data
    })
    child.on('close', (code) => {
      clearInterval(look)
      const left = readdirSync(temp)
      rmSync(temp, { recursive: true, force: true })
      resolve({ code, out, error, left })
    })
  })
}

for (const persona of personaNames) {
  test(`${persona}: the sample goes up, and is the same there`, { skip, timeout: 180_000 }, async () => {
    const { code, out, error, left } = await demo(['--persona', persona])
    assert.deepEqual([code, error, left], [0, '', []])
    assert.match(out, /videoId +[0-9a-f]{32}/)
    assert.match(out, /✓ the same/)
  })
}

test('a generated file of 20 MB', { skip, timeout: 180_000 }, async () => {
  const { code, out } = await demo(['--size', '20MB'])
  assert.equal(code, 0)
  assert.match(out, /bytes +20,971,520/)
})

for (const [what, args, message] of [
  ['a missing file', ['/nowhere/at-all.mp4'], /^demo: no such file: \/nowhere\/at-all\.mp4\n$/],
  ['a folder', [tmpdir()], /^demo: not a file: .+\n$/],
  ['an empty file', [empty], /^demo: the file is empty: .+\n$/],
  ['an unknown option', ['--fast'], /^demo: unknown option --fast.+\n$/],
  ['a size of nothing', ['--size', '0MB'], /^demo: --size wants.+\n$/],
  ['an unknown persona', ['--persona', 'nokia'], /^demo: no persona "nokia".+\n$/],
]) {
  test(`${what}: one line, exit 1`, { timeout: 180_000 }, async () => {
    const { code, out, error } = await demo(args)
    assert.deepEqual([code, out], [1, ''])
    assert.match(error, message)
  })
}

test('Ctrl-C in the middle: canceled, nothing left, exit 130', { skip, timeout: 180_000 }, async () => {
  let sent = false
  const { code, out, error, left } = await demo(['--size', '200MB'], (text, child) => {
    if (sent || !/[1-9]\d? %/.test(text)) return
    sent = true
    child.kill('SIGINT')
  })
  assert.deepEqual([code, error, left], [130, '', []])
  assert.match(out, /canceled; parts left on the server: 0/)
})

test('Ctrl-C before the start: nothing left, exit 130', { skip, timeout: 180_000 }, async () => {
  const { code, out, left } = await demo(['--size', '2000MB'], undefined, (child) => child.kill('SIGINT'))
  assert.deepEqual([code, out, left], [130, '', []])
})
