// What a lost, refused or strange answer leads to, on the built package; tests/recovery checks the same of the engine, case by case.
import assert from 'node:assert/strict'
import { BUCKET, KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB }
const kinds = (up) => up.named('getAuth').map(({ args: [{ kind }] }) => kind)
const statuses = (t, op) => t.asked(op).map(({ status }) => status)

async function sameInCloud(t, path) {
  const [object] = t.cloud.objects()
  assert.equal(await object.sha256(), await t.phone.disk.sha256(path))
}

// ---- never a second video

for (const deed of ['stopUpload', 'pauseFile', 'cancelFile']) {
  row(`getAuth answers after ${deed}: its VideoId is kept, and refreshed later`, async (t) => {
    const up = t.make({}, 'none', {
      async getAuth(context) {
        if (context.kind === 'create-video') await t.clock.sleep(3000)
        return t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId }))
      },
    })
    up.go()
    await up.wait('getAuth')
    up.call(deed, 0)
    await t.rest(5000)
    up.call('resumeFile', 0)
    up.start()
    await up.wait('onUploadSucceed')
    assert.deepEqual(kinds(up), ['create-video', 'refresh-video'])
    assert.deepEqual([...t.cloud.videos.keys()], [up.list[0].videoId])
  })
}

row('getAuth answers after its time-out: its VideoId is kept, and refreshed later', async (t) => {
  const up = t.make({ timeout: 5000 }, 'none', {
    async getAuth(context) {
      if (context.kind === 'create-video') await t.clock.sleep(8000)
      return t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId }))
    },
  })
  up.go()
  await up.wait('onUploadFailed')
  await t.rest(5000)
  up.start()
  await up.wait('onUploadSucceed')
  assert.deepEqual(kinds(up), ['create-video', 'refresh-video'])
  assert.equal(t.cloud.videos.size, 1)
})

for (const [title, lost, videos] of [['was carried out', { dropAnswer: true }, 'RefreshUploadVideo'], ['was not carried out', { dropAfterBytes: 10 }, 'CreateUploadVideo']]) {
  row(`STS: a CreateUploadVideo without an answer that ${title}: one video in the end`, async (t) => {
    t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: lost })
    const up = t.make({}, 'sts')
    up.go()
    await up.wait('onUploadSucceed')
    assert.equal(t.cloud.videos.size, 1)
    assert.ok(t.asked(videos, ({ status }) => status === 200).length > 0)
  })
}

row('STS: other paramData after a restart is another video, the same is not', { switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
  t.phone.setUplink(MB)
  const paramData = (title) => JSON.stringify({ Vod: { Title: title } })
  const url = t.file({ size: 3 * MB })
  const begin = (title) => {
    const up = t.make(parts, 'sts')
    up.go({ url, paramData: paramData(title) })
    return up
  }
  await begin('first').wait('onUploadProgress', (one) => one.args[2] > 40)
  t.restart()
  const same = begin('first')
  await same.wait('onUploadProgress', (one) => one.args[2] > 60)
  assert.equal(t.cloud.videos.size, 1)
  t.restart()
  const other = begin('second')
  assert.equal((await other.wait('onUploadstarted')).info.videoId, '')
  await other.wait('onUploadSucceed')
  assert.equal(t.cloud.videos.size, 2)
  await sameInCloud(t, url)
})

row('the same path with other content: FileChanged, and then a video of its own', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make(parts, 'getAuth')
  const url = up.go({ size: 3 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  up.call('stopUpload')
  const { videoId } = up.list[0]
  t.phone.disk.overwrite(url, { size: 3 * MB, seed: 99, mtime: new Date(t.clock.now() + 5000) })
  up.start()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'FileChanged')
  await up.end()
  up.start()
  await up.wait('onUploadSucceed')
  assert.notEqual(up.list[0].videoId, videoId)
  assert.deepEqual(kinds(up), ['create-video', 'create-video'])
  await sameInCloud(t, url)
})

// ---- a call of the app's server that something outside has ended

for (const [title, away] of [
  ['the background', async (t) => {
    t.phone.hide()
    await t.rest(10_000)
    t.phone.show()
  }],
  ['a change of network', async (t) => t.phone.setNetwork('4g')],
  ['the loss of the network', async (t) => {
    t.phone.setNetwork('none')
    await t.rest(10_000)
    t.phone.setNetwork('wifi')
  }],
]) {
  row(`getAuth's request ended by ${title}: called again, the file does not fail`, async (t) => {
    let calls = 0
    const up = t.make({}, 'none', {
      async getAuth({ uploadInfo }) {
        if (++calls > 1) return t.inner(t.permit(uploadInfo))
        await away(t)
        throw t.inner({ errMsg: 'request:fail interrupted' })
      },
    })
    up.go()
    await up.wait('onUploadSucceed')
    assert.deepEqual(kinds(up), ['create-video', 'create-video'])
    assert.equal(up.named('onUploadFailed').length, 0)
  })
}

