// One CommonJS file out of src/index.ts and the glue's factory.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { minify as terser } from 'terser'
import uglify from 'uglify-js'
import { IMPORTS_MODULE } from './glue.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Private members begin with one underscore; wasm-bindgen's names begin with two. */
const PRIVATE = /^_[a-zA-Z]/

/** What esbuild leaves to be had: values used once, and functions as arrows where nobody asks for their `this`. */
const TERSER = {
  ecma: 2015,
  toplevel: true,
  compress: { passes: 6, unsafe_arrows: true, hoist_funs: true },
  format: { comments: /^!/ },
}

/** What terser leaves: variables that can share a name (1.4 %). More inlining than this makes it longer. */
const UGLIFY = {
  toplevel: true,
  module: false,
  compress: { passes: 10, pure_getters: true, keep_fargs: false, inline: 1 },
  output: { comments: /^!/ },
}

/** Each sees what the other has made possible. */
async function shrink(code) {
  return unite((await terser(unite(code), TERSER)).code)
}

function unite(text) {
  const { code, error } = uglify.minify(text, UGLIFY)
  if (error) throw error
  return code
}

export async function bundle({ factory, entry = 'src/index.ts', wasmName = 'vod_upload.wasm.br', version = '0.0.0', importsModule = IMPORTS_MODULE, minify = true, banner = '' }) {
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
    // The rest is terser's: from code that is short already it makes longer one.
    minifySyntax: minify,
    mangleProps: minify ? PRIVATE : undefined,
    banner: { js: banner },
    define: {
      __VERSION__: JSON.stringify(version),
      __WASM_PATH__: JSON.stringify(`miniprogram_npm/vod-upload-miniprogram/${wasmName}`),
      __IMPORTS_MODULE__: JSON.stringify(importsModule),
    },
    plugins: [
      {
        name: 'glue',
        setup(b) {
          b.onResolve({ filter: /^wasm-glue$/ }, (args) => ({ path: args.path, namespace: 'glue' }))
          b.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: factory, loader: 'js' }))
        },
      },
    ],
  })
  const { text } = result.outputFiles[0]
  return minify ? shrink(text) : text
}
