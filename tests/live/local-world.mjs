// The local cloud in the place of the real one, for the suite's own tests.
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localCloud } from '../../miniprogram-demo/server/app/config.js'
import { APP_SERVER_AGENT } from '../../miniprogram-demo/server/cloud/hosts.js'
import { startCloud } from '../../miniprogram-demo/server/cloud/index.js'

/** @param [clock] of the simulated phone; a real one without it. `secrets()`: all that the cloud has handed out. */
export async function localWorld(t, clock = { now: Date.now, stop() {} }) {
  // ali-oss advises against STS tokens without a refresh function on each construction.
  t.mock.method(console, 'warn', () => {})
  const dir = mkdtempSync(join(tmpdir(), 'vod-live-'))
  const cloud = await startCloud({ dir, clock: () => clock.now(), busy: clock.hold })
  t.after(async () => {
    clock.stop()
    await cloud.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const secrets = []
  for (const maker of ['upload', 'sts', 'longTerm']) {
    const make = cloud.accounts[maker].bind(cloud.accounts)
    cloud.accounts[maker] = (options) => {
      const made = make(options)
      secrets.push(made.AccessKeyId, made.AccessKeySecret, made.SecurityToken)
      return made
    }
  }
  class ToCloud extends http.Agent {
    createConnection(options, connected) {
      return super.createConnection({ ...options, host: '127.0.0.1', hostname: '127.0.0.1', port: cloud.port }, connected)
    }
  }
  const world = { clock, config: localCloud(cloud, APP_SERVER_AGENT), reach: () => ({ protocol: 'http:', host: '127.0.0.1', port: cloud.port }), oss: { agent: new ToCloud() } }
  return { world, cloud, secrets: () => secrets.filter(Boolean) }
}
