// Connections that break, answers that are lost, servers that stall or err, over real sockets.
import assert from 'node:assert/strict'
import { MB, begin, partsAcknowledged, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const size = 3 * MB + 1
const options = { partSize: 512 * 1024 }

// [title, faults, most requests of UploadPart that may be needed, file size]
const survived = [
  ['a part breaks off after 1000 bytes', [{ when: { op: 'UploadPart', partNumber: 2 }, do: { dropAfterBytes: 1000 } }]],
  ['a part breaks off before its body', [{ when: { op: 'UploadPart', partNumber: 1 }, do: { dropAfterBytes: 0 } }]],
  ['the last part breaks off at its last byte', [{ when: { op: 'UploadPart', test: ({ partNumber }) => partNumber >= 6 }, do: { dropAfterBytes: 524287 } }]],
  ['the answer to a part is lost', [{ when: { op: 'UploadPart', partNumber: 3 }, do: { dropAnswer: true } }]],
  ['the answer to Initiate is lost', [{ when: { op: 'InitiateMultipartUpload' }, do: { dropAnswer: true } }]],
  ['the answer to Complete is lost', [{ when: { op: 'CompleteMultipartUpload' }, do: { dropAnswer: true } }]],
  ['Complete breaks off in its body', [{ when: { op: 'CompleteMultipartUpload' }, do: { dropAfterBytes: 20 } }]],
  ['three parts break off at once', [{ when: { op: 'UploadPart', nth: [1, 2, 3] }, do: { dropAfterBytes: 5000 } }]],
  ['one part fails three times', [{ when: { op: 'UploadPart', partNumber: 2 }, times: 3, do: { dropAfterBytes: 5000 } }]],
  ['every third part fails', [{ when: { op: 'UploadPart', nth: [3, 6, 9] }, do: { dropAnswer: true } }]],
  ['500 to a part', [{ when: { op: 'UploadPart', partNumber: 2 }, do: { status: 500, code: 'InternalError' } }]],
  ['503 to a part, twice', [{ when: { op: 'UploadPart', partNumber: 2 }, times: 2, do: { status: 503, code: 'ServiceUnavailable' } }]],
  ['a proxy\'s page instead of an answer', [{ when: { op: 'UploadPart', partNumber: 2 }, do: { status: 502, html: true } }]],
  ['a proxy\'s page to Initiate', [{ when: { op: 'InitiateMultipartUpload' }, do: { status: 504, html: true } }]],
  ['500 to Initiate', [{ when: { op: 'InitiateMultipartUpload' }, do: { status: 500, code: 'InternalError' } }]],
  ['500 to Complete', [{ when: { op: 'CompleteMultipartUpload' }, do: { status: 500, code: 'InternalError' } }]],
  ['500 to Complete, which was done', [{ when: { op: 'CompleteMultipartUpload' }, do: { status: 500, code: 'InternalError', processed: true } }]],
  ['400 RequestTimeout to a part', [{ when: { op: 'UploadPart', partNumber: 2 }, do: { status: 400, code: 'RequestTimeout' } }]],
  ['the upload id is gone in the middle', [{ when: { op: 'UploadPart', partNumber: 4 }, do: { status: 404, code: 'NoSuchUpload' } }]],
  ['a small file: the connection breaks', [{ when: { op: 'PutObject' }, do: { dropAfterBytes: 100 } }], 50000],
  ['a small file: the answer is lost', [{ when: { op: 'PutObject' }, do: { dropAnswer: true } }], 50000],
  ['a small file: 503', [{ when: { op: 'PutObject' }, do: { status: 503, code: 'ServiceUnavailable' } }], 50000],
]

for (const [title, faults, fileSize = size] of survived) {
  scenario(title, {}, async (session) => {
    const rules = faults.map((fault) => session.cloud.faults.add(fault))
    const path = begin(session, { size: fileSize, options })
    await succeed(session, path)
    for (const rule of rules) assert.ok(rule.hits > 0, 'the fault never struck')
    // What was acknowledged is not sent again, a new upload id apart.
    const again = [...partsTaken(session).values()].filter((count) => count > 1).length
    const restarted = requestsOf(session, 'InitiateMultipartUpload').filter((one) => one.status === 200).length > 1
    const lost = faults.some((fault) => fault.do.dropAnswer)
    if (!lost && !restarted) assert.equal(again, 0, 'a part was sent again for nothing')
  })
}

for (const op of ['UploadPart', 'InitiateMultipartUpload', 'CompleteMultipartUpload']) {
  scenario(`${op} stalls: the timeout ends it, the retry succeeds`, { stallMs: 400 }, async (session) => {
    const rule = session.cloud.faults.add({ when: { op, ...(op === 'UploadPart' && { partNumber: 2 }) }, do: { stall: true, afterBytes: 0 } })
    const path = begin(session, { options })
    await succeed(session, path)
    assert.equal(rule.hits, 1)
  })
}

scenario('the wait before a retry is two seconds or more', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 1 }, times: 2, do: { dropAfterBytes: 0 } })
  const path = begin(session, { options })
  await succeed(session, path)
  const [first, second, third] = requestsOf(session, 'UploadPart').filter((one) => one.partNumber === 1).map((one) => one.at)
  assert.ok(second - first >= 1900 && third - second >= 1900, `${second - first}, ${third - second}`)
})

for (const retryCount of [0, 1, 3]) {
  scenario(`a part that never gets through, retryCount ${retryCount}: one failure, then startUpload goes on`, {}, async (session) => {
    const rule = session.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 5 }, times: Infinity, do: { dropAfterBytes: 10 } })
    // One at a time: a part that gets through forgives the others their failures.
    const path = begin(session, { options: { ...options, retryCount, parallel: 1 } })
    const failed = await session.wait('failed')
    await session.wait('end')
    assert.equal(failed.code, 'NetworkError')
    assert.equal(failed.state, 'Failure')
    checkManners(session)
    assert.equal(rule.hits, retryCount + 1, 'attempts')
    rule.remove()
    const before = partsAcknowledged(session)
    const mark = session.cloud.requests.length
    const from = session.events.length
    session.call('startUpload')
    await succeed(session, path, { from })
    const after = partsTaken(session, mark)
    for (const number of before) assert.ok(!after.has(number), `part ${number} was sent again`)
    assert.ok(after.has(5))
  })
}

for (const [code, status, op] of [['AccessDenied', 403, 'UploadPart'], ['NoSuchBucket', 404, 'InitiateMultipartUpload'], ['InvalidArgument', 400, 'InitiateMultipartUpload'], ['InvalidObjectName', 400, 'InitiateMultipartUpload']]) {
  scenario(`${code} is final, and passes through`, {}, async (session) => {
    const rule = session.cloud.faults.add({ when: { op }, times: Infinity, do: { status, code } })
    begin(session, { options })
    const failed = await session.wait('failed')
    await session.wait('end')
    assert.equal(failed.code, code)
    checkManners(session)
    assert.ok(rule.hits > 0)
    const tried = requestsOf(session, op).map((one) => one.partNumber)
    assert.equal(new Set(tried).size, tried.length, 'the impossible was tried again')
  })
}
