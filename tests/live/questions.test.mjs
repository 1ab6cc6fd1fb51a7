// The questions, asked of the local cloud with different behaviours: the answers are in the report, and nothing is left behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Account } from './account.mjs'
import { localWorld } from './local-world.mjs'
import { askAll } from './questions.mjs'
import { markdown } from './report.mjs'

/** Asks everything; → the answers by request, and the report. */
async function asked(t, prepare = () => {}) {
  const { world, cloud } = await localWorld(t)
  prepare(cloud)
  const account = new Account(world.config)
  const answers = await askAll(world, account, await account.createVideo({ FileName: 'video.mp4' }))
  assert.deepEqual(cloud.uploads(), [], 'every upload that was begun is completed or aborted')
  const left = await account.clean()
  assert.deepEqual([left, cloud.videos.size, cloud.objects()], [[], 0, []])
  const report = markdown({ region: 'cn-shanghai', persona: 'ios', date: new Date(), cases: [], answers, left, scrub: (text) => account.scrub(text) })
  for (const secret of account.secrets) assert.ok(!report.includes(secret))
  const verdicts = (rows) => Object.fromEntries(rows.map(({ request, verdict, answer }) => [request, `${verdict}: ${answer}`]))
  return { rights: verdicts(answers.rights), overwriting: verdicts(answers.overwriting), customId: verdicts(answers.customId), report }
}

test('a service that allows and honours everything', async (t) => {
  const { rights, overwriting, customId, report } = await asked(t)
  assert.deepEqual(rights, {
    InitiateMultipartUpload: 'yes: allowed',
    UploadPart: 'yes: allowed',
    ListParts: 'yes: allowed',
    AbortMultipartUpload: 'yes: allowed',
    'HeadObject, nothing there': 'yes: allowed (404 NoSuchKey)',
    PutObject: 'yes: allowed',
    PostObject: 'yes: allowed, answered with x-oss-hash-crc64ecma, with etag',
    HeadObject: 'yes: allowed, with content-length, with x-oss-hash-crc64ecma',
    GetObject: 'no: 403 AccessDenied',
  })
  assert.deepEqual(overwriting, {
    'InitiateMultipartUpload with it, nothing there': 'yes: carried out',
    'CompleteMultipartUpload of that upload, without it': 'yes: carried out',
    'the same CompleteMultipartUpload again': 'no: 404 NoSuchUpload',
    'InitiateMultipartUpload with it, an object there': 'yes: 409 FileAlreadyExists',
    'PutObject with it, an object there': 'yes: 409 FileAlreadyExists',
    'PostObject with it, an object there': 'yes: 409 FileAlreadyExists',
    'CompleteMultipartUpload with it, an object there': 'yes: 409 FileAlreadyExists',
  })
  assert.deepEqual(Object.keys(customId), ['CreateUploadVideo with a new ReferenceId', 'CreateUploadVideo with it again', 'RefreshUploadVideo by it'])
  assert.match(customId['CreateUploadVideo with it again'], /^no: (400 )?InvalidParameter/)
  assert.match(report, /\* InitiateMultipartUpload honours x-oss-forbid-overwrite: yes \(409 FileAlreadyExists\)/)
  assert.match(report, /\* A credential of VOD may use HeadObject: yes/)
  assert.match(report, /\* A lost CreateUploadVideo is found again by its ReferenceId: yes \(the same video\)/)
})

test('a service that ignores the header, as a versioned bucket does', async (t) => {
  const { overwriting, report } = await asked(t, (cloud) => cloud.faults.add({ times: Infinity, do: { ignoreForbidOverwrite: true } }))
  for (const request of ['InitiateMultipartUpload', 'PutObject', 'PostObject', 'CompleteMultipartUpload']) assert.equal(overwriting[`${request} with it, an object there`], 'no: ignored: it was carried out')
  assert.match(report, /honours x-oss-forbid-overwrite: no \(ignored/)
})

test('a credential that may put and nothing else', async (t) => {
  const { rights, overwriting, report } = await asked(t, (cloud) => {
    for (const operation of ['HeadObject', 'ListParts']) cloud.accounts.refusedToUploads.add(operation)
  })
  assert.deepEqual([rights.HeadObject, rights['HeadObject, nothing there'], rights.ListParts], Array(3).fill('no: 403 AccessDenied'))
  assert.equal(overwriting['InitiateMultipartUpload with it, an object there'], 'yes: 409 FileAlreadyExists')
  assert.match(report, /may use ListParts: no \(403 AccessDenied\)/)
})

test('a question that cannot be asked is reported as unknown, and the others are asked', async (t) => {
  const { overwriting, customId } = await asked(t, (cloud) => cloud.faults.add({ when: { op: 'CreateUploadVideo', via: 'app', nth: 2 }, do: { status: 400, code: 'Throttling.User' } }))
  assert.deepEqual(Object.keys(overwriting), ['CreateUploadVideo'])
  assert.match(overwriting.CreateUploadVideo, /^unknown: .*Throttling\.User/)
  assert.equal(customId['RefreshUploadVideo by it'], 'yes: the same video')
})

test('a HEAD without a checksum and the page of a gateway are reported', async (t) => {
  const { rights, overwriting } = await asked(t, (cloud) => {
    cloud.faults.add({ when: { op: 'HeadObject' }, times: Infinity, do: { headers: { 'x-oss-hash-crc64ecma': null } } })
    cloud.faults.add({ when: { op: 'PostObject', nth: 2 }, do: { status: 502, html: true } })
  })
  assert.equal(rights.HeadObject, 'yes: allowed, with content-length, without x-oss-hash-crc64ecma')
  assert.match(overwriting['PostObject with it, an object there'], /^unknown: 502/)
})
