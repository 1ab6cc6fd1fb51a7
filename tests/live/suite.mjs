// Runs the cases one after the other, cleans up after them, and keeps what a report needs.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { demoAccess } from '../../miniprogram-demo/server/app/demo.js'
import { createApp } from '../../miniprogram-demo/server/app/index.js'
import { Crc64 } from '../../miniprogram-demo/server/cloud/crc64.js'
import { APP_HOST } from '../../miniprogram-demo/server/cloud/hosts.js'
import { fillBytes } from '../e2e/phone/random.mjs'
import { openSession } from '../e2e/support/session.mjs'
import { Account, TITLE } from './account.mjs'
import { cases as all } from './cases.mjs'
import { askAll } from './questions.mjs'
import { refusal, vendorClient } from './world.mjs'

/** How long a file may take that nothing holds up. */
const PATIENCE = 120_000

export async function runSuite({ world, cases = all, persona = 'ios', expiry = false, signal, log = () => {} }) {
  const account = new Account(world.config)
  // Only the simulated phone calls it.
  const server = createServer(createApp({ vod: account, ...demoAccess() })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const app = { protocol: 'http:', host: '127.0.0.1', port: server.address().port }
  const place = { clock: world.clock, reach: (host) => (host === APP_HOST ? app : world.reach(host)) }
  const result = { persona, region: world.config.region, date: new Date(world.clock.now()), cases: [], answers: undefined, left: [], scrub: (text) => account.scrub(text) }
  const report = (text) => log(account.scrub(text))
  try {
    // If VOD refuses the key, each case would retry for minutes.
    const first = await account.createVideo({ FileName: 'video.mp4' }).catch((error) => {
      result.refused = `${error.code}: ${error.message}`
    })
    if (first) result.answers = await askAll(world, account, first)
    for (const one of cases) {
      const reason = result.refused ? 'VOD refused the first call' : signal?.aborted ? 'interrupted' : one.needsRole && !world.config.roleArn ? 'ALIBABA_CLOUD_ROLE_ARN is not set' : one.slow && !expiry ? 'only with --expiry' : ''
      const done = reason ? { outcome: 'not run', note: reason } : await run(one, { world, place, account, persona, signal, result })
      result.cases.push({ title: one.title, ...done })
      report(`${done.outcome}: ${one.title}${done.note ? ` (${done.note})` : ''}`)
    }
  } finally {
    result.left = await account.clean()
    server.closeAllConnections()
    server.close()
  }
  return result
}

async function run(one, { world, place, account, persona, signal, result }) {
  const session = await openSession({ persona, world: place, switches: { 'fs.tempAfterRestart': 'there' } })
  const started = world.clock.now()
  try {
    session.launch()
    result.version ??= session.phone.app.VODUpload.version
    const note = await interruptible(one.run(toolsFor(session, { world, account })), signal)
    return { outcome: 'passed', note, ...costs(session, world.clock.now() - started) }
  } catch (error) {
    return { outcome: 'failed', note: error.message, ...costs(session, world.clock.now() - started) }
  } finally {
    for (const { info } of session.events) if (info) account.met(info)
    // What it leaves open of a multipart upload, the package takes away; and if it can't, the video's deletion does.
    if (session.phone.alive && session.uploader) {
      session.call('cancelFile', 0)
      await until(world, () => session.phone.pending === 0, 5000)
    }
    await session.close()
  }
}

function toolsFor(session, { world, account }) {
  const tools = {
    account,
    refusal,
    vendor: (answer) => vendorClient(world, answer),
    sleep: (ms) => world.clock.sleep(ms),
    wait: (one, name, fits, ms = PATIENCE) => one.wait([name, 'failed'], { fits: (event) => event.name === 'failed' || !fits || fits(event), ms }).then(unlessFailed(name)),

    begin({ skewMs = 0, uplink = null, ...upload }) {
      session.phone.skewMs = skewMs
      session.phone.setUplink(uplink)
      return { session, path: tools.add(session, upload) }
    },

    add(one, { size, name = 'video.mp4', flow = 'auth', options = {}, path = one.phone.disk.addTemp({ name, size, seed: SEED }) }) {
      one.create(flow, options)
      one.call('addFile', { url: path, name }, null, null, null, JSON.stringify({ Vod: { Title: TITLE } }))
      one.call('startUpload')
      return path
    },

    async succeed(one) {
      const from = one.runs.at(-1)
      const { info } = await one.wait(['succeed', 'failed'], { from, ms: PATIENCE }).then(unlessFailed('succeed'))
      await one.wait('end', { from, ms: PATIENCE })
      return info
    },

    /** By the vendor's client with a fresh credential: the object has the file's length and checksum. */
    async verify({ videoId, imageId, fileSize }) {
      if (!videoId) return `imageId ${imageId ? 'given' : 'not given'}, checksum compared by the package alone`
      let headers
      try {
        const { client, key } = tools.vendor(await account.refreshVideo(videoId))
        headers = (await client.head(key)).res.headers
      } catch (error) {
        return `not looked at from outside (${refusal(error)})`
      }
      const expected = String(new Crc64().update(fillBytes(Buffer.alloc(fileSize), SEED, 0)).value())
      if (Number(headers['content-length']) !== fileSize || headers['x-oss-hash-crc64ecma'] !== expected) throw new Error(`stored are ${headers['content-length']} bytes with CRC64 ${headers['x-oss-hash-crc64ecma']}, sent were ${fileSize} with ${expected}`)
      return 'size and CRC64 as sent'
    },

    until: (met, otherwise) => until(world, met, 20_000).then((so) => {
      if (!so) throw new Error(otherwise)
    }),

    partsAnswered: (one, since = 0) => [...new Set(one.phone.meter.answered.slice(since).filter(({ method, status }) => method === 'PUT' && status === 200).map(({ url }) => Number(/[?&]partNumber=(\d+)/.exec(url)?.[1])).filter(Boolean))],
    uploadIds: (one) => [...new Set(one.phone.meter.answered.map(({ url }) => /[?&]uploadId=([^&]+)/.exec(url)?.[1]).filter(Boolean))],
    refusals: (one) => [...new Set(one.phone.meter.answered.filter(({ status }) => status >= 400).map(({ method, status }) => `${status} to ${method}`))],
  }
  return tools
}

/** The content of every file: the same on each phone, so that it need not be kept. */
const SEED = 11

const unlessFailed = (wanted) => (event) => {
  if (event.name !== wanted) throw new Error(`${event.code}: ${event.message}`)
  return event
}

async function until(world, met, ms) {
  for (let waited = 0; waited < ms; waited += 100) {
    if (met()) return true
    await world.clock.sleep(100)
  }
  return met()
}

function interruptible(work, signal) {
  if (!signal) return work
  return Promise.race([work, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))])
}

function costs({ phone }, ms) {
  const counts = {}
  for (const { status } of phone.meter.answered) counts[status] = (counts[status] ?? 0) + 1
  return { seconds: ms / 1000, answers: Object.entries(counts).map(([status, count]) => `${count} × ${status}`).join(', ') }
}
