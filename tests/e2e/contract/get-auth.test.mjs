// getAuth and getSTSToken (js-glue/README.md): what they are asked, and what they may answer.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const rejected = (promise) => promise.then(() => assert.fail('it did not reject'), (error) => error)

// ---- what getAuth and getSTSToken are asked, and what they may answer

for (const [name, kind, op] of [['film.mp4', 'create-video', 'videos'], ['song.mp3', 'create-video', 'videos'], ['photo.jpg', 'create-image', 'images']]) {
  row(`getAuth is asked for ${name}: ${kind}, with file and meta`, async (t) => {
    const up = t.promise()
    const meta = { title: 'Mine', tags: ['a'] }
    const url = t.file({ name, size: 30 * KB })
    await up.call('upload', t.inner({ url, name, coverUrl: 'wxfile://c.jpg' }), t.inner({ meta }))
    assert.equal(up.named('getAuth').length, 1)
    const [context] = up.named('getAuth')[0].args
    assert.equal(context.kind, kind)
    assert.deepEqual([context.file.name, context.file.size, context.file.url, context.file.coverUrl], [name, 30 * KB, url, 'wxfile://c.jpg'])
    assert.deepEqual(context.meta, meta)
    assert.equal(context.videoId, undefined)
    assert.equal(t.cloud[op].size, 1)
  })
}

row('getAuth after an expiry: refresh-video with the videoId; parts kept', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 4 }, do: { expireCredential: true } })
  const up = t.promise({ partSize: 100 * KB })
  const info = await up.call('upload', t.file({ size: MB }))
  assert.deepEqual(up.named('getAuth').map(({ args: [{ kind, videoId }] }) => [kind, videoId]), [['create-video', undefined], ['refresh-video', info.videoId]])
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('getAuth for a picture that outlives its credential: create-image again', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { expireCredential: true } })
  const up = t.promise()
  await up.call('upload', t.file({ name: 'a.png' }))
  assert.deepEqual(up.named('getAuth').map(({ args: [{ kind }] }) => kind), ['create-image', 'create-image'])
})

row('getAuth after a restart: refresh-video', { switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.promise({ partSize: 100 * KB })
  const url = t.file({ size: 3 * MB })
  up.call('upload', url).catch(() => {})
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  t.restart()
  const again = t.promise({ partSize: 100 * KB })
  const { videoId } = await again.call('upload', url)
  const [{ args: [context] }] = again.named('getAuth')
  assert.deepEqual([context.kind, context.videoId], ['refresh-video', videoId])
  assert.equal(t.cloud.videos.size, 1)
})

for (const [title, form] of [
  ['a promise', (answer) => Promise.resolve(answer)],
  ['the object itself', (answer) => answer],
  ['JSON text', (answer) => JSON.stringify(answer)],
  ['a thenable', (answer) => ({ then: (resolve) => resolve(answer) })],
  ['with more fields of the API', (answer) => ({ RequestId: 'R', ...answer })],
]) {
  row(`getAuth may answer ${title}`, async (t) => {
    const up = t.promise({}, 'none', { getAuth: (context) => form(t.inner(t.permit(context.uploadInfo))) })
    assert.equal((await up.call('upload', t.file())).state, 'Success')
  })
}

for (const [title, answer, code] of [
  ['nothing', () => undefined, 'InvalidUploadAuth'],
  ['null', () => null, 'InvalidUploadAuth'],
  ['an empty object', () => ({}), 'InvalidUploadAuth'],
  ['a page instead of JSON', () => '<html>', 'InvalidUploadAuth'],
  ['garbled auth', (t, permit) => ({ ...permit, UploadAuth: 'x' }), 'InvalidUploadAuth'],
  ['garbled address', (t, permit) => ({ ...permit, UploadAddress: 'x' }), 'InvalidUploadAddress'],
]) {
  row(`getAuth answers ${title}: ${code}`, async (t) => {
    const up = t.promise({}, 'none', { getAuth: (context) => t.inner(answer(t, t.permit(context.uploadInfo))) })
    const error = await rejected(up.call('upload', t.file()))
    assert.equal(error.code, code)
    assert.ok(error instanceof t.package.UploadError)
  })
}

