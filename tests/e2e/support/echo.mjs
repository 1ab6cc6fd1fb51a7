// A server for the phone's own tests: says what reached it, and misbehaves by path.
import { createServer } from 'node:http'
import { once } from 'node:events'

export async function startEcho() {
  const seen = []
  const held = []
  const server = createServer((request, response) => {
    let size = 0
    const parts = []
    request.on('data', (piece) => {
      size += piece.length
      parts.push(piece)
    })
    request.on('end', () => {
      const path = request.url.split('?')[0]
      const body = Buffer.concat(parts)
      seen.push({ method: request.method, url: request.url, headers: request.headers, size, body: body.subarray(0, 4096).toString('latin1') })
      response.setHeader('ETag', '"A"')
      response.setHeader('x-oss-request-id', 'R1')
      if (path === '/silent') return
      if (path === '/held') return void held.push(() => response.end('held'))
      if (path === '/slow') return void setTimeout(() => response.end('slow'), 200)
      if (path === '/reset') return void request.socket.resetAndDestroy()
      if (path === '/204') return void response.writeHead(204).end()
      if (path === '/empty') return void response.end()
      if (path === '/number') return void response.end('12345')
      if (path === '/xml') return void response.end('\ufeff<a/>')
      if (path === '/binary') return void response.end(Buffer.from([0xff, 0xfe, 0x80]))
      if (path === '/500') return void response.writeHead(500).end('<html>')
      if (path === '/away') return void response.writeHead(302, { Location: 'https://other.example.com/' }).end()
      response.end('ok')
    })
    request.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    seen,
    // Until another request than the first `count` has come.
    async arrival(count) {
      while (seen.length <= count) await new Promise((resolve) => setImmediate(resolve))
    },
    // Answers what waits at /held.
    letGo() {
      for (const answer of held.splice(0)) answer()
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