// ---- success only of what is known to be the file

row('a form that arrives damaged is no success; it is sent again', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject' }, do: { corrupt: true } })
  const up = t.make({ transport: 'uploadFile' })
  const path = up.go({ size: 300 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PostObject').length, 2)
  await sameInCloud(t, path)
})

row('a form asks OSS for exactly its length: what arrives shorter is refused', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject' }, do: { truncate: 100 * KB } })
  const up = t.make({ transport: 'uploadFile' })
  up.go({ size: 300 * KB })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'EntityTooSmall')
  assert.deepEqual(t.cloud.objects(), [])
})

row('409 where an object was there before proves nothing: the file is sent again', async (t) => {
  t.cloud.accounts.refusedToUploads.add('HeadObject')
  // Nothing is carried out, and the upload is gone.
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload', nth: 1 }, do: { dropAfterBytes: 10 } })
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload', nth: 2 }, do: { status: 404, code: 'NoSuchUpload' } })
  const up = t.make(parts, 'none', {
    async onUploadstarted(info) {
      const permit = t.permit(info)
      const { Bucket, FileName } = JSON.parse(Buffer.from(permit.UploadAddress, 'base64'))
      await t.cloud.putObject(Bucket, FileName, 'another file')
      up.give(t.named('onUploadstarted')[0].live, permit)
    },
  })
  const path = up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.ok(statuses(t, 'InitiateMultipartUpload').includes(409))
  await sameInCloud(t, path)
})

row('NoSuchUpload alone proves nothing: no success without the object', async (t) => {
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { status: 404, code: 'NoSuchUpload' } })
  let stored
  const up = t.make(parts, 'auth', { onUploadSucceed: () => void (stored = t.cloud.objects().length) })
  const path = up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(stored, 1)
  assert.equal(statuses(t, 'InitiateMultipartUpload').length, 2)
  await sameInCloud(t, path)
})

row('the bytes loaded never go back, though everything is sent again', async (t) => {
  t.cloud.faults.add({ when: { op: 'CompleteMultipartUpload' }, do: { status: 404, code: 'NoSuchUpload' } })
  const up = t.make(parts)
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  const loaded = up.named('onUploadProgress').map(({ args: [, , , detail] }) => detail.loaded)
  assert.ok(t.asked('UploadPart').length >= 20)
  assert.deepEqual(loaded, [...loaded].sort((a, b) => a - b))
})

row('a refused credential: the requests that carry it are aborted, not awaited', async (t) => {
  t.phone.setUplink(MB)
  // Three of four parts have only begun when the first is refused.
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 1 }, do: { expireCredential: true } })
  const up = t.make({ partSize: MB, parallel: 4 }, 'auth', { onUploadTokenExpired: () => {} })
  up.go({ size: 8 * MB })
  await up.wait('onUploadTokenExpired')
  const inFlight = t.phone.pending
  await t.rest(0)
  assert.ok(t.phone.pending <= 1, `${t.phone.pending} of ${inFlight} requests in flight`)
  up.call('resumeUploadWithAuth', t.permit(up.list[0]).UploadAuth)
  await up.wait('onUploadSucceed')
})

// ---- texts of servers

row("a server's code and message are at most 2 KB long", async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied', message: '好'.repeat(5000) } })
  const up = t.make()
  up.go()
  const { args: [, code, message] } = await up.wait('onUploadFailed')
  assert.equal(code, 'AccessDenied')
  assert.ok(message.length > 100 && Buffer.byteLength(code + message) <= 2048, `${Buffer.byteLength(message)} bytes`)
})

row("the message of getAuth's rejection holds no secret", async (t) => {
  const token = t.cloud.accounts.sts()
  const up = t.make({}, 'none', { getAuth: () => Promise.reject(t.inner({ errMsg: `request:fail refused ${JSON.stringify(token)}` })) })
  up.go()
  const { args: [, , message] } = await up.wait('onUploadFailed')
  assert.match(message, /request:fail refused/)
  for (const secret of [token.AccessKeySecret, token.SecurityToken]) assert.ok(!message.includes(secret))
})

for (const [status, options, op] of [[302, parts, 'UploadPart'], [307, parts, 'UploadPart'], [307, {}, 'PutObject'], [302, parts, 'CompleteMultipartUpload']]) {
  row(`a redirect of ${op} (${status}) is not followed: no other host gets the token`, async (t) => {
    t.cloud.faults.add({ when: { op }, do: { status, html: true, headers: { Location: 'https://elsewhere.example.com/collect' } } })
    const up = t.make(options)
    const path = up.go({ size: op === 'PutObject' ? 40 * KB : 500 * KB })
    await up.wait('onUploadSucceed')
    assert.equal(t.asked(op)[0].status, status)
    assert.deepEqual(t.cloud.requests.filter(({ host }) => !host.endsWith(BUCKET)).map(({ host }) => host), [])
    await sameInCloud(t, path)
  })
}
