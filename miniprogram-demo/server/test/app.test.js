// The app server's own rules, without a cloud behind it, and the program that starts everything.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { realCloud } from '../app/config.js'
import { demoAccess } from '../app/demo.js'
import { createApp } from '../app/index.js'
import { VodClient } from '../app/vod.js'
import { cloudFor, rpcClient, send } from './helpers.js'

const root = new URL('..', import.meta.url)

/** An app server whose VOD answers with what it was asked. */
async function appFor(t, options = {}) {
  const echo = (action) => async (parameters) => ({ action, parameters })
  const vod = { createVideo: echo('createVideo'), refreshVideo: echo('refreshVideo'), createImage: echo('createImage'), assumeRole: echo('assumeRole') }
  const server = createServer(createApp({ vod, ...demoAccess(), ...options })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return async (path, body, { method = 'POST', headers = {} } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await send({ port: server.address().port }, { method, path, headers: { 'content-type': 'application/json', ...headers }, body: text })
    return { status: answer.status, headers: answer.headers, ...JSON.parse(answer.body) }
  }
}

test('what the phone says is checked and turned into what VOD takes', async (t) => {
  const ask = await appFor(t)
  const created = await ask('/vod/create', { fileName: 'dir/海边😀.mp4', size: 12, title: '海边😀', tags: 'a,b', cateId: 7, Action: 'DeleteVideo', role: 'root' })
  assert.deepEqual(created.parameters, { FileName: 'dir/海边😀.mp4', FileSize: '12', Title: '海边', Tags: 'a,b', CateId: '7' })
  assert.equal((await ask('/vod/create', { fileName: 'dir/海边.mp4' })).parameters.Title, '海边.mp4')
  assert.equal((await ask('/vod/create', { fileName: '😀.mp4', title: '😀' })).parameters.Title, 'untitled')
  assert.equal([...(await ask('/vod/create', { fileName: 'a.mp4', title: '好'.repeat(200) })).parameters.Title].length, 128)
  assert.equal((await ask('/vod/refresh', { videoId: 'abc' })).parameters, 'abc')
  assert.deepEqual((await ask('/vod/image', { fileName: 'A.JPG', title: 'x' })).parameters, { ImageType: 'default', ImageExt: 'jpg', OriginalFileName: 'A.JPG', Title: 'x' })
  for (const method of ['GET', 'POST']) assert.equal((await ask('/vod/sts', undefined, { method })).action, 'assumeRole')
  assert.equal(created.headers['cache-control'], 'no-store')
})

test('nonsense is refused with a sentence', async (t) => {
  const lines = []
  const ask = await appFor(t, { log: (line) => lines.push(line) })
  const wrong = [
    ['/vod/create', {}], ['/vod/create', { fileName: 'noextension' }], ['/vod/create', { fileName: 7 }], ['/vod/create', '{"fileName":'], ['/vod/create', 'null'],
    ['/vod/create', { fileName: 'a.mp4', size: -1 }], ['/vod/create', { fileName: 'a.mp4', cateId: 'x' }], ['/vod/create', { fileName: 'a.mp4', title: 'x'.repeat(2000) }],
    ['/vod/refresh', {}], ['/vod/refresh', { videoId: '../x' }], ['/vod/refresh'], ['/vod/sts', { videoId: 7 }],
    ['/vod/image', { fileName: 'a.mp4' }], ['/vod/image', { fileName: 'a.png', imageType: 'x' }],
  ]
  for (const [path, body] of wrong) {
    const { status, code, message } = await ask(path, body)
    assert.deepEqual([status, code], [400, 'InvalidInput'], `${path} ${JSON.stringify(body)}`)
    assert.match(message, /\.$/)
  }
  assert.equal((await ask('/vod/create', { fileName: 'x'.repeat(40_000) })).status, 413)
  assert.deepEqual((({ status, code }) => [status, code])(await ask('/other', {})), [404, 'NotFound'])
  assert.match(lines[0], /^POST \/vod\/create 400 \d+ms InvalidInput$/)
})

test('the token of a demo keeps strangers out', async (t) => {
  const ask = await appFor(t, demoAccess('let-me-in'))
  assert.equal((await ask('/vod/sts', undefined, { method: 'GET' })).status, 401)
  assert.equal((await ask('/vod/sts', undefined, { method: 'GET', headers: { authorization: 'Bearer let-me-On' } })).status, 401)
  assert.equal((await ask('/vod/sts', undefined, { method: 'GET', headers: { authorization: 'Bearer let-me-in' } })).status, 200)
})

test('refusals by VOD are passed on; the server\'s own failures are a 5xx', async (t) => {
  const cloud = await cloudFor(t)
  const key = cloud.accounts.longTerm()
  const config = { accessKeyId: key.AccessKeyId, accessKeySecret: key.AccessKeySecret, vodEndpoint: cloud.url, stsEndpoint: cloud.url, headersFor: (service) => ({ host: `${service}.cn-shanghai.aliyuncs.com` }) }
  const refused = async (changes, work) => {
    const error = await work(new VodClient({ ...config, ...changes })).catch((thrown) => thrown)
    assert.ok(!JSON.stringify(error).includes(config.accessKeyId) && !error.message.includes(config.accessKeyId))
    return [error.status, error.code]
  }
  assert.deepEqual(await refused({}, (vod) => vod.createVideo({ Title: 'a', FileName: 'a.exe' })), [400, 'InvalidFileName.Extension'])
  assert.deepEqual(await refused({}, (vod) => vod.refreshVideo('x')), [404, 'InvalidVideo.NotFound'])
  assert.deepEqual(await refused({ accessKeySecret: 'wrong' }, (vod) => vod.refreshVideo('x')), [502, 'ServerNotAllowed'])
  assert.deepEqual(await refused({ vodEndpoint: 'http://127.0.0.1:1' }, (vod) => vod.refreshVideo('x')), [502, 'VodUnreachable'])
  assert.deepEqual(await refused({}, (vod) => vod.assumeRole('x')), [501, 'StsNotConfigured'])
})

test('the STS route gives a token that the phone can use', async (t) => {
  const cloud = await cloudFor(t)
  const token = JSON.parse((await send(cloud, { host: 'app.example.com', path: '/vod/sts' })).body)
  assert.deepEqual(Object.keys(token), ['RequestId', 'AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration'])
  assert.ok((await rpcClient(cloud, token)('CreateUploadVideo', { Title: 'a', FileName: 'a.mp4' })).VideoId)
})

test('the environment decides which cloud it is', () => {
  assert.equal(realCloud({}), undefined)
  assert.throws(() => realCloud({ ALIBABA_CLOUD_ACCESS_KEY_ID: 'a' }), /both/)
  const real = realCloud({ ALIBABA_CLOUD_ACCESS_KEY_ID: 'a', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b', VOD_REGION: 'eu-central-1' })
  assert.deepEqual([real.vodEndpoint, real.stsEndpoint], ['https://vod.eu-central-1.aliyuncs.com', 'https://sts.eu-central-1.aliyuncs.com'])
})

async function started(t, env) {
  const dir = await mkdtemp(join(tmpdir(), 'cloud-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const child = spawn(process.execPath, ['index.js'], { cwd: root, env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dir, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('it starts without a key as the local cloud, and stops on a signal', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const child = await started(t, {})
    const [line] = await once(child.stdout, 'data')
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(String(line))[1])
    const answer = await send({ port }, { method: 'POST', path: '/vod/create', headers: { 'content-type': 'application/json' }, body: '{"fileName":"a.mp4"}' })
    assert.ok(JSON.parse(answer.body).UploadAuth)
    child.kill(signal)
    assert.deepEqual(await once(child, 'exit'), [0, null])
  }
})

test('it starts with a key as an app server alone, and not at all in production without one', async (t) => {
  const child = await started(t, { ALIBABA_CLOUD_ACCESS_KEY_ID: 'a', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b', APP_MODE: 'demo' })
  const [line] = await once(child.stdout, 'data')
  const port = Number(/at port (\d+)/.exec(String(line))[1])
  assert.equal((await send({ port }, { path: '/healthz' })).status, 200)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  const bare = await started(t, { NODE_ENV: 'production' })
  assert.equal((await once(bare, 'exit'))[0], 1)
})
