// A second platform: Node's files and fetch. It shows what js-glue/src/platform/platform.ts asks for, and nothing of WeChat's is needed.
import { createHash } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'

/**
 * @param {object} options
 * @param {(url: string, init: object) => Promise<Response>} options.fetch
 * @param {BufferSource} options.wasm the module
 * @returns {import('../../js-glue/src/platform/platform').Platform}
 */
export function nodePlatform({ fetch, wasm }) {
  const values = new Map()
  return {
    http: {
      request: ({ url, method, headers, timeout }, body) => begin(timeout, (signal) => fetch(url, { method, headers, body: body || undefined, signal })),
      uploadFile: ({ url, path, fields, timeout }) =>
        begin(timeout, async (signal) => {
          const form = new FormData()
          for (const [name, value] of Object.entries(fields)) form.append(name, value)
          form.append('file', new Blob([await readFile(path)]))
          return fetch(url, { method: 'POST', body: form, signal })
        }),
    },
    files: {
      stat: (path) => orFileError(stat(path).then(({ size, mtimeMs }) => ({ size, modifiedAt: Math.floor(mtimeMs / 1000) }))),
      read: (path, position, length) => orFileError(slice(path, position, length)),
      md5: (path) => orFileError(readFile(path).then((bytes) => createHash('md5').update(bytes).digest('hex'))),
    },
    storage: {
      get: (key) => values.get(key) ?? '',
      set: (key, value) => (values.set(key, value), true),
      remove: (key) => void values.delete(key),
    },
    lifecycle: { state: { hidden: false, connected: true, networkType: 'unknown' }, watch() {}, refresh: () => Promise.resolve() },
    wasm: { defaultPath: 'vod_upload.wasm', timeoutMs: 20_000, instantiate: (path, imports) => WebAssembly.instantiate(wasm, imports) },
    timers: { now: Date.now, setTimeout, clearTimeout },
  }
}

function begin(timeout, send) {
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(timeout)])
  const kind = (error) => (controller.signal.aborted ? 'abort' : error.name === 'TimeoutError' ? 'timeout' : 'network')
  const response = send(signal)
    .then(async (answer) => ({ status: answer.status, headers: Array.from(answer.headers, ([name, value]) => `${name}: ${value}\n`).join(''), body: await answer.text() }))
    .catch((error) => Promise.reject({ kind: kind(error), message: error.message }))
  return { response, abort: () => controller.abort() }
}

async function slice(path, position, length) {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(length)
    const { bytesRead } = await file.read(bytes, 0, length, position)
    return bytes.buffer.slice(0, bytesRead)
  } finally {
    await file.close()
  }
}

const orFileError = (promise) => promise.catch((error) => Promise.reject({ kind: error.code === 'ENOENT' ? 'missing' : 'other', message: error.message }))
