// The sample app server: asks VOD for credentials on behalf of a mini program, so that no key ever leaves this machine.
// Its answers are the VOD API's own JSON, as the SDK's getAuth and getSTSToken expect it.

import express from 'express'
import { AppError, badInput } from './errors.js'
import { imageParameters, optionalVideoIdOf, videoIdOf, videoParameters } from './input.js'
import { narrowPolicy, sessionNameOf } from './sts.js'

const MAX_BODY = '32kb'

/** The names under which faults and the log of the local cloud know these routes. */
export const APP_OPERATIONS = { '/vod/create': 'AppCreate', '/vod/refresh': 'AppRefresh', '/vod/image': 'AppImage', '/vod/sts': 'AppSts' }

/**
 * @param {object} options
 * @param {import('./vod.js').VodClient} options.vod
 * @param {(request: import('express').Request) => any} options.authorize the user who calls, `{ id }`, or undefined: 401. May be a promise
 * @param {{remember(mediaId: string, userId: string): any, owns(mediaId: string, userId: string): any}} options.owners both functions may return promises
 * @param {(request: {videoId?: string}) => object|undefined} [options.stsPolicy] narrows what an STS token may do
 * @param {(line: string) => void} [options.log]
 */
export function createApp({ vod, authorize, owners, stsPolicy = narrowPolicy, log = () => {} }) {
  if (typeof authorize !== 'function' || !owners) throw new TypeError('createApp needs `authorize` and `owners`')

  async function remembered(user, answer) {
    await owners.remember(answer.VideoId ?? answer.ImageId, user.id)
    return answer
  }

  /** Another user's video is answered like one that does not exist: the SDK then creates a new one, and the answer does not reveal which ids exist. */
  async function own(user, videoId) {
    if (!(await owners.owns(videoId, user.id))) throw new AppError(404, 'InvalidVideo.NotFound', 'The video does not exist or belongs to another user.')
    return videoId
  }

  async function token(request, user) {
    const videoId = optionalVideoIdOf(request.body ?? request.query)
    if (videoId) await own(user, videoId)
    return vod.assumeRole(sessionNameOf(user), stsPolicy({ videoId }))
  }

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(uncached, logged(log))
  app.get('/healthz', (request, response) => void response.json({ ok: true }))
  app.use('/vod', express.json({ limit: MAX_BODY }), loggedIn(authorize))
  app.post('/vod/create', answer(async ({ body }, user) => remembered(user, await vod.createVideo(videoParameters(body)))))
  app.post('/vod/refresh', answer(async ({ body }, user) => vod.refreshVideo(await own(user, videoIdOf(body)))))
  app.post('/vod/image', answer(async ({ body }, user) => remembered(user, await vod.createImage(imageParameters(body)))))
  app.get('/vod/sts', answer(token))
  app.post('/vod/sts', answer(token))
  app.use(() => {
    throw new AppError(404, 'NotFound', 'There is no such route.')
  })
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error)
    const answered = answerable(error)
    if (answered !== error && answered.status === 500) log(`defect: ${error.stack}`)
    response.locals.code = answered.code
    response.status(answered.status).json(answered)
  })
  return app
}

/** Credentials must not be cached. */
function uncached(request, response, next) {
  response.set('Cache-Control', 'no-store')
  next()
}

const logged = (log) => (request, response, next) => {
  const start = Date.now()
  response.on('finish', () => log(`${request.method} ${request.path} ${response.statusCode} ${Date.now() - start}ms${response.locals.code ? ` ${response.locals.code}` : ''}`))
  next()
}

const loggedIn = (authorize) => async (request, response, next) => {
  const user = await authorize(request)
  if (user === undefined || user === null) throw new AppError(401, 'Unauthorized', 'Log in first.')
  if (typeof user.id !== 'string' || user.id === '') throw new TypeError('authorize must return { id } with a text, or undefined')
  response.locals.user = user
  next()
}

const answer = (work) => async (request, response) => void response.json(await work(request, response.locals.user))

function answerable(error) {
  if (error instanceof AppError) return error
  if (error.type === 'entity.parse.failed') return badInput('The body is no valid JSON.')
  if (error.type === 'entity.too.large') return new AppError(413, 'InvalidInput', 'The body is too large.')
  if (error.status >= 400 && error.status < 500) return badInput('The body could not be read.')
  return new AppError(500, 'InternalError', 'The app server failed.')
}
