// One CommonJS file out of src/index.ts and wasm-bindgen's glue.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { minify as terser } from 'terser'
import { factorySource, IMPORTS_MODULE } from './glue.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const TERSER = { ecma: 2015, toplevel: true, compress: { passes: 3, hoist_funs: true, unsafe_arrows: true, unsafe_methods: true }, format: { comments: /^!/ } }

/** `glue`: the text of wasm-bindgen's `vod_upload_bg.js`. */
export async function bundle({ glue, buildId = '', entry = 'src/index.ts', wasmName = 'vod_upload.wasm.br', version = '0.0.0', minify = true, banner = '' }) {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'neutral',
    target: 'es2015',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: banner },
    define: {
      __VERSION__: JSON.stringify(version),
      __WASM_PATH__: JSON.stringify(`miniprogram_npm/vod-upload-miniprogram/${wasmName}`),
      __IMPORTS_MODULE__: JSON.stringify(IMPORTS_MODULE),
    },
    plugins: [
      {
        name: 'wasm-glue',
        setup(b) {
          b.onResolve({ filter: /^wasm-glue$/ }, ({ path }) => ({ path, namespace: 'glue' }))
          b.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: factorySource(glue, { buildId }), loader: 'js', resolveDir: ROOT }))
        },
      },
    ],
  })
  const { text } = result.outputFiles[0]
  return minify ? (await terser(text, TERSER)).code : text
}
