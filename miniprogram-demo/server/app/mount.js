// The app server inside the local cloud: on the same port, at app.example.com, and subject to the same faults.

import { once } from 'node:events'
import { APP_SERVER_AGENT } from '../cloud/hosts.js'
import { foreignPage } from '../cloud/pages.js'
import { APP_OPERATIONS, createApp } from './index.js'
import { localCloud } from './config.js'
import { demoAccess } from './demo.js'
import { VodClient } from './vod.js'

/** @returns the handler of requests for the app server's host */
export function mountApp(cloud, { region, token, log } = {}) {
  const app = createApp({ vod: new VodClient(localCloud(cloud, APP_SERVER_AGENT, region)), ...demoAccess(token), log })
  return async (exchange) => {
    const { req, res, socket } = exchange
    await exchange.classify({ op: APP_OPERATIONS[exchange.rawPath] ?? 'App' }, cloud.faults, { ownBody: true })
    const { fault } = exchange
    if (fault.status && !fault.processed) {
      await exchange.drain()
      const { status, headers, body } = fault.html ? foreignPage(fault) : refusal(fault)
      return exchange.answer(status, headers, body)
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

const refusal = ({ status, code = 'InternalError', message = 'The app server failed.' }) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code, message }) })
