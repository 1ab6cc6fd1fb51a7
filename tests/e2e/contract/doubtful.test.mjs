// Answers that nobody can rely on, on the built package: a Complete that something between phone and OSS answered, a region without VOD, a video that is gone.
import assert from 'node:assert/strict'
import { KB, row } from './kit.mjs'

for (const [title, answer] of [['a page with status 200', { status: 200, html: true }], ['a page with status 302', { status: 302, html: true }], ['a page with status 502', { status: 502, html: true }]]) {
  row(`Complete is answered by ${title} and never processed: no success before the object is there`, async (t) => {
    t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, times: 1, do: answer })
    let stored
    const up = t.make({ partSize: 100 * KB }, 'auth', { onUploadSucceed: () => void (stored = t.cloud.objects().length) })
    const path = up.go({ size: 500 * KB })
    await up.wait('onUploadSucceed')
    assert.equal(stored, 1)
    assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
    assert.equal(t.asked('CompleteMultipartUpload').length >= 2, true)
  })
}

row('a region whose VOD host answers 404 without a VOD error: InvalidOption names region', async (t) => {
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, times: Infinity, do: { status: 404, html: true } })
  const up = t.make({}, 'sts')
  up.go()
  const { args: [, code, message] } = await up.wait('onUploadFailed')
  assert.equal(code, 'InvalidOption')
  assert.match(message, /region/)
})

row('getAuth rejects a refresh because the video is gone: create-video is asked for, once', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
  const up = t.promise({ partSize: 100 * KB }, 'none', {
    getAuth: (context) => (context.kind === 'refresh-video' ? Promise.reject(t.inner({ Code: 'InvalidVideo.NotFound', Message: 'gone' })) : t.inner(t.permit({ ...context.uploadInfo, videoId: '' }))),
  })
  const { state } = await up.call('upload', t.file({ size: 500 * KB }))
  assert.equal(state, 'Success')
  assert.deepEqual(up.named('getAuth').map(({ args: [{ kind }] }) => kind), ['create-video', 'refresh-video', 'create-video'])
})
