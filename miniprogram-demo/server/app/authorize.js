// Ways to authorise a caller: `authorize(request)` returns the user, `{ id }`, or undefined if the caller has to log in first.

import { createHash, timingSafeEqual } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { errors, jwtVerify } from 'jose'

/** Bytes. RFC 7518 §3.2: a key for HS256 must be at least as long as the hash. */
const MIN_SECRET = 32

/** Session tokens that the app's own login has signed: JWTs (HS256) with the user's id in `sub` and an end in `exp`. */
export function jwtSessions(secret) {
  if (Buffer.byteLength(secret) < MIN_SECRET) throw new Error(`APP_JWT_SECRET must be at least ${MIN_SECRET} bytes long`)
  const key = new TextEncoder().encode(secret)
  return async (request) => {
    const token = bearerOf(request)
    if (!token) return undefined
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] })
      return { id: payload.sub }
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}

/** A module of the app's own: its default export is `authorize`. */
export async function authorizeFrom(file) {
  const { default: authorize } = await import(pathToFileURL(resolve(file)))
  if (typeof authorize !== 'function') throw new Error(`APP_AUTHORIZE: ${file} has no function as its default export`)
  return authorize
}

/** One token for all callers, who all are `user`. For a demo: it does not tell users apart. */
export function sharedToken(token, user) {
  const digest = (text) => createHash('sha256').update(text).digest()
  const wanted = digest(token)
  return (request) => (timingSafeEqual(digest(bearerOf(request)), wanted) ? user : undefined)
}

const bearerOf = (request) => /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1] ?? ''
