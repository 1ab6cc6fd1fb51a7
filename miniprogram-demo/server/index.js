// Starts everything a mini program needs: with a key in the environment the app server in front of the real cloud,
// without one the local cloud with the app server in it.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { openAccess } from './app/access.js'
import { realCloud } from './app/config.js'
import { createApp } from './app/index.js'
import { VodClient } from './app/vod.js'

const env = process.env
const port = Number(env.PORT ?? 8080)
const log = (line) => console.log(new Date().toISOString(), line)

async function startReal(config) {
  const { access, demo, close } = await openAccess(env)
  const app = createApp({ vod: new VodClient(config), ...access, log })
  const server = createServer(app).listen(port, env.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'))
  await once(server, 'listening')
  log(`app server for VOD ${config.region} at port ${server.address().port}`)
  if (demo) log('warning: APP_MODE=demo, everybody who reaches this server may upload and replace every video')
  return async () => {
    server.close()
    server.closeIdleConnections()
    await once(server, 'close')
    close()
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

async function start() {
  const config = realCloud(env)
  const stop = config ? await startReal(config) : await startLocal()
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      log(`${signal}: stopping`)
      await stop()
      process.exit(0)
    })
  }
}

start().catch((error) => {
  console.error(`The server does not start: ${error.message}`)
  process.exitCode = 1
})
