// Starts everything a mini program needs: with a key in the environment the app server in front of the real cloud,
// without one the local cloud with the app server in it.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { realCloud } from './app/config.js'
import { createApp } from './app/index.js'
import { VodClient } from './app/vod.js'

const env = process.env
const port = Number(env.PORT ?? 8080)
const log = (line) => console.log(new Date().toISOString(), line)

async function startReal(config) {
  const app = createApp({ vod: new VodClient(config), token: env.APP_TOKEN, log })
  const server = createServer(app).listen(port, env.HOST ?? '0.0.0.0')
  await once(server, 'listening')
  log(`app server for VOD ${config.region} at port ${server.address().port}`)
  if (!env.APP_TOKEN) log('warning: APP_TOKEN is not set, anybody who finds this server may upload')
  return async () => {
    server.close()
    server.closeIdleConnections()
    await once(server, 'close')
  }
}

async function startLocal() {
  if (env.NODE_ENV === 'production') throw new Error('no AccessKey in the environment: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET')
  // Only here, so that a deployed app server needs none of the local cloud's packages.
  const { startCloud } = await import('./cloud/index.js')
  const dir = env.DATA_DIR ?? fileURLToPath(new URL('data', import.meta.url))
  const logRequest = ({ method, host, path, op, status, code }) => log(`${method} ${host}${path} ${op ?? '-'} ${status}${code ? ` ${code}` : ''}`)
  const cloud = await startCloud({ port, dir, log: logRequest, app: { token: env.APP_TOKEN } })
  log(`local cloud and app server at ${cloud.url}`)
  return () => cloud.stop()
}

const config = realCloud(env)
const stop = config ? await startReal(config) : await startLocal()

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    log(`${signal}: stopping`)
    await stop()
    process.exit(0)
  })
}
