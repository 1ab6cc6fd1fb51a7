// Who may call the app server, and what belongs to whom.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAccess } from '../app/access.js'
import { localCloud } from '../app/config.js'
import { createApp } from '../app/index.js'
import { Owners } from '../app/owners.js'
import { VodClient } from '../app/vod.js'
import { sessionToken } from './access.helpers.js'
import { cloudFor, refusalOf, rpcClient, send } from './helpers.js'

const SECRET = 'the secret of the login, at least 32 bytes'
const root = new URL('..', import.meta.url)

async function folderFor(t) {
  const folder = await mkdtemp(join(tmpdir(), 'access-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A deployed app server in front of a local cloud; `ask(user)` calls as that user. */
async function deployed(t, env = { APP_JWT_SECRET: SECRET }) {
  const folder = await folderFor(t)
  const cloud = await cloudFor(t)
  const { access, close } = await openAccess({ NODE_ENV: 'production', APP_DATABASE: join(folder, 'data/owners.sqlite'), ...env })
  const server = createServer(createApp({ vod: new VodClient(localCloud(cloud, 'test')), ...access })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    close()
  })
  const call = async (authorization, path, body, method = 'POST') => {
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
    const answer = await send({ port: server.address().port }, { method, path, headers, body: body && JSON.stringify(body) })
    return { status: answer.status, ...JSON.parse(answer.body) }
  }
  const ask = async (user, ...request) => call(`Bearer ${await sessionToken(SECRET, user)}`, ...request)
  return { cloud, call, ask }
}

test('without a way to tell users apart nothing starts, except a demo that is called one', async (t) => {
  const refused = async (env) => (await refusalOf(openAccess(env))).message
  for (const NODE_ENV of ['production', undefined, 'development']) {
    assert.match(await refused({ NODE_ENV }), /no way to tell who calls.*APP_JWT_SECRET/s)
    assert.match(await refused({ NODE_ENV, APP_TOKEN: 'shared' }), /APP_TOKEN alone does not tell users apart/)
  }
  assert.match(await refused({ NODE_ENV: 'production', APP_MODE: 'demo' }), /not for NODE_ENV=production/)
  assert.match(await refused({ APP_MODE: 'prod' }), /APP_MODE is "demo"/)
  assert.match(await refused({ APP_JWT_SECRET: 'short' }), /32 bytes/)
  assert.match(await refused({ APP_JWT_SECRET: SECRET, APP_AUTHORIZE: 'x.js' }), /not both/)
  assert.equal((await openAccess({ APP_MODE: 'demo' })).demo, true)
  assert.throws(() => createApp({ vod: {} }), /authorize/)
  const env = { PATH: process.env.PATH, PORT: '0', ALIBABA_CLOUD_ACCESS_KEY_ID: 'a', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b' }
  const child = spawn(process.execPath, ['index.js'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.on('data', (data) => (text += data))
  assert.deepEqual(await once(child, 'close'), [1, null])
  assert.match(text, /^The server does not start: there is no way to tell who calls/)
})

test('only a session that the login has signed and that is not over gets in', async (t) => {
  const { call } = await deployed(t)
  const attempt = async (token) => (await call(token, '/vod/create', { fileName: 'a.mp4' })).status
  assert.equal(await attempt(`Bearer ${await sessionToken(SECRET, 'ann')}`), 200)
  const strangers = [
    undefined, 'Bearer', 'Basic YTpi', 'Bearer a.b.c',
    `Bearer ${await sessionToken('another secret that is long enough, too', 'ann')}`,
    `Bearer ${await sessionToken(SECRET, 'ann', { expires: 1 })}`,
    `Bearer ${await sessionToken(SECRET, 'ann', { expires: null })}`,
    `Bearer ${await sessionToken(SECRET, undefined)}`,
    `Bearer ${await sessionToken(`${SECRET} and as long as HS512 wants its keys to be`, 'ann', { algorithm: 'HS512' })}`,
    `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"ann","exp":9999999999}').toString('base64url')}.`,
  ]
  for (const stranger of strangers) assert.equal(await attempt(stranger), 401, stranger)
})

test('a module of the app decides who calls', async (t) => {
  const folder = await folderFor(t)
  const file = join(folder, 'authorize.mjs')
  await writeFile(file, `export default async (request) => {
    const name = request.get('x-user')
    if (name === 'trouble') throw new Error('the session store is away')
    return name === 'nameless' ? {} : name && { id: name }
  }`)
  const { access, close } = await openAccess({ APP_AUTHORIZE: file, APP_DATABASE: join(folder, 'owners.sqlite') })
  t.after(close)
  const server = createServer(createApp({ vod: { createVideo: async () => ({ VideoId: 'v1' }) }, ...access })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const attempt = async (user) => (await send({ port: server.address().port }, { method: 'POST', path: '/vod/create', headers: { 'content-type': 'application/json', ...(user && { 'x-user': user }) }, body: '{"fileName":"a.mp4"}' })).status
  assert.deepEqual([await attempt('ann'), await attempt(undefined), await attempt('trouble'), await attempt('nameless')], [200, 401, 500, 500])
  await writeFile(join(folder, 'empty.mjs'), 'export const authorize = 1')
  assert.match((await refusalOf(openAccess({ APP_AUTHORIZE: join(folder, 'empty.mjs') }))).message, /default export/)
})

test('a video is refreshed for its owner alone, and nobody learns which ids there are', async (t) => {
  const { cloud, ask } = await deployed(t)
  const { VideoId: videoId } = await ask('ann', '/vod/create', { fileName: 'a.mp4' })
  assert.equal((await ask('ann', '/vod/refresh', { videoId })).VideoId, videoId)
  const denied = await ask('bob', '/vod/refresh', { videoId })
  assert.deepEqual([denied.status, denied.code], [404, 'InvalidVideo.NotFound'])
  assert.deepEqual(await ask('bob', '/vod/refresh', { videoId: 'none' }), denied)
  const { VideoId: foreign } = cloud.createVideo()
  assert.equal((await ask('ann', '/vod/refresh', { videoId: foreign })).status, 404, 'what this server has not created belongs to nobody')
  assert.equal(cloud.requests.filter(({ op }) => op === 'RefreshUploadVideo').length, 1, 'VOD is not asked')
  assert.ok((await ask('ann', '/vod/image', { fileName: 'a.png' })).ImageId)
})

test('nothing is handed out when the owner cannot be recorded or looked up', async (t) => {
  const broken = async () => {
    throw new Error('the disk is full')
  }
  const called = []
  const vod = new Proxy({}, { get: (_, name) => async () => called.push(name) && { VideoId: 'v1', UploadAuth: 'secret' } })
  const server = createServer(createApp({ vod, authorize: () => ({ id: 'ann' }), owners: { remember: broken, owns: broken } })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  for (const [path, body] of [['/vod/create', { fileName: 'a.mp4' }], ['/vod/image', { fileName: 'a.png' }], ['/vod/refresh', { videoId: 'v1' }], ['/vod/sts', { videoId: 'v1' }]]) {
    const answer = await send({ port: server.address().port }, { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    assert.deepEqual([answer.status, String(answer.body).includes('secret')], [500, false], path)
  }
  assert.deepEqual(called, ['createVideo', 'createImage'])
})

test('an STS token creates; it refreshes only for whoever goes on with a video of his own', async (t) => {
  const { cloud, ask } = await deployed(t)
  const { VideoId: videoId } = await ask('ann', '/vod/create', { fileName: 'a.mp4' })
  const { VideoId: foreign } = cloud.createVideo()
  const may = async (token, action, parameters) => rpcClient(cloud, token)(action, parameters).then(() => true, (error) => error.code)

  for (const method of ['GET', 'POST']) {
    const token = await ask('bob', '/vod/sts', undefined, method)
    assert.equal(await may(token, 'CreateUploadVideo', { Title: 'a', FileName: 'a.mp4' }), true)
    assert.equal(await may(token, 'CreateUploadImage', { ImageType: 'default' }), true)
    assert.equal(await may(token, 'RefreshUploadVideo', { VideoId: foreign }), 'Forbidden')
  }
  assert.equal((await ask('bob', '/vod/sts', { videoId })).code, 'InvalidVideo.NotFound')
  assert.equal((await ask('bob', `/vod/sts?videoId=${videoId}`, undefined, 'GET')).code, 'InvalidVideo.NotFound')
  assert.equal(await may(await ask('ann', '/vod/sts', { videoId }), 'RefreshUploadVideo', { VideoId: videoId }), true)
  assert.equal(await may(await ask('ann', `/vod/sts?videoId=${videoId}`, undefined, 'GET'), 'RefreshUploadVideo', { VideoId: videoId }), true)
})

test('owners are known after a restart, and a file that is in use is not taken', async (t) => {
  const folder = await folderFor(t)
  const file = join(folder, 'deep/owners.sqlite')
  const first = new Owners(file)
  first.remember('v1', 'ann')
  assert.throws(() => first.remember('v1', 'bob'), /UNIQUE/)
  first.close()
  const second = new Owners(file)
  assert.deepEqual([second.owns('v1', 'ann'), second.owns('v1', 'bob'), second.owns('v2', 'ann'), second.owns("' OR ''='", 'ann')], [true, false, false, false])
  second.close()
  await mkdir(`${file}.lock`)
  assert.throws(() => new Owners(file), /database is locked.*remove .*owners\.sqlite\.lock/)
  assert.throws(() => new Owners(join(file, 'below-a-file.sqlite')), /the database .*below-a-file\.sqlite cannot be used: [^.]+/)
})
