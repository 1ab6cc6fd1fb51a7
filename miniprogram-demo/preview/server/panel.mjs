// The server side of the control panel: its buttons change the cloud, its views show the requests.
import { createHash, randomUUID } from 'node:crypto'
import { Transfer } from './transfer.mjs'

// Bytes per second, of all uploads together. The usual one is slow enough that a bar can be seen to move.
const LINKS = {
  usual: { bytesPerSecond: 6 * 1024 * 1024, rttMs: 20 },
  slow: { bytesPerSecond: 1024 * 1024, rttMs: 60 },
  slower: { bytesPerSecond: 512 * 1024, rttMs: 100 },
  slowest: { bytesPerSecond: 128 * 1024, rttMs: 200 },
}
const TRANSFER_MS = 250
const FAILING = 2 // requests to the storage in a row: fewer than an upload's retries
const STORAGE = /^(PutObject|InitiateMultipartUpload|UploadPart|CompleteMultipartUpload)$/

export function createPanel() {
  let cloud
  const run = randomUUID()
  const watchers = new Set()
  const transfer = new Transfer()
  let shown = ''

  function send(event, value) {
    for (const watcher of watchers) watcher.write(`event: ${event}\ndata: ${value}\n\n`)
  }

  // Only what is different from what is shown already.
  const timer = setInterval(() => {
    if (!watchers.size) return
    const now = JSON.stringify(transfer.look(cloud.requests))
    if (now !== shown) send('transfer', now)
    shown = now
  }, TRANSFER_MS)

  const actions = {
    ...Object.fromEntries(Object.entries(LINKS).map(([name, link]) => [`link-${name}`, () => cloud.link(link)])),
    expire: () => cloud.accounts.expireAll(),
    'server-error': () => void cloud.faults.add({ when: { op: STORAGE }, times: FAILING, do: { status: 503, code: 'ServiceUnavailable' } }),
  }

  return {
    bind(started) {
      cloud = started
      cloud.link(LINKS.usual)
    },

    onRequest({ op, partNumber, host, status, code, bytesReceived, via }) {
      if (via) return // the app server's own calls
      send('request', JSON.stringify({ op: op ?? '-', partNumber, host, status, code, bytes: bytesReceived }))
    },

    async serve(name, request, response) {
      if (name === 'requests') {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write(': here they come\n\n')
        watchers.add(response)
        shown = ''
        return response.on('close', () => watchers.delete(response))
      }
      if (name === 'run') {
        response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
        return response.end(run)
      }
      // Browsers have every digest but the one that WeChat gives.
      if (name === 'md5') {
        const hash = createHash('md5')
        for await (const chunk of request) hash.update(chunk)
        response.writeHead(200, { 'content-type': 'text/plain' })
        return response.end(hash.digest('hex'))
      }
      if (request.method === 'POST' && Object.hasOwn(actions, name)) {
        actions[name]()
        response.writeHead(204)
        return response.end()
      }
      response.writeHead(404)
      return response.end()
    },

    close() {
      clearInterval(timer)
      for (const watcher of watchers) watcher.end()
    },
  }
}
