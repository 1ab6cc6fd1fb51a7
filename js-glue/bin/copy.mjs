#!/usr/bin/env node
// npx vod-upload-miniprogram copy <folder> [--component] [--fallback]
// Puts files of the package where a framework leaves them alone: Taro, uni-app and the like bundle scripts and leave out the files next to them.
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const USAGE = `usage: vod-upload-miniprogram copy <folder> [--component] [--fallback]
  copies vod_upload.wasm.br into the folder, which is made if it is not there
  --component  copies <vod-uploader> and the script that it needs, too: a native component for usingComponents
  --fallback   copies the engine in JavaScript, fallback.js, too: for a sub-package that require.async fetches`

const MODULE = ['vod_upload.wasm.br']
const COMPONENT = ['index.js', ...['js', 'json', 'wxml', 'wxss'].map((extension) => `vod-uploader/index.${extension}`)]
const OPTIONS = ['--component', '--fallback']

class Refused extends Error {}

function copy(args) {
  const options = args.filter((one) => one.startsWith('-'))
  const [command, folder, ...more] = args.filter((one) => !one.startsWith('-'))
  const unknown = options.filter((one) => !OPTIONS.includes(one))
  if (command !== 'copy' || !folder || more.length || unknown.length) throw new Refused(USAGE)
  const component = options.includes('--component')
  const files = [...MODULE, ...(component ? COMPONENT : [])].map((name) => [name, name])
  if (options.includes('--fallback')) files.push(['fallback/index.js', 'fallback.js'])
  for (const [source, name] of files) {
    const from = fileURLToPath(new URL(`../miniprogram_dist/${source}`, import.meta.url))
    const to = join(folder, name)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(from, to)
    console.log(`${to} (${statSync(to).size} bytes)`)
  }
  console.log(component
    ? 'Name the component by its path from the root of the mini program: "usingComponents": { "vod-uploader": "/…/vod-uploader/index" }'
    : "Tell the uploader where the module lies, from the root of the mini program: new VODUpload({ wasmPath: '…/vod_upload.wasm.br', … })")
}

try {
  copy(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Refused ? error.message : `vod-upload-miniprogram: ${error.message}`)
  process.exitCode = 1
}
