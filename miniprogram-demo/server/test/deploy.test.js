// What a customer deploys: the image's files are enough, what it logs holds no secret, and the policies of the README cover what is called.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { localCloud } from '../app/config.js'
import { demoAccess } from '../app/demo.js'
import { createApp } from '../app/index.js'
import { VodClient } from '../app/vod.js'
import { sessionToken } from './access.helpers.js'
import { cloudFor, ossClient, rpcClient, send } from './helpers.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const SECRET = 'the secret of the login, at least 32 bytes'
const read = (name) => readFileSync(join(root, name), 'utf8')

// A folder with what the Dockerfile copies, and the packages that `npm ci --omit=dev` would leave.
function imageFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'app-server-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [, line] of read('Dockerfile').matchAll(/^COPY (.+)$/gm)) {
    const names = line.split(' ')
    const to = names.pop()
    for (const name of names) cpSync(join(root, name), join(folder, to, names.length > 1 || to === './' ? name : ''), { recursive: true })
  }
  for (const [path, { dev, optional }] of Object.entries(JSON.parse(read('package-lock.json')).packages)) {
    if (!path || dev || (optional && !existsSync(join(root, path))) || path.lastIndexOf('node_modules/') > 0) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(root, path), join(folder, path))
  }
  return folder
}

test('the image starts, answers for its health, and tells nobody its key', async (t) => {
  const folder = imageFolder(t)
  assert.ok(!existsSync(join(folder, 'cloud')) && !existsSync(join(folder, 'node_modules/ali-oss')))
  // There is no such region, so that no call gets anywhere.
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main', PORT: '0', HOST: '127.0.0.1', VOD_REGION: 'nowhere.invalid', APP_JWT_SECRET: SECRET, APP_DATABASE: join(folder, 'data/owners.sqlite'), ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIsecretid', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secretofthekey', ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/x' }
  const child = spawn(process.execPath, ['index.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data))
  while (!/at port \d+/.test(printed)) await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => assert.fail(printed))])
  const port = Number(/at port (\d+)/.exec(printed)[1])
  assert.equal((await send({ port }, { path: '/healthz' })).status, 200)
  const session = await sessionToken(SECRET, 'user-1')
  for (const path of ['/vod/create', `/vod/sts?access_token=${session}`]) {
    const { status, body } = await send({ port }, { method: 'POST', path, headers: { 'content-type': 'application/json', authorization: `Bearer ${session}` }, body: '{"fileName":"a.mp4"}' })
    assert.equal(status, 502)
    assert.equal(JSON.parse(body).code, 'VodUnreachable')
  }
  child.kill('SIGTERM')
  // Its end may be known before its last words are.
  assert.deepEqual(await once(child, 'close'), [0, null])
  assert.match(printed, /POST \/vod\/sts 502 \d+ms VodUnreachable/)
  for (const secret of ['LTAIsecretid', 'secretofthekey', SECRET, session]) assert.ok(!printed.includes(secret), printed)
})

test('each route, by the vendor\'s clients; nothing of what it hands out is logged', async (t) => {
  const cloud = await cloudFor(t)
  const lines = []
  const server = createServer(createApp({ vod: new VodClient(localCloud(cloud, 'test')), ...demoAccess(), log: (line) => lines.push(line) })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const ask = async (path, body) => JSON.parse((await send({ port: server.address().port }, { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).body)
  const decoded = (answer) => ({ auth: JSON.parse(Buffer.from(answer.UploadAuth, 'base64')), address: JSON.parse(Buffer.from(answer.UploadAddress, 'base64')) })
  const created = await ask('/vod/create', { fileName: 'a.mp4', title: 'a' })
  const refreshed = await ask('/vod/refresh', { videoId: created.VideoId })
  const image = await ask('/vod/image', { fileName: 'a.png' })
  for (const answer of [created, refreshed, image]) {
    const { auth, address } = decoded(answer)
    const { res } = await ossClient(cloud, { auth, address }).put(address.FileName, Buffer.from('bytes'))
    assert.equal(res.status, 200)
  }
  const token = await ask('/vod/sts', {})
  const own = await rpcClient(cloud, token)('CreateUploadVideo', { Title: 'b', FileName: 'b.mp4' })
  assert.ok((await rpcClient(cloud, token)('RefreshUploadVideo', { VideoId: own.VideoId })).UploadAuth)
  assert.equal(lines.length, 4)
  for (const secret of [token.AccessKeySecret, token.SecurityToken, token.AccessKeyId, ...[created, refreshed, image].flatMap((one) => [one.UploadAuth, decoded(one).auth.AccessKeySecret])]) assert.ok(!lines.join().includes(secret))
})

test('the policies are JSON and allow what is called, no more', () => {
  const policies = [...read('README.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text))
  const actions = policies.map(({ Statement }) => Statement.flatMap(({ Action }) => Action))
  const called = [...read('app/vod.js').matchAll(/#call\('(vod|sts)', this\.#\w+, '(\w+)'/g)].map(([, service, action]) => `${service}:${action}`)
  assert.equal(called.length, 4)
  assert.deepEqual(actions[0].sort(), called.sort())
  assert.deepEqual(actions[1], ['sts:AssumeRole'])
  assert.deepEqual(actions[2].sort(), called.filter((one) => one !== 'sts:AssumeRole').sort())
  assert.deepEqual(actions[3].sort(), ['oss:AbortMultipartUpload', 'oss:GetObject', 'oss:ListParts', 'oss:PutObject'])
  // The sample's role is used by one account's users alone.
  assert.match(policies[1].Statement[0].Principal.RAM[0], /user\//)
})
