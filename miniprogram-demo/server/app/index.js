// The sample app server: asks VOD for credentials on behalf of a mini program, so that no key ever leaves this machine.
// Its answers are the VOD API's own JSON, as the SDK's getAuth and getSTSToken expect it.

import express from 'express'
import { timingSafeEqual } from 'node:crypto'
import { AppError, badInput } from './errors.js'
import { imageParameters, videoIdOf, videoParameters } from './input.js'

const MAX_BODY = '32kb'

/** The names under which faults and the log of the local cloud know these routes. */
export const APP_OPERATIONS = { '/vod/create': 'AppCreate', '/vod/refresh': 'AppRefresh', '/vod/image': 'AppImage', '/vod/sts': 'AppSts' }

/**
 * @param {object} options
 * @param {import('./vod.js').VodClient} options.vod
 * @param {string} [options.token] callers must send it as `Authorization: Bearer …`; put your own login check here
 * @param {(line: string) => void} [options.log]
 */
export function createApp({ vod, token, log = () => {} }) {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((request, response, next) => {
    // Credentials must not lie in any cache.
    response.set('Cache-Control', 'no-store')
    const start = Date.now()
    response.on('finish', () => log(`${request.method} ${request.path} ${response.statusCode} ${Date.now() - start}ms${response.locals.code ? ` ${response.locals.code}` : ''}`))
    next()
  })
  app.get('/healthz', (request, response) => void response.json({ ok: true }))
  app.use('/vod', express.json({ limit: MAX_BODY }), authorize(token))
  app.post('/vod/create', answer((request) => vod.createVideo(videoParameters(request.body))))
  app.post('/vod/refresh', answer((request) => vod.refreshVideo(videoIdOf(request.body))))
  app.post('/vod/image', answer((request) => vod.createImage(imageParameters(request.body))))
  app.get('/vod/sts', answer(() => vod.assumeRole('mini-program')))
  app.post('/vod/sts', answer(() => vod.assumeRole('mini-program')))
  app.use(() => {
    throw new AppError(404, 'NotFound', 'There is no such route.')
  })
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error)
    const told = tellable(error)
    if (told !== error && told.status === 500) log(`defect: ${error.stack}`)
    response.locals.code = told.code
    response.status(told.status).json(told)
  })
  return app
}

const answer = (work) => async (request, response) => void response.json(await work(request))

function authorize(token) {
  if (!token) return (request, response, next) => next()
  const wanted = Buffer.from(`Bearer ${token}`)
  return (request, response, next) => {
    const given = Buffer.from(request.get('authorization') ?? '')
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new AppError(401, 'Unauthorized', 'Log in first.')
    next()
  }
}

function tellable(error) {
  if (error instanceof AppError) return error
  if (error.type === 'entity.parse.failed') return badInput('The body is no valid JSON.')
  if (error.type === 'entity.too.large') return new AppError(413, 'InvalidInput', 'The body is too large.')
  if (error.status >= 400 && error.status < 500) return badInput('The body could not be read.')
  return new AppError(500, 'InternalError', 'The app server failed.')
}
