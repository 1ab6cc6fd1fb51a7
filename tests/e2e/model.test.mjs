// Thousands of random sequences of all public calls, of the app's answers and of what phones and servers do, through the built package, against
// the small model of the contract. A failure prints its seed and the shortest sequence found.
//   MODEL_RUNS=20000 node --test model.test.mjs       MODEL_SEED=123 node --test model.test.mjs
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from './phone/random.mjs'
import { isBuilt, seedOf } from './support/session.mjs'
import { FILES, KB, openWorld } from './model/world.mjs'
import { randomPromises, runPromises } from './model/promises.mjs'
import { createReference } from './model/reference.mjs'

/** What is known of the link's speed outlives the uploads. */

const RUNS = Number(process.env.MODEL_RUNS) || 3000
const CALLBACKS = ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadFailed', 'onUploadCanceled', 'onUploadTokenExpired', 'onUploadEnd']

// ---- sequences

const PATHS = [...Object.keys(FILES), 'wxfile://gone.mp4', '']

function randomCall(dice) {
  const index = dice.pick([0, 0, 0, 1, 1, 2, 3, -1, 9, 'length'])
  return dice.pick([
    () => ({ call: 'add', path: dice.pick(PATHS), broken: dice.chance(0.05) }),
    () => ({ call: 'add', path: dice.pick(PATHS.slice(0, 4)), broken: false }),
    () => ({ call: 'start' }),
    () => ({ call: 'start' }),
    () => ({ call: 'stop' }),
    () => ({ call: 'delete', index }),
    () => ({ call: 'cancel', index }),
    () => ({ call: 'resume', index }),
    () => ({ call: 'give', index, good: dice.chance(0.9) }),
    () => ({ call: 'give', index: 0, good: true }),
    () => ({ call: 'renew', good: dice.chance(0.9) }),
    () => (dice.chance(0.3) ? { call: 'clean' } : { call: 'start' }),
    () => (dice.chance(0.3) ? { call: 'ask' } : { call: 'stop' }),
  ])()
}

function randomStep(dice) {
  const kind = dice.next()
  if (kind < 0.5) return randomCall(dice)
  if (kind < 0.75) return { pass: dice.pick([0, 0, 1, 10, 50, 200, 1000, 5000, 70_000]) }
  if (kind < 0.87) return { when: dice.pick(CALLBACKS), then: randomCall(dice) }
  return dice.pick([
    () => ({ fault: dice.pick(['lost', 'busy', 'refused', 'ok', 'ok']) }),
    () => ({ expire: true }),
    () => ({ connect: dice.chance(0.6) }),
    () => ({ show: dice.chance(0.6) }),
  ])()
}

function randomSequence(seed) {
  const dice = createRandom(seed ^ 0x5bd1e995)
  const setting = {
    flow: dice.pick(['auth', 'auth', 'sts', 'direct', 'getAuth', 'getSTSToken']),
    prompt: dice.chance(0.5), // the app answers in the callback
    options: { parallelFiles: dice.pick([1, 1, 2, 3]), partSize: dice.pick([0, 100 * KB]), retryCount: dice.pick([0, 1, 3]), checkpoint: dice.chance(0.8), integrity: dice.pick(['crc64', 'off']) },
  }
  const steps = Array.from({ length: 3 + dice.below(30) }, () => randomStep(dice))
  return { seed, setting, steps }
}

// ---- one run

