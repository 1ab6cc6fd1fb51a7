// The app server inside the local cloud: on the same port, at app.example.com, and struck by the same faults.

import { once } from 'node:events'
import { APP_SERVER_AGENT } from '../cloud/hosts.js'
import { APP_OPERATIONS, createApp } from './index.js'
import { localCloud } from './config.js'
import { VodClient } from './vod.js'

/** @returns the handler of requests for the app server's host */
export function mountApp(cloud, { region, token, log } = {}) {
  const app = createApp({ vod: new VodClient(localCloud(cloud, APP_SERVER_AGENT, region)), token, log })
  return async (exchange) => {
    const { req, res, socket } = exchange
    await exchange.classify({ op: APP_OPERATIONS[exchange.rawPath] ?? 'App' }, cloud.faults, { ownBody: true })
    const { fault } = exchange
    if (fault.status && !fault.processed) {
      await exchange.drain()
      const body = fault.html ? '<html><body>Bad Gateway</body></html>' : JSON.stringify({ code: fault.code ?? 'InternalError', message: fault.message ?? 'The app server failed.' })
      return exchange.answer(fault.status, { 'Content-Type': fault.html ? 'text/html' : 'application/json' }, body)
    }
    if (fault.dropAnswer) res.end = () => socket.resetAndDestroy()
    res.setHeader('Date', new Date(cloud.clock()).toUTCString())
    for (const [name, value] of Object.entries(fault.headers ?? {})) if (value !== null) res.setHeader(name, value)
    await exchange.link.roundTrip(exchange.signal)
    const closed = once(res, 'close')
    app(req, res)
    await closed
    exchange.entry.code = res.locals?.code
    exchange.entry.status = res.writableFinished ? res.statusCode : 0
  }
}
