// Builds <vod-uploader>: its scripts as one file, its style and template without the space, its types. The package's index.js stays outside of it.
//
//   node build/component.mjs [folder]      default: miniprogram_dist/vod-uploader
import { build, transformSync } from 'esbuild'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'src/component')

const source = (name) => readFileSync(join(SOURCE, name), 'utf8')

export async function buildComponent(folder) {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(SOURCE, 'index.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    format: 'cjs',
    platform: 'neutral',
    // What phones take without being transpiled.
    target: 'es2015',
    charset: 'utf8',
    minify: true,
    external: ['../index.js'],
    logLevel: 'warning',
  })
  const style = transformSync(source('index.wxss'), { loader: 'css', minify: true, charset: 'utf8' })
  writeFileSync(join(folder, 'index.wxss'), style.code)
  // Space between tags means nothing in WXML.
  writeFileSync(join(folder, 'index.wxml'), source('index.wxml').replace(/>\s+</g, '><').trim())
  copyFileSync(join(SOURCE, 'index.json'), join(folder, 'index.json'))
  // In the package the component has a folder of its own.
  writeFileSync(join(folder, 'index.d.ts'), readFileSync(join(ROOT, 'types/vod-uploader.d.ts'), 'utf8').replace("require('./index')", "require('../index')"))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildComponent(process.argv[2] ?? join(ROOT, 'miniprogram_dist/vod-uploader'))
