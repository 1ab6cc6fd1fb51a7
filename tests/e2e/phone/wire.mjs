// Real sockets. To the local cloud https://{host}{path} becomes http://127.0.0.1:{port}{path}, the Host header stays; `reach` may lead elsewhere.
import http from 'node:http'
import https from 'node:https'

const chunk = 16384

// reach(host) → {protocol: 'http:' | 'https:', host, port}: where that host is to be found.
export function createWire({ reach, clock, network }) {
  // Free sockets are closed long before the server would do it, so that a request never meets a connection that is just being closed.
  const agents = { 'http:': new http.Agent({ keepAlive: true, timeout: 2000 }), 'https:': new https.Agent({ keepAlive: true, timeout: 2000 }) }
  const open = new Set()
  /** Socket → hosts that it has served: the local cloud is all of them behind one address. */
  const opened = new WeakMap()
  let uplinkFree = 0

  // events: sent(bytes), headers(response), done({status, rawHeaders, body}), failed(code)
  function send({ origin, method, path, headers, body, events }) {
    const hold = clock.hold({ stalls: true })
    const connection = { closed: false }
    open.add(connection)
    const finish = (name, value) => {
      if (connection.closed) return
      connection.closed = true
      open.delete(connection)
      hold()
      events[name]?.(value)
    }

    const { protocol, host, port } = reach(origin)
    const request = (protocol === 'https:' ? https : http).request({
      host,
      port,
      method,
      path,
      agent: agents[protocol],
      setHost: false,
      headers: { ...Object.fromEntries(headers), Host: origin, 'Content-Length': body.length },
    })
    request.on('response', (response) => {
      hold.touch()
      events.headers?.(response)
      const parts = []
      response.on('data', (data) => {
        hold.touch()
        parts.push(data)
      })
      response.on('end', () => {
        if (!response.complete) return finish('failed', 'reset')
        const answer = { status: response.statusCode, rawHeaders: response.rawHeaders, body: Buffer.concat(parts) }
        if (network.roundTripMs === 0) return finish('done', answer)
        hold.pause(true)
        clock.setTimeout(() => finish('done', answer), network.roundTripMs)
      })
      response.on('error', () => finish('failed', 'reset'))
      response.on('aborted', () => finish('failed', 'reset'))
    })
    request.on('error', (error) => finish('failed', error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND' ? 'generic' : 'reset'))
    request.on('timeout', () => {})
    if (network.roundTripMs === 0) pour(request, body, connection, hold, events)
    else request.on('socket', (socket) => {
      hold.pause(true)
      clock.setTimeout(() => {
        hold.pause(false)
        if (!connection.closed) pour(request, body, connection, hold, events)
      }, handshake(socket, origin))
    })

    connection.destroy = () => {
      if (connection.closed) return
      connection.closed = true
      open.delete(connection)
      hold()
      request.destroy()
    }
    return connection
  }

  // A new connection costs two round trips before anything is sent: TCP and TLS.
  function handshake(socket, host) {
    const hosts = opened.get(socket) ?? new Set()
    if (hosts.has(host)) return 0
    opened.set(socket, hosts.add(host))
    return 2 * network.roundTripMs
  }

  function pour(request, body, connection, hold, events) {
    if (body.length === 0) return request.end()
    if (network.uplink === null) {
      let at = 0
      const next = () => {
        if (connection.closed) return
        const piece = body.subarray(at, at + 16 * chunk)
        at += piece.length
        const last = at >= body.length
        request.write(piece, (error) => {
          if (error || connection.closed) return
          hold.touch()
          events.sent?.(at)
          if (last) request.end()
          else next()
        })
      }
      return next()
    }
    // All connections share one uplink: each piece waits for its turn on it, in the phone's time.
    let at = 0
    const next = () => {
      if (connection.closed) return
      const piece = body.subarray(at, at + chunk)
      // Null by now: the rest goes as fast as this machine allows.
      uplinkFree = Math.max(uplinkFree, clock.now()) + (piece.length / (network.uplink ?? Infinity)) * 1000
      hold.pause(true)
      clock.setTimeout(() => {
        if (connection.closed) return
        hold.pause(false)
        at += piece.length
        request.write(piece, () => {
          if (connection.closed) return
          hold.touch()
          events.sent?.(at)
          if (at >= body.length) request.end()
          else next()
        })
      }, uplinkFree - clock.now())
    }
    next()
  }

  return {
    send,
    destroyAll() {
      for (const connection of [...open]) connection.destroy()
    },
    close() {
      for (const connection of [...open]) connection.destroy()
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}
