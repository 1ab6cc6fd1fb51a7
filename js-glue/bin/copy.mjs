#!/usr/bin/env node
// npx vod-upload-miniprogram copy <folder> [--fallback]
// Puts the wasm module where a framework leaves it alone: Taro, uni-app and the like bundle scripts and forget what lies beside them.
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const USAGE = `usage: vod-upload-miniprogram copy <folder> [--fallback]
  copies vod_upload.wasm.br into the folder, which is made if it is not there
  --fallback   copies the engine in JavaScript, fallback.js, too: for a sub-package that require.async fetches`

class Refused extends Error {}

function copy(args) {
  const options = args.filter((one) => one.startsWith('-'))
  const [command, folder, ...more] = args.filter((one) => !one.startsWith('-'))
  const unknown = options.filter((one) => one !== '--fallback')
  if (command !== 'copy' || !folder || more.length || unknown.length) throw new Refused(USAGE)
  mkdirSync(folder, { recursive: true })
  const files = [['vod_upload.wasm.br', 'vod_upload.wasm.br']]
  if (options.length) files.push(['fallback/index.js', 'fallback.js'])
  for (const [source, name] of files) {
    const from = fileURLToPath(new URL(`../miniprogram_dist/${source}`, import.meta.url))
    const to = join(folder, name)
    copyFileSync(from, to)
    console.log(`${to} (${statSync(to).size} bytes)`)
  }
  console.log("Tell the uploader where it lies, from the root of the mini program: new VODUpload({ wasmPath: '…/vod_upload.wasm.br', … })")
}

try {
  copy(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Refused ? error.message : `vod-upload-miniprogram: ${error.message}`)
  process.exitCode = 1
}
