// Serves three things at one address: the panel with the phone on it, the mini program's code, and the local cloud.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCloud } from '../../server/cloud/index.js'
import { createPanel } from './panel.mjs'
import { createProgram } from './program.mjs'
import { carry } from './wire.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const BROWSER = here('../browser/')
const SAMPLE = here('../../assets/sample.mp4')
const LIBRARIES = {
  'glass-easel.js': here('../node_modules/glass-easel/dist/glass_easel.all.es.js'),
  'adapter.js': here('../node_modules/glass-easel-miniprogram-adapter/dist/glass_easel_miniprogram_adapter.es.js'),
}
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.mp4': 'video/mp4', '.svg': 'image/svg+xml', '.png': 'image/png', '.wasm': 'application/wasm' }

/** `root`: the mini program to show. */
export async function startPreview({ port = 0, dir, root = here('../../') } = {}) {
  const program = createProgram(root)
  const ownDir = dir ?? mkdtempSync(join(tmpdir(), 'vod-preview-'))
  const panel = createPanel()
  const cloud = await startCloud({ dir: join(ownDir, 'cloud'), log: (entry) => panel.onRequest(entry) })
  panel.bind(cloud)

  const server = createServer((request, response) => {
    // Only the phone's own requests name a host to go to.
    if (request.headers['x-forwarded-host']) return carry(request, response, cloud.port)
    serve(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(error.message)
    })
  })

  async function serve(request, response) {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    if (path.startsWith('/panel/')) return panel.serve(path.slice('/panel/'.length), request, response)
    const found = find(path)
    if (!found) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('nothing here\n')
    }
    response.writeHead(200, { 'content-type': TYPES[extname(found.name)] ?? 'application/octet-stream', 'cache-control': 'no-store' })
    return response.end(found.body)
  }

  function find(path) {
    if (path === '/sample.mp4') return { name: path, body: readFileSync(SAMPLE) }
    if (path.startsWith('/program/')) return program.find(path.slice('/program/'.length))
    const library = path.startsWith('/library/') && LIBRARIES[path.slice('/library/'.length)]
    const file = library || join(BROWSER, path === '/' ? 'panel.html' : path)
    if (!file.startsWith(BROWSER) && !library) return null
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? { name: file, body: readFileSync(file) } : null
  }

  async function stop() {
    panel.close()
    server.close()
    server.closeAllConnections()
    await cloud.stop()
    if (!dir) rmSync(ownDir, { recursive: true, force: true })
  }

  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `http://127.0.0.1:${server.address().port}/`, cloud, warnings: program.warnings, stop }
}
