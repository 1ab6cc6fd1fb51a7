// The built package in the fake phone, an app that only listens, and what holds after every row of the contract whatever the row is about.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodePackage, Refusal } from '../phone/index.mjs'
import { isBuilt, openSession, packageRoot, seedOf } from '../support/session.mjs'
import { checkAlways } from './always.mjs'

export const KB = 1024
export const MB = 1024 * KB
export const BUCKET = 'oss-cn-shanghai.aliyuncs.com'

let code
const package_ = () => (code ??= CodePackage.fromDirectory(fileURLToPath(new URL('app', import.meta.url))).addNpm(packageRoot))

/** One row. `personas`: phones it is tried on; `allow`: rules of WeChat it breaks on purpose; `exceptions`: how many the app throws. */
export function row(title, given, work) {
  if (typeof given === 'function') return row(title, {}, given)
  const { personas = ['ios'], ...options } = given
  for (const persona of personas) {
    const name = personas.length > 1 ? `${title} (${persona})` : title
    test(name, { timeout: 180_000, skip: isBuilt ? false : 'the package is not built: cargo xtask build' }, () => inPhone({ persona, ...options }, work))
  }
}

async function inPhone({ allow = [], exceptions = 0, ...options }, work) {
  const seed = seedOf()
  const session = await openSession({ seed, stallMs: 300, ...options })
  const t = kit(session)
  try {
    t.launch()
    await work(t)
    // What is still on its way, such as a file's digest, must not be cut off by the end of the phone.
    await t.rest(50)
    checkAlways(t, { allow, exceptions })
  } catch (error) {
    const facts = `\n  ${options.persona}, E2E_SEED=${seed}\n  ${t.summary()}\n  ${JSON.stringify(session.phone.violations)} ${session.phone.errors.map((one) => one?.stack ?? one).join('\n')}`
    error.message += facts
    error.stack += facts
    throw error
  } finally {
    await session.close()
  }
}