for (const flow of ['getAuth', 'getSTSToken']) {
  for (const [title, fail, message] of [
    ['rejects with an Error', (t) => Promise.reject(t.phone.world.error('The server said no.')), /The server said no\./],
    ['throws', (t) => {
      throw t.phone.world.error('Broken here.')
    }, /Broken here\./],
    ['rejects with text', () => Promise.reject('just text'), /just text/],
    ['rejects as wx.request fails', (t) => Promise.reject(t.inner({ errMsg: 'request:fail timeout' })), /request:fail timeout/],
  ]) {
    row(`${flow} ${title}: the file fails with its message, the queue goes on`, async (t) => {
      let calls = 0
      const up = t.make({ parallelFiles: 1 }, 'none', {
        [flow](context) {
          if (++calls === 1) return fail(t)
          return t.inner(flow === 'getAuth' ? t.permit(context.uploadInfo) : t.cloud.accounts.sts())
        },
      })
      for (const seed of [1, 2]) up.add({ url: t.file({ seed }) })
      up.start()
      await up.end()
      assert.deepEqual(up.states, ['Failure', 'Success'])
      const [failed] = up.named('onUploadFailed')
      assert.equal(failed.args[1], flow === 'getAuth' ? 'InvalidUploadAuth' : 'InvalidSTSToken')
      assert.match(failed.args[2], message)
    })
  }

  row(`${flow} rejects with an error that has a code: that is the file's`, async (t) => {
    const up = t.make({}, 'none', { [flow]: () => Promise.reject(t.inner({ code: 'NoMoreQuota', message: 'You have no quota left.' })) })
    up.go()
    const failed = await up.wait('onUploadFailed')
    assert.deepEqual(failed.args.slice(1), ['NoMoreQuota', 'You have no quota left.'])
  })

  row(`${flow} never answers: the file fails after the time-out, the queue goes on`, async (t) => {
    let calls = 0
    const up = t.make({ timeout: 5000, parallelFiles: 1 }, 'none', {
      [flow](context) {
        if (++calls === 1) return new Promise(() => {})
        return t.inner(flow === 'getAuth' ? t.permit(context.uploadInfo) : t.cloud.accounts.sts())
      },
    })
    for (const seed of [1, 2]) up.add({ url: t.file({ seed }) })
    up.start()
    await up.end()
    assert.deepEqual(up.states, ['Failure', 'Success'])
    assert.equal(up.named('onUploadFailed')[0].args[1], 'RequestTimeout')
  })

  row(`${flow}: one call at a time for each file, once per expiry however many parts fail`, async (t) => {
    t.phone.setUplink(3 * MB)
    const token = /STS/.test(flow)
    // All that was ever handed out ends at once.
    t.cloud.faults.add({ when: { op: 'UploadPart', nth: 12 }, do: { call: () => t.cloud.accounts.expireAll() } })
    const running = new Map()
    let peak = 0
    const up = t.make({ partSize: 100 * KB, parallel: 5, parallelFiles: 3 }, 'none', {
      async [flow](context) {
        const { url } = context.uploadInfo
        running.set(url, (running.get(url) ?? 0) + 1)
        peak = Math.max(peak, running.get(url))
        await t.clock.sleep(200)
        running.set(url, running.get(url) - 1)
        return t.inner(token ? t.cloud.accounts.sts() : t.permit({ ...context.uploadInfo, videoId: context.videoId }))
      },
    })
    for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed, size: 1500 * KB }) })
    up.start()
    await up.end()
    assert.deepEqual(up.states, ['Success', 'Success', 'Success'])
    assert.equal(peak, 1)
    const calls = up.named(flow).length
    assert.ok(calls > 3 && calls <= 6, `${calls}: one for each file, and at most one more for each`)
  })

  row(`${flow} replaces the callbacks: onUploadstarted is called, onUploadTokenExpired never`, async (t) => {
    t.cloud.faults.add({ when: { op: 'UploadPart', nth: 3 }, do: { expireCredential: true } })
    const up = t.make({ partSize: 100 * KB }, flow)
    up.go({ size: 500 * KB })
    await up.wait('onUploadSucceed')
    assert.equal(up.named('onUploadstarted').length, 1)
    assert.equal(up.named('onUploadTokenExpired').length, 0)
  })

  row(`${flow}: an answer that comes after cancelFile changes nothing`, async (t) => {
    const up = t.make({}, 'none', {
      async [flow](context) {
        await t.clock.sleep(3000)
        return t.inner(flow === 'getAuth' ? t.permit(context.uploadInfo) : t.cloud.accounts.sts())
      },
    })
    up.go()
    await up.wait(flow)
    up.call('cancelFile', 0)
    await t.rest(30_000)
    assert.deepEqual(up.states, ['Canceled'])
    assert.deepEqual(t.cloud.objects(), [])
    up.call('resumeFile', 0)
    up.start()
    await up.wait('onUploadSucceed')
  })
}