async function run({ seed, setting, steps }) {
  const world = openWorld(seed)
  const reference = createReference()
  world.onLoad = reference.load
  const answers = new Map() // callback → calls to make in it
  let depth = 0
  let problem = null
  const asks = /^get/.test(setting.flow)
  let spoilt = asks

  const attempt = (task) => {
    try {
      task()
    } catch (error) {
      problem ??= error
    }
  }
  const within = (task) => {
    depth++
    try {
      return task()
    } finally {
      depth--
    }
  }

  const options = { userId: 'u', ...setting.options, log: (level, event) => attempt(() => assert.ok(level === event.level && event.event)) }
  for (const name of CALLBACKS) {
    options[name] = (info, ...more) => {
      attempt(() => {
        reference.observe(infos)
        reference.onCallback(name, info, [info, ...more], depth > 0)
      })
      if (setting.prompt && name === 'onUploadstarted') give(info, true)
      if (setting.prompt && name === 'onUploadTokenExpired') renew(true)
      for (const call of answers.get(name)?.splice(0) ?? []) perform(call)
    }
  }
  if (asks) {
    options[setting.flow] = (context) => {
      attempt(() => assert.equal(depth, 0, 'asked inside a call'))
      const answer = setting.flow === 'getAuth' ? world.servers.permit(context.videoId) : world.servers.sts()
      return new Promise((resolve, reject) => world.later(() => (world.between(0, 20) ? resolve(answer) : reject(new Error('no'))), world.between(0, 50)))
    }
  }
  const uploader = new world.VODUpload(options)
  const infos = uploader.listFiles()

  function give(info, good) {
    if (asks) return
    attempt(() => {
      reference.observe(infos)
      const answer = within(() => {
        if (setting.flow === 'sts') {
          const token = world.servers.sts()
          return uploader.setSTSToken(info, token.AccessKeyId, good ? token.AccessKeySecret : '', token.SecurityToken)
        }
        if (setting.flow === 'direct') {
          const token = world.servers.sts()
          // A copy will do, as of a page's data.
          return uploader.setSTSTokenDirectlyUpload(info && JSON.parse(JSON.stringify(info)), token.AccessKeyId, good ? token.AccessKeySecret : '', token.SecurityToken, 3600)
        }
        const { UploadAuth, UploadAddress, VideoId } = world.servers.permit(info?.videoId || undefined)
        return uploader.setUploadAuthAndAddress(info, good ? UploadAuth : 'garbled', UploadAddress, VideoId)
      })
      reference.given(answer, info, good, infos)
    })
  }

  function renew(good) {
    if (asks) return
    attempt(() => {
      reference.observe(infos)
      const answer = within(() => {
        if (setting.flow === 'auth') return uploader.resumeUploadWithAuth(good ? world.servers.permit().UploadAuth : 'garbled')
        const token = world.servers.sts()
        return uploader.resumeUploadWithSTSToken(token.AccessKeyId, good ? token.AccessKeySecret : '', token.SecurityToken, token.Expiration)
      })
      reference.renewed(answer, good, infos)
    })
  }

  const calls = {
    add({ path, broken }) {
      const target = setting.flow === 'direct' ? ['https://oss-cn-shanghai.aliyuncs.com', 'bucket', `own/${infos.length}`] : [null, null, null]
      const answer = within(() => uploader.addFile({ url: path }, ...target, broken ? '{"Vod":{}"}' : '{"Vod":{}}'))
      reference.added(answer, path, target[2], broken, infos)
    },
    start() {
      within(() => uploader.startUpload())
      reference.started(infos)
    },
    stop() {
      within(() => uploader.stopUpload())
      reference.stopped(infos)
    },
    clean() {
      spoilt = true
      within(() => uploader.cleanList())
      reference.cleaned(infos)
    },
    delete: ({ index }) => reference.deleted(within(() => uploader.deleteFile(index)), index, infos),
    cancel: ({ index }) => reference.canceled(within(() => uploader.cancelFile(index)), index, infos),
    resume: ({ index }) => reference.resumed(within(() => uploader.resumeFile(index)), index, infos),
    ask() {
      const { request, uploadFile } = within(() => uploader.requiredDomains())
      assert.ok([...request, ...uploadFile].every((host) => /^https:\/\/[^/]+$/.test(host)))
      assert.equal(within(() => uploader.listFiles()), infos, 'always the same list')
      reference.asked(infos)
    },
  }

  function perform(step) {
    if (problem) return
    if (step.call === 'give') return give(infos[step.index], step.good)
    if (step.call === 'renew') return renew(step.good)
    attempt(() => {
      reference.observe(infos)
      calls[step.call](step)
    })
  }

  async function pass(ms) {
    await world.pass(0)
    reference.settled()
    await world.pass(ms)
    attempt(() => reference.observe(infos))
    attempt(() => assert.ok(world.peak <= 8, `${world.peak} requests at once`))
    attempt(() => assert.deepEqual(world.printed, []))
    if (problem) throw problem
  }

  for (const step of steps) {
    if (problem) throw problem
    if (step.call) perform(step)
    else if (step.when) answers.set(step.when, [...(answers.get(step.when) ?? []), step.then])
    else if ('pass' in step) await pass(step.pass)
    else if (step.fault) {
      spoilt ||= step.fault !== 'ok'
      world.servers.faults.push(step.fault)
    } else if (step.expire) {
      // What an expired credential began, it cannot abort.
      spoilt = true
      world.servers.expire()
    } else if ('connect' in step) {
      spoilt ||= !step.connect
      world.connect(step.connect)
    } else {
      spoilt ||= !step.show
      world.show(step.show)
    }
  }

  // However it went: with a network, good servers and an app that answers, everything that is not canceled goes up.
  answers.clear()
  world.servers.faults.length = 0
  world.connect(true)
  world.show(true)
  const wanted = (entry) => entry.info.url in FILES && FILES[entry.info.url] > 0
  for (let round = 0; round < 12; round++) {
    await pass(2000)
    const open = reference.list.filter((one) => ![wanted(one) ? 'Success' : 'Failure', 'Canceled'].includes(one.state) && !(one.state === 'Failure' && reference.isReplaced(one)))
    if (!open.length && !reference.running) break
    for (const entry of reference.list) if (entry.awaits !== 'no' && entry.expiryReported === 'no') give(entry.info, true)
    if (reference.list.some((one) => one.expiryReported !== 'no')) renew(true)
    if (!reference.running) perform({ call: 'start' })
    await pass(65_000)
  }
  await pass(120_000)
  for (const entry of reference.list) {
    if (entry.state === 'Canceled' || (entry.state === 'Failure' && reference.isReplaced(entry))) continue
    assert.equal(entry.state, wanted(entry) ? 'Success' : 'Failure', `${entry.info.url} in the end (${entry.failure})`)
  }
  for (const entry of reference.all()) {
    assert.equal(entry.added, 1, 'addFileSuccess')
    assert.equal(entry.canceled, entry.cancels, 'onUploadCanceled')
  }
  assert.equal(reference.counts.ended, reference.counts.ends, 'onUploadEnd')
  assert.equal(world.flying.size, 0, 'a request runs on')
  if (!spoilt) assert.deepEqual([...world.servers.uploads.keys()], [], 'multipart uploads are left on the server')
  // The video of a file that was canceled or deleted is remembered.
  const uploaded = reference.all().filter((entry) => entry.state === 'Success' && entry.info.videoId).map((entry) => entry.info.videoId)
  const left = [...world.stored].filter(([, value]) => uploaded.some((videoId) => String(value).includes(`"videoId":"${videoId}"`))).map(([key]) => key)
  if (!spoilt) assert.deepEqual(left, [], 'left in storage of what has succeeded')
}

