// Reads from the environment how callers are authorised. Throws if there is no way to tell users apart.

import { fileURLToPath } from 'node:url'
import { authorizeFrom, jwtSessions } from './authorize.js'
import { demoAccess } from './demo.js'
import { Owners } from './owners.js'

const DATABASE = fileURLToPath(new URL('../data/owners.sqlite', import.meta.url))

const HOW = `set one of
  APP_JWT_SECRET  the secret with which your login signs its session tokens (JWT, HS256, user id in "sub")
  APP_AUTHORIZE   a JavaScript module whose default export is authorize(request), which returns { id } of the user`

/** @returns {Promise<{access: object, demo: boolean, close(): void}>} `access`: options of createApp */
export async function openAccess(env) {
  const production = env.NODE_ENV === 'production'
  const demo = env.APP_MODE === 'demo'
  if (env.APP_MODE && !demo) throw new Error('APP_MODE is "demo" or not set')
  if (demo && production) throw new Error(`APP_MODE=demo lets everybody upload and is not for NODE_ENV=production: ${HOW}`)
  if (demo) return { access: demoAccess(env.APP_TOKEN), demo, close() {} }
  if (env.APP_JWT_SECRET && env.APP_AUTHORIZE) throw new Error('set APP_JWT_SECRET or APP_AUTHORIZE, not both')
  const authorize = env.APP_JWT_SECRET ? jwtSessions(env.APP_JWT_SECRET) : env.APP_AUTHORIZE ? await authorizeFrom(env.APP_AUTHORIZE) : undefined
  if (!authorize) {
    const shared = env.APP_TOKEN ? ' APP_TOKEN alone does not tell users apart, and whoever has the mini program has the token.' : ''
    throw new Error(`there is no way to tell who calls.${shared} To serve, ${HOW}\nTo try it out on this machine, set APP_MODE=demo`)
  }
  const owners = new Owners(env.APP_DATABASE || DATABASE)
  return { access: { authorize, owners }, demo, close: () => owners.close() }
}
