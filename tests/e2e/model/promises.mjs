// Random sequences on the promise interface: whatever is paused, resumed, canceled, aborted or stopped, each promise is kept or broken in the end,
// for a reason, and nothing is left behind.
import assert from 'node:assert/strict'
import { createRandom } from '../phone/random.mjs'
import { FILES, KB, openWorld } from './world.mjs'

const PATHS = [...Object.keys(FILES), 'wxfile://gone.mp4', '']
const wanted = (path) => FILES[path] > 0

function randomStep(dice) {
  const which = dice.below(4)
  const kind = dice.next()
  if (kind < 0.25) return { upload: dice.pick([...PATHS, ...PATHS.slice(0, 4)]), signal: dice.chance(0.3) }
  if (kind < 0.5) return { act: dice.pick(['pause', 'resume', 'resume', 'cancel', 'abort']), which }
  if (kind < 0.75) return { pass: dice.pick([0, 0, 1, 10, 50, 200, 1000, 70_000]) }
  if (kind < 0.85) return { beneath: dice.pick(['stopUpload', 'startUpload', 'startUpload', 'cancelFile', 'deleteFile', 'cleanList']), index: dice.below(3) }
  return dice.pick([
    () => ({ fault: dice.pick(['lost', 'busy', 'refused', 'ok']) }),
    () => ({ expire: true }),
    () => ({ connect: dice.chance(0.6) }),
    () => ({ show: dice.chance(0.6) }),
  ])()
}

export function randomPromises(seed) {
  const dice = createRandom(seed ^ 0x1b873593)
  const setting = {
    flow: dice.pick(['getAuth', 'getAuth', 'getSTSToken']),
    slow: dice.chance(0.5),
    options: { parallelFiles: dice.pick([1, 1, 2, 3]), partSize: dice.pick([0, 100 * KB]), retryCount: dice.pick([0, 1, 3]) },
  }
  return { seed, setting, steps: Array.from({ length: 3 + dice.below(25) }, () => randomStep(dice)) }
}

export async function runPromises({ seed, setting, steps }) {
  const world = openWorld(seed)
  const uploads = []
  let faulty = false
  let inside = 0
  let called = null

  const { createUploader, UploadError } = world.VODUpload
  const options = { ...setting.options, log() {} }
  options[setting.flow] = (context) => {
    if (inside) called = 'getAuth inside a call'
    const answer = setting.flow === 'getAuth' ? world.servers.permit(context.videoId) : world.servers.sts()
    return setting.slow ? new Promise((resolve) => world.later(() => resolve(answer), world.between(0, 300))) : answer
  }
  const uploader = createUploader(options)
  const within = (task) => {
    inside++
    try {
      return task()
    } finally {
      inside--
    }
  }

  function upload(path, withSignal) {
    const listeners = []
    const signal = { aborted: false, addEventListener: (type, listener) => listeners.push(listener) }
    const one = { path, canceled: false, outcome: null, percent: 0, abort: () => listeners.forEach((listener) => listener()), hasSignal: withSignal }
    // The list may still hold one whose promise is settled already, until its callback has run.
    one.open = uploads.some((other) => other.path === path && !other.outcome)
    uploads.push(one)
    const onProgress = ({ percent }) => {
      if (inside) called = 'onProgress inside a call'
      if (percent < one.percent) called = `progress ${percent} after ${one.percent}`
      if (one.outcome) called = 'progress after the end'
      one.percent = percent
    }
    one.handle = within(() => uploader.upload(path, withSignal ? { onProgress, signal } : { onProgress }))
    one.handle.then(
      (info) => (one.outcome = { info, state: info.state }),
      (error) => (one.outcome = { error, code: error.code }),
    )
  }

  async function pass(ms) {
    await world.pass(ms)
    assert.equal(called, null)
    assert.deepEqual(world.printed, [])
    assert.ok(world.peak <= 8, `${world.peak} requests at once`)
    const open = uploads.filter((one) => !one.outcome).map((one) => one.path)
    assert.deepEqual(Array.from(uploader.uploader.listFiles(), (info) => info.url), open, 'the list holds what is open')
  }

  for (const step of steps) {
    if ('upload' in step) upload(step.upload, step.signal)
    else if (step.act) {
      const one = uploads[step.which]
      if (!one) continue
      if (step.act === 'abort' ? one.hasSignal : step.act === 'cancel') one.canceled = true
      within(() => (step.act === 'abort' ? one.abort() : one.handle[step.act]()))
    } else if ('pass' in step) await pass(step.pass)
    else if (step.beneath) {
      const listed = uploader.uploader.listFiles()
      const hit = step.beneath === 'cleanList' ? Array.from(listed) : /File$/.test(step.beneath) ? [listed[step.index]] : []
      for (const one of uploads) if (hit.some((info) => info && info.url === one.path)) one.canceled = true
      within(() => uploader.uploader[step.beneath](step.index))
    } else if (step.fault) {
      faulty ||= step.fault !== 'ok'
      world.servers.faults.push(step.fault)
    } else if (step.expire) world.servers.expire()
    else if ('connect' in step) world.connect(step.connect)
    else world.show(step.show)
    faulty ||= step.connect === false || step.show === false
  }

  world.servers.faults.length = 0
  world.connect(true)
  world.show(true)
  await pass(2000)
  for (let round = 0; round < 8 && uploads.some((one) => !one.outcome); round++) {
    for (const one of uploads) within(() => one.handle.resume())
    within(() => uploader.uploader.startUpload())
    await pass(400_000)
  }
  for (const [i, one] of uploads.entries()) {
    const { path, outcome, canceled, open } = one
    assert.ok(outcome, `upload ${i} of ${path} waits for ever`)
    if (outcome.state) {
      assert.ok(outcome.state === 'Success' && wanted(path), `${path} resolves with ${outcome.state}`)
      assert.equal(one.percent, 100)
      continue
    }
    assert.ok(outcome.error instanceof UploadError)
    const allowed = [canceled && 'Canceled', open && 'InvalidOption', path === '' && 'InvalidOption', FILES[path] === 0 && 'EmptyFile', path === 'wxfile://gone.mp4' && 'FileNotFound']
    if (faulty) allowed.push('NetworkError', 'AccessDenied', 'ServiceUnavailable', 'Forbidden', 'ServiceUnAvailable', 'RequestTimeout')
    assert.ok(allowed.includes(outcome.code), `upload ${i} of ${path} rejects with ${outcome.code}: ${outcome.error.message}`)
  }
  await pass(120_000)
  assert.equal(world.flying.size, 0, 'a request runs on')
}