for (const [title, bad] of [
  ['rejects', () => Promise.reject(new Error('not now'))],
  ['throws', () => {
    throw new Error('not now')
  }],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['answers a page', () => '<html>'],
  ['answers without UploadAddress', (permit) => ({ UploadAuth: permit.UploadAuth })],
  ['answers a garbled UploadAuth', (permit) => ({ ...permit, UploadAuth: 'x' })],
  ['answers a garbled UploadAddress', (permit) => ({ ...permit, UploadAddress: 'x' })],
  ['never answers', () => new Promise(() => {})],
]) {
  row(`getAuth, asked ahead of the end, ${title}: the living credential goes on, and it is asked again`, async (t) => {
    t.phone.setUplink(50 * KB)
    let calls = 0
    const up = t.make({ partSize: 100 * KB, parallel: 1, ...(title === 'never answers' && { timeout: 10_000 }) }, 'none', {
      getAuth(context) {
        const permit = t.permit({ ...context.uploadInfo, videoId: context.videoId }, { ttl: calls ? 3600 : 70 })
        return ++calls === 2 ? bad(permit) : t.inner(permit)
      },
    })
    up.go({ size: 5 * MB })
    await up.wait('onUploadSucceed')
    assert.equal(calls, 3)
    assert.equal(t.asked('InitiateMultipartUpload').length, 1)
    assert.deepEqual(t.cloud.requests.filter((one) => one.code), [], 'OSS had to refuse')
  })
}

row('getAuth that fails until the credential has ended: then the file fails, with its message', async (t) => {
  t.phone.setUplink(50 * KB)
  let calls = 0
  const up = t.make({ partSize: 100 * KB, parallel: 1 }, 'none', {
    getAuth(context) {
      if (calls++) return Promise.reject(t.phone.world.error('The server is down.'))
      return t.inner(t.permit(context.uploadInfo, { ttl: 70 }))
    },
  })
  up.go({ size: 5 * MB })
  const failed = await up.wait('onUploadFailed')
  assert.match(failed.args[2], /The server is down\./)
  assert.ok(calls > 2 && calls < 20, `${calls}`)
  assert.ok(t.asked('UploadPart', (one) => one.status === 200).length > 20, 'the credential was used while it lived')
})

for (const [title, fault] of [['VOD refuses', { status: 403, code: 'Forbidden.RAM' }], ['VOD is out of reach', { dropAfterBytes: 0 }]]) {
  row(`getSTSToken: ${title} ahead of the end: the living credential goes on, and VOD is asked again`, async (t) => {
    t.phone.setUplink(50 * KB)
    const rule = t.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, times: 1, do: fault })
    const life = t.cloud.accounts.uploadTtl
    t.cloud.accounts.uploadTtl = 70
    const up = t.make({ partSize: 100 * KB, parallel: 1, retryCount: 0 }, 'getSTSToken')
    up.go({ size: 5 * MB })
    await up.wait('onUploadProgress', (one) => one.args[2] > 0)
    t.cloud.accounts.uploadTtl = life
    await up.wait('onUploadSucceed')
    assert.equal(rule.hits, 1)
    assert.equal(t.asked('RefreshUploadVideo').length, 2)
  })
}

for (const [title, token] of [['nothing', undefined], ['no SecurityToken', { AccessKeyId: 'k', AccessKeySecret: 's' }], ['an empty secret', { AccessKeyId: 'k', AccessKeySecret: '', SecurityToken: 't' }]]) {
  row(`getSTSToken answers ${title}: InvalidSTSToken`, async (t) => {
    const up = t.promise({}, 'none', { getSTSToken: () => t.inner(token) })
    assert.equal((await rejected(up.call('upload', t.file()))).code, 'InvalidSTSToken')
  })
}

row('getSTSToken may answer AssumeRole\'s whole answer', async (t) => {
  const up = t.promise({}, 'none', { getSTSToken: () => t.inner({ RequestId: 'r', Credentials: t.cloud.accounts.sts() }) })
  assert.equal((await up.call('upload', t.file())).state, 'Success')
})

row('a credential may be set by hand although there is getAuth: false, getAuth\'s counts', async (t) => {
  const up = t.make({}, 'getAuth', { onUploadstarted: (info) => void up.give(info) })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.cloud.objects().length, 1)
})
