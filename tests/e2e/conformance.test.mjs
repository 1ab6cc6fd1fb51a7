// Every size on every persona: the object is the file, the callbacks keep their word, the phone is not overrun.
import assert from 'node:assert/strict'
import { personaNames } from './phone/index.mjs'
import { MB, begin, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const sizes = { '1 B': 1, '100 KB': 102400, '1 MB': MB, '3 MB + 1 B': 3 * MB + 1, '7.3 MB': Math.round(7.3 * MB), '64 MB': 64 * MB }

for (const [label, size] of Object.entries(sizes)) {
  scenario(label, { personas: personaNames }, async (session) => {
    const path = begin(session, { size })
    const { done, end, object } = await succeed(session, path)
    const names = session.events.filter((one) => !['log', 'progress', 'added', 'given'].includes(one.name)).map((one) => one.name)
    assert.deepEqual(names, ['started', 'succeed', 'end'])
    assert.equal(done.state, 'Success')
    assert.equal(done.info.fileSize, size)
    assert.equal(done.info.loaded, 100)
    assert.equal(end.url, path)
    assert.equal(object.size, size)
    const [started] = session.named('started')
    assert.deepEqual([started.state, started.info.fileSize, started.info.file.size, started.info.isImage], ['Uploading', size, size, false])
    for (const { total } of session.named('progress')) assert.equal(total, size)
    assert.deepEqual(session.cloud.uploads(), [], 'a multipart upload is left behind')
    assert.ok(session.cloud.requests.every((one) => one.status < 400), 'a request of a plain upload was refused')
  })
}

scenario('a wrong secret must fail', {}, async (session) => {
  const path = session.phone.disk.addTemp({ size: MB })
  const video = session.cloud.createVideo({ fileName: 'a.mp4', size: MB })
  const auth = JSON.parse(Buffer.from(video.UploadAuth, 'base64'))
  auth.AccessKeySecret = [...auth.AccessKeySecret].reverse().join('')
  const wrong = Buffer.from(JSON.stringify(auth)).toString('base64')
  session.create('none')
  session.call('addFile', { url: path })
  session.call('startUpload')
  await session.wait('started')
  assert.equal(session.phone.app.give(wrong, video.UploadAddress, video.VideoId), true)
  const renewed = session.wait('expired').then(() => session.call('resumeUploadWithAuth', wrong), () => {})
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'SignatureDoesNotMatch')
  assert.equal(failed.state, 'Failure')
  await session.wait('end')
  checkManners(session)
  assert.deepEqual(session.cloud.objects(), [])
  await Promise.race([renewed, null])
})

scenario('V1 signatures', { personas: ['ios'] }, async (session) => {
  const path = begin(session, { size: 3 * MB, options: { signature: 'v1' } })
  await succeed(session, path)
})

scenario('the whole of paramData reaches the request that creates the object', { personas: ['ios'] }, async (session) => {
  const paramData = '{"Vod":{"UserData":"{\\"a\\":\\"中文\\"}","Title":"标题"}}'
  const path = begin(session, { size: 3 * MB, paramData })
  const { object } = await succeed(session, path)
  assert.equal(Buffer.from(object.notification, 'base64').toString(), paramData)
  assert.equal(requestsOf(session, 'CompleteMultipartUpload').length, 1)
})

scenario('many small parts, fixed by the app', { personas: ['ios', 'old'] }, async (session) => {
  const path = begin(session, { size: 5 * MB + 17, options: { partSize: 102400, parallel: 5 } })
  const { object } = await succeed(session, path)
  // The rest of 17 bytes and 20 KB may be a part of its own or the end of the last one.
  assert.ok([51, 52].includes(object.parts.length))
  assert.ok(object.parts.slice(0, 50).every((bytes) => bytes === 102400))
  assert.ok(session.phone.meter.peakRequests <= 5)
})
