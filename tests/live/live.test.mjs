// The suite's own logic, against the local cloud: what passes, what a refusal looks like, what is cleaned up, and that no secret gets out.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createClock } from '../e2e/phone/clock.mjs'
import { isBuilt } from '../e2e/support/session.mjs'
import { cases } from './cases.mjs'
import { localWorld } from './local-world.mjs'
import { markdown } from './report.mjs'
import { runSuite } from './suite.mjs'

const skip = isBuilt ? false : 'the package is not built: cargo xtask build'
const some = (...words) => cases.filter(({ title }) => words.some((word) => title.includes(word)))

const simulated = (t) => localWorld(t, createClock({ skipIdle: true, stallMs: 1500 }))

test('everything passes where everything is right, leaves nothing and reveals no secret', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud, secrets } = await simulated(t)
  cloud.accounts.uploadTtl = 90
  const lines = []
  const result = await runSuite({ world, expiry: true, log: (line) => lines.push(line) })
  assert.deepEqual(result.cases.filter((one) => one.outcome !== 'passed'), [])
  assert.equal(result.cases.length, cases.length)
  const report = markdown(result)
  assert.deepEqual([result.left, cloud.videos.size, cloud.images.size, cloud.objects(), cloud.uploads()], [[], 0, 0, [], []])
  for (const secret of secrets()) for (const text of [report, ...lines]) assert.ok(!text.includes(secret), `a secret is in: ${text}`)
  for (const secret of secrets().slice(0, 9)) assert.equal(result.scrub(`x${secret}y ${encodeURIComponent(secret)}`), 'x***y ***')
  assert.match(report, /12 passed, 0 failed, 0 not run/)
  assert.match(report, /killed half-way.*\| passed \|.*\d+ parts stored before the kill, [0-3] of them sent again; size and CRC64 as sent/)
  assert.match(report, /canceled half-way.*AbortMultipartUpload: 204; ListParts then: 404 NoSuchUpload/)
  assert.match(report, /does not take is renewed.*OSS answered 403 to \w+/)
  assert.match(report, /expires on the way.*after 90 s; .*HeadObject with an old credential 403/)
  assert.match(report, /InitiateMultipartUpload honours x-oss-forbid-overwrite: yes/)
  assert.match(report, /What was made was deleted again\./)
})

test('what a credential may not do is in the report, and uploads do without', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud } = await simulated(t)
  for (const operation of ['ListParts', 'HeadObject', 'AbortMultipartUpload']) cloud.accounts.refusedToUploads.add(operation)
  const result = await runSuite({ world, cases: some('in parts, credential flow, V4', 'killed half-way') })
  assert.deepEqual(result.cases.map((one) => one.outcome), ['passed', 'passed'])
  const report = markdown(result)
  assert.match(report, /may use ListParts: no \(403 AccessDenied\)/)
  assert.match(report, /not looked at from outside \(403/)
})

test('without a role the STS cases are not run; what fails is reported with its code; what cannot be deleted is named', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud } = await simulated(t)
  world.config.roleArn = undefined
  cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { status: 403, code: 'AccessDenied' }, times: Infinity })
  cloud.faults.add({ when: { op: 'DeleteVideo', via: 'app' }, do: { status: 403, code: 'Forbidden' }, times: Infinity })
  const result = await runSuite({ world, cases: some('in parts, credential flow, V4', 'a video, STS', 'expires') })
  assert.deepEqual(result.cases.map((one) => one.outcome), ['failed', 'not run', 'not run'])
  const report = markdown(result)
  assert.match(report, /\*\*failed\*\* .*AccessDenied: /)
  assert.match(report, /Not deleted: [0-9a-f]+ \(Forbidden\)/)
  assert.deepEqual(cloud.uploads(), [], 'what was begun is aborted')
})

test('an object that is not what was sent fails the case', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud } = await simulated(t)
  cloud.faults.add({ when: { op: 'HeadObject' }, do: { headers: { 'x-oss-hash-crc64ecma': '1' } }, times: Infinity })
  const result = await runSuite({ world, cases: some('in one piece') })
  assert.equal(result.cases[0].outcome, 'failed')
  assert.match(result.cases[0].note, /CRC64 1, sent were/)
})

test('a key that VOD refuses is reported at once', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud } = await simulated(t)
  world.config.accessKeySecret = 'wrong'
  const result = await runSuite({ world })
  assert.deepEqual(new Set(result.cases.map((one) => one.outcome)), new Set(['not run']))
  assert.match(markdown(result), /VOD refused the first call: ServerNotAllowed: .*SignatureDoesNotMatch/)
  assert.equal(cloud.requests.length, 1)
  assert.match(markdown(result), /Nothing was made/)
})

test('an interrupted run gives a report and leaves an empty account', { skip, timeout: 180_000 }, async (t) => {
  const { world, cloud } = await simulated(t)
  const stop = new AbortController()
  const result = await runSuite({
    world,
    cases: some('killed half-way', 'in one piece'),
    signal: stop.signal,
    log: () => stop.abort(new Error('interrupted')),
  })
  assert.deepEqual(result.cases.map((one) => one.outcome), ['passed', 'not run'])
  assert.deepEqual([cloud.videos.size, cloud.objects()], [0, []])
})

test('without credentials it says what it would do', () => {
  const program = fileURLToPath(new URL('live.mjs', import.meta.url))
  const env = { PATH: process.env.PATH }
  const run = (args, more) => spawnSync(process.execPath, [program, ...args], { env: { ...env, ...more }, encoding: 'utf8' })
  const { status, stdout } = run([])
  assert.equal(status, 0)
  for (const { title } of cases) assert.ok(stdout.includes(title), title)
  assert.match(stdout, /nothing was sent/)
  for (const wrong of [['--all'], ['--out'], ['--persona', 'nobody']]) assert.match(run(wrong).stderr, /^live: usage: /)
  assert.match(run([], { ALIBABA_CLOUD_ACCESS_KEY_ID: 'only-half' }).stderr, /set both/)
})

