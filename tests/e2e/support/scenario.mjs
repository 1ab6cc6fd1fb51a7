// The usual course of a test: a file, an uploader, a start; then whatever the scenario does; then the checks.
import { test } from 'node:test'
import { isBuilt, withSession } from './session.mjs'
import { checkManners, checkStored } from './verify.mjs'

export const usual = ['ios', 'android', 'old']

export const MB = 1024 * 1024

// A test for each persona. Skipped where the package has not been built.
export function scenario(title, { personas = usual, timeout = 180_000, ...options }, work) {
  for (const persona of personas) {
    test(`${persona}: ${title}`, { timeout, skip: isBuilt ? false : 'the package is not built: cargo xtask build' }, () => withSession({ persona, ...options }, work))
  }
}

// Adds a file and starts: → its path.
export function begin(session, { size = 3 * MB + 1, name = 'video.mp4', flow = 'auth', options = {}, hooks, path, paramData = null, file = {} } = {}) {
  const chosen = path ?? session.phone.disk.addTemp({ name, size, seed: session.seed % 1000 })
  session.create(flow, options, hooks)
  const added = session.call('addFile', { url: chosen, ...file }, null, null, null, paramData)
  if (!added) throw new Error('addFile returned false')
  session.call('startUpload')
  return chosen
}

// Waits for the end of the run, and wants success and good manners.
export async function succeed(session, path, checks = {}) {
  const from = checks.from ?? session.runs.at(-1)
  const end = await session.wait('end', { from })
  const [done] = session.named('succeed', from)
  if (!done) throw new Error('the upload did not succeed')
  checkManners(session, { ...checks, from })
  const object = await checkStored(session, path, { videoId: done.info.videoId, objects: checks.objects })
  return { done, end, object }
}

// Requests the cloud has seen, by operation.
export const requestsOf = (session, op) => session.cloud.requests.filter((one) => one.op === op)

// Parts whose answer has reached the app: these it may never send again. (Others may have been stored without its knowing.)
export function partsAcknowledged(session) {
  const numbers = new Set()
  for (const { method, url, status } of session.phone.meter.answered) {
    const number = method === 'PUT' && status === 200 && /[?&]partNumber=(\d+)/.exec(url)?.[1]
    if (number) numbers.add(Number(number))
  }
  return [...numbers]
}

// How often each part was sent in full and taken.
export function partsTaken(session, since = 0) {
  const counts = new Map()
  for (const one of session.cloud.requests.slice(since)) {
    if (one.op === 'UploadPart' && one.status === 200) counts.set(one.partNumber, (counts.get(one.partNumber) ?? 0) + 1)
  }
  return counts
}
