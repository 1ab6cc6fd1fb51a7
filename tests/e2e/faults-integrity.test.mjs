// Bytes that change on the way, and a server whose word can not be trusted.
import assert from 'node:assert/strict'
import { MB, begin, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const options = { partSize: 512 * 1024 }

for (const [title, fault, size] of [
  ['one byte of a part arrives changed', { when: { op: 'UploadPart', partNumber: 3 }, do: { corrupt: true } }],
  ['one byte of two parts arrives changed', { when: { op: 'UploadPart', nth: [2, 4] }, do: { corrupt: true } }],
  ['the same part twice', { when: { op: 'UploadPart', partNumber: 1 }, times: 2, do: { corrupt: true } }],
  ['a small file arrives changed', { when: { op: 'PutObject' }, do: { corrupt: true } }, 60000],
  ['an answer without ETag', { when: { op: 'UploadPart', partNumber: 2 }, do: { noEtag: true } }],
  ['an answer with another ETag', { when: { op: 'UploadPart', partNumber: 2 }, do: { wrongEtag: true } }],
  ['a part whose CRC64 is answered wrong', { when: { op: 'UploadPart', partNumber: 2 }, do: { wrongCrc: true } }],
  ['InvalidPart at Complete', { when: { op: 'CompleteMultipartUpload' }, do: { status: 400, code: 'InvalidPart' } }],
  ['answers without CRC64', { when: { op: 'UploadPart' }, times: Infinity, do: { headers: { 'x-oss-hash-crc64ecma': null } } }],
]) {
  scenario(title, {}, async (session) => {
    const rule = session.cloud.faults.add(fault)
    const path = begin(session, { size: size ?? 3 * MB + 1, options })
    await succeed(session, path)
    assert.ok(rule.hits > 0)
  })
}

scenario('a part that never arrives unharmed ends in IntegrityError', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 2 }, times: Infinity, do: { corrupt: true } })
  begin(session, { options })
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.equal(failed.code, 'IntegrityError')
  checkManners(session)
  assert.deepEqual(session.cloud.objects(), [])
})

scenario('the whole object has another CRC64: not a success', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, times: Infinity, do: { wrongCrc: true } })
  session.cloud.faults.add({ when: { op: 'HeadObject' }, times: Infinity, do: { wrongCrc: true } })
  begin(session, { options })
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.equal(failed.code, 'IntegrityError')
  checkManners(session)
})

scenario('integrity: off looks at nothing', { personas: ['ios'] }, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart' }, times: Infinity, do: { wrongCrc: true } })
  const path = begin(session, { options: { ...options, integrity: 'off' } })
  await succeed(session, path)
  for (const count of partsTaken(session).values()) assert.equal(count, 1)
})

// The file itself under the upload.
scenario('the file changes while it is uploaded', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size: 6 * MB, options })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  session.phone.disk.overwrite(path, { size: 5 * MB, seed: 4 })
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.ok(['FileChanged', 'FileReadFailed'].includes(failed.code), failed.code)
  checkManners(session, { allow: ['read-range'] })
  assert.deepEqual(session.cloud.objects(), [])
})

scenario('the file disappears while it is uploaded', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size: 6 * MB, options })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  session.phone.disk.remove(path)
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.equal(failed.code, 'FileNotFound')
  checkManners(session)
})

scenario('a file that is not there', {}, async (session) => {
  begin(session, { path: `${session.phone.persona.fs.tmpPrefix}gone.mp4` })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'FileNotFound')
  await session.wait('end')
  assert.equal(requestsOf(session, 'AppCreate').length, 0, 'a video was created for nothing')
  checkManners(session)
})

scenario('an empty file', {}, async (session) => {
  const path = session.phone.disk.addTemp({ bytes: Buffer.alloc(0) })
  begin(session, { path })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'EmptyFile')
  await session.wait('end')
  checkManners(session)
})

scenario('the chooser lies about the size', {}, async (session) => {
  const path = begin(session, { size: 2 * MB, file: { size: 12345 } })
  const { done } = await succeed(session, path)
  assert.equal(done.info.fileSize, 2 * MB)
})

scenario('reading fails once, then works', {}, async (session) => {
  const { Refusal } = await import('./phone/index.mjs')
  let left = 2
  session.phone.faults.fs = (name) => {
    if (name === 'readFile' && left-- > 0) throw new Refusal('readFile:fail system error', { errCode: 1300201 })
  }
  const path = begin(session, { options })
  await succeed(session, path)
})
