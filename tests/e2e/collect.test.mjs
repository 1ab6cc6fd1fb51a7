// An uploader that nobody holds is collected, and with it the page whose callbacks it has: the vendor's samples make one for every page.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'
import { isBuilt, packageRoot } from './support/session.mjs'

const COUNT = 20
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** No more of WeChat than a file that is not there needs: whoever holds an uploader here is the package. */
function phone() {
  const missing = (options) => setImmediate(() => options.fail({ errMsg: 'fail no such file or directory' }))
  const files = { stat: missing, readFile: missing, getFileInfo: missing }
  const nothing = () => {}
  return {
    request: nothing,
    getFileSystemManager: () => files,
    getStorageSync: () => '',
    setStorageSync: nothing,
    removeStorageSync: nothing,
    onAppShow: nothing,
    onAppHide: nothing,
    onNetworkStatusChange: nothing,
    onMemoryWarning: nothing,
    getNetworkType: (options) => options.success({ networkType: 'wifi' }),
  }
}

for (const used of [false, true]) {
  test(`${used ? 'used' : 'unused'} uploaders that nobody holds are collected`, { skip: isBuilt ? false : 'the package is not built: cargo xtask build' }, async (t) => {
    const bytes = brotliDecompressSync(readFileSync(`${packageRoot}/miniprogram_dist/vod_upload.wasm.br`))
    globalThis.wx = phone()
    globalThis.WXWebAssembly = { instantiate: (_, imports) => WebAssembly.instantiate(bytes, imports) }
    t.after(() => {
      delete globalThis.wx
      delete globalThis.WXWebAssembly
    })
    const VODUpload = createRequire(import.meta.url)(`${packageRoot}/miniprogram_dist/index.js`)
    await VODUpload.load()

    let collected = 0
    const registry = new FinalizationRegistry(() => collected++)
    for (let n = 0; n < COUNT; n++) {
      const page = { data: n }
      registry.register(page)
      await new Promise((resolve) => {
        const uploader = new VODUpload({ userId: '1', onUploadFailed: (_, code) => (page.data = code), onUploadEnd: resolve })
        if (!used) return resolve()
        uploader.addFile({ url: `http://tmp/${n}.mp4` }, null, null, null, null)
        uploader.startUpload()
      })
    }
    for (let turns = 0; collected < COUNT && turns < 50; turns++) {
      await turn()
      collect()
    }
    assert.equal(collected, COUNT)
  })
}