/** Leaves out whatever is not needed for it to fail. */
async function shrunk(sequence, fails) {
  let { steps } = sequence
  let error = null
  for (let size = Math.ceil(steps.length / 2), tries = 0; size >= 1 && tries < 400; ) {
    let smaller = false
    for (let at = 0; at < steps.length && tries < 400; at += size, tries++) {
      const rest = [...steps.slice(0, at), ...steps.slice(at + size)]
      const found = await fails({ ...sequence, steps: rest })
      if (!found) continue
      error = found
      steps = rest
      smaller = true
      break
    }
    if (!smaller) size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return { sequence: { ...sequence, steps }, error }
}

function property(title, runs, make, execute) {
  const single = Number(process.env.MODEL_SEED)
  const fails = (sequence) => execute(sequence).then(() => null, (error) => error)
  test(`${single ? 'a sequence' : `${runs} random sequences`} ${title}`, { skip: isBuilt ? false : 'the package is not built: cargo xtask build', timeout: 600_000 }, async (t) => {
    const first = single || seedOf()
    t.diagnostic(`first seed ${first}`)
    for (let i = 0; i < (single ? 1 : runs); i++) {
      const sequence = make(first + i)
      const error = await fails(sequence)
      if (!error) continue
      const found = await shrunk(sequence, fails)
      const failure = found.error ?? error
      failure.message = `MODEL_SEED=${first + i}: ${failure.message}\n  ${JSON.stringify(found.sequence.setting)}\n  ${found.sequence.steps.map((step) => JSON.stringify(step)).join('\n  ')}`
      failure.stack = `${failure.message}\n${failure.stack}`
      throw failure
    }
  })
}

property('of all calls behave as the contract says', RUNS, randomSequence, run)
property('of upload(), pause, resume, cancel and abort settle every promise', Math.ceil(RUNS / 2), randomPromises, runPromises)
