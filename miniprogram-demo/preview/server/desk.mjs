// What the buttons beside the phone do to the cloud, and what they show of it.
import { createHash, randomUUID } from 'node:crypto'

// Bytes per second, of all uploads together: slow enough that a bar can be seen to move.
const USUAL = { bytesPerSecond: 6 * 1024 * 1024, rttMs: 20 }
const SLOW = { bytesPerSecond: 512 * 1024, rttMs: 200 }
const FAILING = 2 // requests to the storage in a row: fewer than an upload's retries
const STORAGE = /^(PutObject|InitiateMultipartUpload|UploadPart|CompleteMultipartUpload)$/

export function createDesk() {
  let cloud
  const run = randomUUID()
  const watchers = new Set()

  const actions = {
    'slow-on': () => cloud.link(SLOW),
    'slow-off': () => cloud.link(USUAL),
    expire: () => cloud.accounts.expireAll(),
    'server-error': () => void cloud.faults.add({ when: { op: STORAGE }, times: FAILING, do: { status: 503, code: 'ServiceUnavailable' } }),
  }

  return {
    bind(started) {
      cloud = started
      cloud.link(USUAL)
    },

    tell({ op, partNumber, host, status, code, bytesReceived, via }) {
      if (via) return // the app server's own calls
      const line = `data: ${JSON.stringify({ op: op ?? '-', partNumber, host, status, code, bytes: bytesReceived })}\n\n`
      for (const watcher of watchers) watcher.write(line)
    },

    async serve(name, request, response) {
      if (name === 'requests') {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write(': here they come\n\n')
        watchers.add(response)
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
      for (const watcher of watchers) watcher.end()
    },
  }
}
