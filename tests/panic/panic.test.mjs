// A panic speaks: its message and source line reach the log and InternalError; other files and uploaders go on. The package that panics on
// purpose is never published: cargo xtask build --test-panic
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { findJsc, howToInstall, run } from '../jsc/engine.mjs'

const folder = fileURLToPath(new URL('../../target/panic-package', import.meta.url))
const skip = existsSync(`${folder}/index.js`) ? false : 'the package that panics is not built: cargo xtask build --test-panic'

/** A phone whose files are 100 bytes and whose requests are never answered. */
const wx = {
  request: () => ({ abort() {} }),
  getFileSystemManager: () => ({
    stat: (o) => setImmediate(() => o.success({ stats: { size: 100, lastModifiedTime: 1 } })),
    readFile: (o) => setImmediate(() => o.success({ data: new ArrayBuffer(o.length) })),
    getFileInfo: (o) => setImmediate(() => o.success({ digest: '' })),
  }),
  getStorageSync: () => '',
  setStorageSync() {},
  removeStorageSync() {},
}

const jsc = findJsc()

for (const [name, where] of [['panic-command.mp4', 'in a command'], ['panic-task.mp4', 'in an async task']]) {
  const spoken = new RegExp(`src/wasm/test_panic\\.rs:\\d+:\\d+.*on purpose, ${where}`, 's')

  test(`a panic ${where}, in JavaScriptCore`, { skip: skip || (jsc ? false : howToInstall), timeout: 60_000 }, async () => {
    const report = await run(jsc, ['--useJIT=0'], 'panic.js', { folder, name })
    assert.equal(report.code, 'InternalError')
    assert.match(report.message, spoken)
    assert.match(report.logged[0], spoken)
  })

  test(`a panic ${where}, in Node`, { skip }, async (t) => {
    const bytes = brotliDecompressSync(readFileSync(`${folder}/vod_upload.wasm.br`))
    Object.assign(globalThis, { wx, WXWebAssembly: { instantiate: (_, imports) => WebAssembly.instantiate(bytes, imports) } })
    const printed = t.mock.method(console, 'error', () => {})
    const unhandled = []
    const onUnhandled = (error) => unhandled.push(error)
    process.on('unhandledRejection', onUnhandled)
    t.after(() => {
      process.off('unhandledRejection', onUnhandled)
      delete globalThis.wx
      delete globalThis.WXWebAssembly
    })
    const VODUpload = createRequire(import.meta.url)(`${folder}/index.js`)
    const events = []
    const made = []
    // An upload whose requests are never answered goes on for ever, and with it this process.
    t.after(() => made.forEach((uploader) => uploader.stopUpload()))
    const make = (who) => {
      const note = (what) => (info, ...more) => events.push([who, what, info && info.file.name, ...more])
      const names = ['onUploadstarted', 'onUploadFailed', 'onUploadEnd']
      const callbacks = Object.fromEntries(names.map((callback) => [callback, note(callback)]))
      made.push(new VODUpload({ userId: '1', ...callbacks, log: (level, event) => events.push([who, 'log', level, event]) }))
      return made.at(-1)
    }
    const eventOf = (who, what, file) => events.find((one) => one[0] === who && one[1] === what && (!file || one[2] === file))
    const until = async (found) => {
      for (let turns = 0; turns < 2000 && !found(); turns++) await new Promise((resolve) => setImmediate(resolve))
      assert.ok(found(), JSON.stringify(events))
    }
    const other = make('other')
    other.addFile('wxfile://ready.mp4')
    await VODUpload.load()
    const uploader = make('one')
    uploader.addFile('wxfile://first.mp4')
    uploader.addFile('wxfile://second.mp4')
    uploader.startUpload()
    await until(() => eventOf('one', 'onUploadstarted', 'first.mp4'))
    uploader.addFile(`wxfile://${name}`)
    await until(() => eventOf('one', 'onUploadFailed', 'first.mp4'))

    const [, , , code, message] = eventOf('one', 'onUploadFailed', 'first.mp4')
    assert.equal(code, 'InternalError')
    assert.match(message, spoken)
    const log = events.find((one) => one[1] === 'log' && one[2] === 'error')
    assert.match(log[3].message, spoken)
    // In that commit the line is found.
    assert.match(log[3].version, /^\d+\.\d+\.\d+\+([0-9a-f]{12}|unknown)/)
    assert.ok(message.includes(log[3].version), message)
    assert.ok(printed.mock.calls.some((call) => /on purpose/.test(String(call.arguments[0]))), 'the console has it, too')

    // The file that panics is tried once more in the next engine, then it fails, too.
    await until(() => eventOf('one', 'onUploadEnd'))
    other.startUpload()
    await until(() => eventOf('other', 'onUploadstarted', 'ready.mp4'))
    assert.deepEqual(unhandled, [])
  })
}
