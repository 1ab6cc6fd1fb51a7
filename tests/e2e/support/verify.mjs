// What has to be true after any upload, whatever happened on the way.
import assert from 'node:assert/strict'

const mostRequests = 8
const mostHeld = 16 * 1024 * 1024

const terminals = ['succeed', 'failed', 'canceled']

// `terminal`: how often a file may end, null when it was started several times. `from`: the first event of the run; `ends`: how often onUploadEnd is due; `allow`: rules that this scenario breaks on purpose.
export function checkManners(session, { from = session.runs.at(-1), ends = 1, allow = [], held = mostHeld, errors = 0, terminal = 1 } = {}) {
  const { phone } = session
  const events = session.events.slice(from)
  const violations = phone.violations.filter(({ rule }) => !allow.includes(rule))
  assert.deepEqual(violations, [], 'WeChat would have refused something')
  assert.equal(phone.errors.length, errors, `exceptions: ${phone.errors.map((error) => error?.stack ?? error).join('\n')}`)
  assert.deepEqual(phone.world.leaks(), [], 'names left on the global object')
  assert.ok(phone.meter.peakRequests <= mostRequests, `${phone.meter.peakRequests} requests at once`)
  assert.ok(phone.meter.peakHeld <= held, `${phone.meter.peakHeld} bytes of files held at once`)
  assert.equal(events.filter((one) => one.name === 'end').length, ends, 'onUploadEnd')
  assert.deepEqual(events.filter((one) => one.name === 'appFailed'), [], 'the app itself failed')

  for (const url of new Set(events.filter((one) => one.name === 'started').map((one) => one.url))) {
    const own = events.filter((one) => one.url === url)
    const ended = own.filter((one) => terminals.includes(one.name))
    if (terminal !== null) assert.equal(ended.length, terminal, `terminal callbacks of ${url}: ${ended.map((one) => one.name).join(', ')}`)
    if (terminal !== null) checkProgress(own)
  }
  checkSecrets(session)
}

// Never backwards within a run of a file, 0…100, and 100 only at the end.
function checkProgress(events) {
  let last = 0
  for (const event of events) {
    if (event.name === 'canceled') last = 0
    if (event.name !== 'progress') continue
    assert.ok(event.percent >= last && event.percent <= 100, `progress ${event.percent} after ${last}`)
    last = event.percent
  }
  if (events.some((one) => one.name === 'succeed')) assert.equal(last, 100, 'progress does not end at 100')
}

// No secret may lie in storage, in the console, in the log, or in an uploadInfo; not in base64 either, as credentials come.
function checkSecrets({ secrets, phone, events }) {
  const text = JSON.stringify([phone.stored(), phone.console, events.map(({ info, message, event, rest }) => ({ info, message, event, rest }))])
  for (const secret of secrets) {
    for (const form of formsOf(secret)) assert.ok(!text.includes(form), `a secret is lying about: ${secret.slice(0, 6)}…`)
  }
}

function formsOf(secret) {
  // Six bits a letter: only letters made of the secret's bits alone are the same wherever it stands.
  const shifted = [0, 1, 2].map((pad) => {
    const bits = (bytes) => (bytes * 8) / 6
    return Buffer.from(' '.repeat(pad) + secret).toString('base64').slice(Math.ceil(bits(pad)), Math.floor(bits(pad + secret.length)))
  })
  return [secret, encodeURIComponent(secret), ...shifted]
}

// The stored object is the file, byte for byte.
export async function checkStored(session, path, { videoId, objects = 1 } = {}) {
  const stored = session.cloud.objects()
  assert.equal(stored.length, objects, `objects stored: ${stored.map((one) => one.key).join(', ')}`)
  const expected = await session.phone.disk.sha256(path)
  const hashes = await Promise.all(stored.map((one) => one.sha256()))
  assert.ok(hashes.includes(expected), 'the stored object is not the file')
  // For a picture it is the id that the app passed.
  if (videoId) assert.ok(session.cloud.videos.has(videoId) || session.cloud.images.has(videoId), `VOD knows no ${videoId}`)
  return stored[hashes.indexOf(expected)]
}
