// The same package on another platform uploads a file to the local cloud.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { bundle } from '../../js-glue/build/bundle.mjs'
import { startCloud } from '../../miniprogram-demo/server/cloud/index.js'
import { nodePlatform } from './platform.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const glue = here('../../target/wasm-release/Release/wasm-pack/vod_upload_bg.js')
const skip = existsSync(glue) ? false : 'the module is not built: cargo xtask build'
const MB = 1024 * 1024

test('a file of 3 MB goes up in parts, one of 300 KB at once, and a missing one fails', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'vod-node-'))
  const cloud = await startCloud({ dir: join(dir, 'cloud') })
  t.after(async () => {
    await cloud.stop()
    rmSync(dir, { recursive: true })
  })
  // The local cloud tells its services apart by the host.
  const toCloud = (url, init) => {
    const { host, pathname, search } = new URL(url)
    return fetch(cloud.url + pathname + search, { ...init, headers: { ...init.headers, 'x-forwarded-host': host } })
  }
  const wasm = brotliDecompressSync(readFileSync(here('../../js-glue/miniprogram_dist/vod_upload.wasm.br')))
  const { createUploader, UploadError } = await load(nodePlatform({ fetch: toCloud, wasm }))

  const uploader = createUploader({ partSize: MB, getAuth: ({ file }) => cloud.createVideo({ fileName: file.name, size: file.size }) })
  for (const [name, size] of [['film.mp4', 3 * MB], ['clip.mp4', 300 * 1024]]) {
    const path = join(dir, name)
    writeFileSync(path, randomBytes(size))
    const percent = []
    const info = await uploader.upload(path, { onProgress: (progress) => percent.push(progress.percent) })
    const video = cloud.videos.get(info.videoId)
    const [object] = cloud.objects().filter((one) => one.key === video.key)
    assert.equal(object.size, size)
    assert.equal(percent.at(-1), 100)
  }
  await assert.rejects(uploader.upload(join(dir, 'gone.mp4')), (error) => error instanceof UploadError && error.code === 'FileNotFound')
})

async function load(platform) {
  const code = await bundle({ glue: readFileSync(glue, 'utf8'), entry: '../tests/platform-node/entry.ts', minify: false })
  const module = { exports: {} }
  new Function('module', 'exports', code)(module, module.exports)
  return module.exports.createPackage(platform)
}
