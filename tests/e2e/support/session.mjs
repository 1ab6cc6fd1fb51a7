// A phone with the built package in it, a cloud of its own, one clock for both, and the app's callbacks.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCloud } from '../../../miniprogram-demo/server/cloud/index.js'
import { CodePackage, createClock, createPhone } from '../phone/index.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
export const packageRoot = here('../../../js-glue')
export const isBuilt = existsSync(join(packageRoot, 'miniprogram_dist/index.js'))

let code = null
export function driverCode() {
  code ??= CodePackage.fromDirectory(here('../driver')).addNpm(packageRoot)
  return code
}

export const seedOf = () => Number(process.env.E2E_SEED) || Math.floor(Math.random() * 1e9)

// `world`: a cloud that is there already, {clock, reach}.
export async function openSession({ persona = 'ios', switches, domains: given, seed = seedOf(), stallMs = 1500, skipIdle = true, storage, cloudOptions = {}, world } = {}) {
  const domains = structuredClone(given)
  const dir = mkdtempSync(join(tmpdir(), 'vod-e2e-'))
  const clock = world?.clock ?? createClock({ skipIdle, stallMs })
  const awaited = new Map() // operation → callbacks for the end of its next request
  const log = (entry) => awaited.get(entry.op)?.()
  const cloud = world ? null : await startCloud({ dir: join(dir, 'cloud'), clock: () => clock.now(), busy: clock.hold, log, ...cloudOptions })
  const phone = await createPhone({ persona, switches, cloud, reach: world?.reach, dir: join(dir, 'phone'), clock, domains, seed, storage, verbose: Boolean(process.env.E2E_VERBOSE) })
  const secrets = cloud ? collectSecrets(cloud.accounts) : new Set()
  const events = []
  const waiters = new Set()

  const session = {
    phone,
    cloud,
    clock,
    seed,
    secrets,
    domains,
    events,
    runs: [], // index into events where each launch began

    attach,
    launch() {
      phone.launch(driverCode())
      attach()
      return session
    },
    restart() {
      phone.restart()
      attach()
      return session
    },

    // Options of the uploader; hooks run inside the app.
    create: (flow = 'auth', options = {}, hooks = {}) => phone.app.create(flow, JSON.stringify(options), hooks),
    call: (method, ...args) => phone.app.call(method, JSON.stringify(args)),
    get uploader() {
      return phone.app.uploader
    },

    named: (name, from = 0) => events.slice(from).filter((one) => one.name === name),

    // The next event (or one that came already, from index `from` on) that fits. Rejects after `ms` without any event.
    wait(name, { from = 0, fits = () => true, ms = 60_000 } = {}) {
      const wanted = (event) => (Array.isArray(name) ? name.includes(event.name) : event.name === name) && fits(event)
      const found = events.slice(from).find(wanted)
      if (found) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const waiter = (event) => {
          if (!wanted(event)) return void timer.refresh()
          clearTimeout(timer)
          waiters.delete(waiter)
          resolve(event)
        }
        const timer = setTimeout(() => {
          waiters.delete(waiter)
          reject(new Error(`no "${name}", and ${ms} ms of silence (seed ${seed}); so far: ${story(events)}; open requests: ${phone.alive ? phone.pending : 'dead'}`))
        }, ms)
        waiters.add(waiter)
      })
    },

    // The cloud has done with a request of that operation, and the phone does not know it yet.
    served: (op) => new Promise((resolve) => awaited.set(op, resolve)),

    async close() {
      await phone.dispose()
      await cloud?.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }

  function attach() {
    session.runs.push(events.length)
    phone.app.listener = (event) => {
      const copy = JSON.parse(JSON.stringify(event))
      copy.at = clock.now()
      events.push(copy)
      for (const waiter of [...waiters]) waiter(copy)
    }
  }

  return session
}

// Everything the cloud ever handed out that must not be found lying about.
function collectSecrets(accounts) {
  const secrets = new Set()
  for (const maker of ['upload', 'sts']) {
    const make = accounts[maker].bind(accounts)
    accounts[maker] = (options) => {
      const made = make(options)
      secrets.add(made.AccessKeySecret)
      secrets.add(made.SecurityToken)
      return made
    }
  }
  return secrets
}

// The events in short, for messages.
export function story(events) {
  return events.filter((one) => one.name !== 'progress' || one.percent === 100).filter((one) => one.name !== 'log' || one.level !== 'debug')
    .map((one) => (one.name === 'failed' ? `failed(${one.code}: ${one.message})` : one.name === 'log' ? `log(${one.event?.event ?? JSON.stringify(one.event)})` : one.name)).join(' → ')
}

// Runs `work` in a session; a failure names persona, switches and seed, so that it can be run again.
export async function withSession(options, work) {
  const session = await openSession(options)
  try {
    session.launch()
    return await work(session)
  } catch (error) {
    error.message += `\n  persona ${options.persona ?? 'ios'}, switches ${JSON.stringify(options.switches ?? {})}, E2E_SEED=${session.seed}\n  ${story(session.events)}\n  violations ${JSON.stringify(session.phone.violations)}`
    throw error
  } finally {
    await session.close()
  }
}