function kit({ phone, cloud, clock, secrets, domains }) {
  const callbacks = []
  let waiting = []
  let made = 0

  const t = {
    phone,
    cloud,
    clock,
    secrets,
    domains,
    callbacks,

    launch: () => listen(() => phone.launch(package_())),
    restart: () => listen(() => phone.restart()),

    /** The package, as the app required it. */
    get package() {
      return phone.app.VODUpload
    },

    /** A file the user has chosen. */
    file: ({ name = 'film.mp4', size = 40 * KB, seed = 1, ...more } = {}) => phone.disk.addTemp({ name, size, seed, ...more }),

    // ---- uploaders

    /** `flow`: how the app authorises; `on`: what else it does in its callbacks. */
    make(options = {}, flow = 'auth', on = {}, { without = [] } = {}) {
      const id = ++made
      const answers = {}
      const up = handle(id, () => phone.app.within(() => new t.package(phone.app.options(id, text(options), answers, without))), answers)
      Object.assign(answers, flows[flow]?.(up, t), on)
      return up.open()
    },

    /** The promise interface. */
    promise(options = {}, flow = 'getAuth', on = {}, { without = [] } = {}) {
      const id = ++made
      const answers = {}
      const up = handle(id, () => phone.app.within(() => t.package.createUploader(phone.app.options(id, text(options), answers, without))), answers)
      Object.assign(answers, flows[flow]?.(up, t), on)
      return up.open()
    },

    // ---- the world

    /** What the app's server would answer for a file. */
    permit(info, more = {}) {
      const refresh = info.videoId && !info.isImage
      return refresh ? cloud.refreshVideo(info.videoId, more) : cloud.createVideo({ fileName: info.file.name, size: info.fileSize, image: info.isImage, ...more })
    },

    /** What the phone's storage holds of uploads; the measured speed of the link, which stays, is left out. */
    remembered() {
      const { 'vod-upload:link': _, ...uploads } = t.phone.stored()
      return uploads
    },

    /** Requests the cloud has seen, by operation. */
    asked: (op, fits = () => true) => cloud.requests.filter((one) => one.op === op && fits(one)),

    /** Values of the phone's own world: an app's objects are never of the test's. */
    inner: (value) => phone.world.plain(value),

    /** What phone.faults.fs throws for the phone to refuse a file call. */
    refusal: () => Refusal,

    // ---- listening

    named: (name, from = 0) => callbacks.slice(from).filter((one) => one.name === name),

    /** The next event of that name that fits, or one that came already, from index `from` on. Rejects after a minute without any callback. */
    wait(name, fits = () => true, { from = 0 } = {}) {
      const wanted = (one) => [name].flat().includes(one.name) && fits(one)
      const found = callbacks.slice(from).find(wanted)
      if (found) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${name}, and a minute of silence`)), 60_000)
        waiting.push((one) => {
          if (!wanted(one)) return timer.refresh()
          clearTimeout(timer)
          resolve(one)
        })
      })
    },

    /** Lets everything happen that is due: callbacks, requests on their way, and `ms` of the phone's time. */
    rest: (ms = 1000) => clock.advance(ms),

    summary: () => callbacks.filter((one) => one.name !== 'onUploadProgress' || one.args[2] === 100).map(shortly).join(' → '),
  }

  function listen(launch) {
    launch()
    phone.app.report = (event) => {
      const args = JSON.parse(JSON.stringify(event.args))
      const one = { ...event, args, info: args[0]?.url ? args[0] : undefined, at: clock.now() }
      callbacks.push(one)
      waiting = waiting.filter((wanted) => wanted(one))
    }
  }

  function handle(id, create, answers) {
    const up = (t.lastMade = {
      id,
      answers,
      open() {
        up.uploader = create()
        return up
      },
      call: (method, ...args) => phone.app.within(() => up.uploader[method](...args.map(crossing))),
      add: (file, ...rest) => up.call('addFile', file, ...(rest.length ? rest : [null, null, null, null])),
      start: () => up.call('startUpload'),
      /** The live infos. */
      get list() {
        return up.uploader.listFiles ? up.uploader.listFiles() : up.uploader.uploader.listFiles()
      },
      get states() {
        return Array.from(up.list, (info) => info.state)
      },
      /** Adds and starts: the path. */
      go({ paramData = null, target = [null, null, null], ...file } = {}) {
        const { url = t.file(file), coverUrl, fileType } = file
        assert.equal(up.add({ url, ...(file.name && { name: file.name }), ...(coverUrl && { coverUrl }), ...(fileType && { fileType }) }, ...target, paramData), true, 'addFile')
        up.start()
        return url
      },
      give: (info, answer = t.permit(info)) => up.call('setUploadAuthAndAddress', info, answer.UploadAuth, answer.UploadAddress, answer.VideoId || answer.ImageId),
      giveToken: (info, token = cloud.accounts.sts()) => up.call('setSTSToken', info, token.AccessKeyId, token.AccessKeySecret, token.SecurityToken),
      /** Everything but the log, in order. */
      events: () => callbacks.filter((one) => one.uploader === id && one.name !== 'log'),
      named: (name, from = 0) => t.named(name, from).filter((one) => one.uploader === id),
      wait: (name, fits = () => true, more = {}) => t.wait(name, (one) => one.uploader === id && fits(one), more),
      end: (more) => up.wait('onUploadEnd', undefined, more),
    })
    return up
  }

  // Objects of the test become the phone's; what is the phone's already stays itself.
  const crossing = (value) => (value && Object.getPrototypeOf(value) === Object.prototype ? phone.world.plain(value) : value)

  return t
}

const text = (options) => JSON.stringify({ userId: '25346073170691', ...options })

const renew = (up, t) => (info) => up.call('resumeUploadWithAuth', t.permit(info).UploadAuth)
const renewToken = (up, t) => () => {
  const token = t.cloud.accounts.sts()
  return up.call('resumeUploadWithSTSToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration)
}

/** How an app authorises: what it does in which callback. */
const flows = {
  none: () => ({}),
  auth: (up, t) => ({ onUploadstarted: (info) => void up.give(info), onUploadTokenExpired: renew(up, t) }),
  sts: (up, t) => ({ onUploadstarted: (info) => void up.giveToken(info), onUploadTokenExpired: renewToken(up, t) }),
  direct: (up, t) => ({
    onUploadstarted(info) {
      const token = t.cloud.accounts.sts()
      up.call('setSTSTokenDirectlyUpload', info, token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration)
    },
    onUploadTokenExpired: renewToken(up, t),
  }),
  getAuth: (up, t) => ({ getAuth: (context) => t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId })) }),
  getSTSToken: (up, t) => ({ getSTSToken: () => t.inner(t.cloud.accounts.sts()) }),
}

function shortly({ name, args }) {
  if (name === 'onUploadFailed') return `failed(${args[1]}: ${args[2]})`
  if (name === 'log') return args[0] === 'debug' ? '·' : `log(${args[1]?.event}: ${args[1]?.detail ?? ''})`
  return name.replace('onUpload', '')
}
