// The promise API (js-glue/README.md): getAuth and getSTSToken, createUploader, upload() and UploadError.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const rejected = (promise) => promise.then(() => assert.fail('it did not reject'), (error) => error)
const soon = (t, promise, ms = 60_000) => Promise.race([promise, t.rest(ms).then(() => 'pending')])

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

// ---- upload()

row('upload() resolves with the info: videoId, and the file has left the list', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const up = t.promise()
  const path = t.file({ size: 2 * MB })
  const info = await up.call('upload', path)
  assert.equal(info.videoId, [...t.cloud.videos.keys()][0])
  assert.equal(info.state, 'Success')
  assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
  await t.rest(0)
  assert.equal(up.list.length, 0)
})

for (const flow of ['getAuth', 'getSTSToken']) {
  row(`${flow}: upload() of a picture gives imageId and imageUrl`, async (t) => {
    const up = t.promise({}, flow)
    const { imageId, imageUrl } = await up.call('upload', t.file({ name: 'a.png' }))
    const [image] = t.cloud.images.values()
    assert.equal(imageId, image.imageId)
    assert.ok(imageUrl.endsWith(image.key))
  })
}

row('onProgress: percent, loaded, total, speed, seconds left, for this upload alone', async (t) => {
  t.phone.setUplink(2 * MB)
  const seen = [[], []]
  const up = t.promise({ partSize: 100 * KB, parallelFiles: 2 })
  await Promise.all([1, 2].map((n) => up.call('upload', t.file({ seed: n, size: n * MB }), Object.assign(t.inner({}), { onProgress: (one) => seen[n - 1].push(JSON.parse(JSON.stringify(one))) }))))
  for (const [i, list] of seen.entries()) {
    assert.ok(list.length > 3)
    let last = 0
    for (const { percent, loaded, total, bytesPerSecond, secondsLeft } of list) {
      assert.equal(total, (i + 1) * MB)
      assert.ok(percent >= last && loaded <= total && bytesPerSecond >= 0 && secondsLeft >= 0)
      last = percent
    }
    assert.equal(last, 100)
  }
})

for (const [how, fail] of [
  ['throws', (error) => { throw error }],
  ['rejects', (error) => Promise.reject(error)],
]) {
  row(`onProgress that ${how} harms nothing: the other callbacks still hear`, async (t) => {
    const up = t.promise({ partSize: 100 * KB })
    await up.call('upload', t.file({ size: 500 * KB }), Object.assign(t.inner({}), { onProgress: () => fail(t.phone.world.error('broken in onProgress')) }))
    await t.rest(0)
    assert.ok(up.named('onUploadProgress').length > 3)
    assert.ok(t.phone.console.some((one) => /broken in onProgress/.test(one.text)))
  })
}

for (const [options, atOnce] of [[{}, 4], [{ parallelFiles: 1 }, 1]]) {
  row(`six small files given at once, with ${JSON.stringify(options)}: ${atOnce} at a time`, async (t) => {
    const up = t.promise(options)
    const infos = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => up.call('upload', t.file({ seed }))))
    assert.equal(new Set(infos.map((info) => info.videoId)).size, 6)
    assert.equal(t.phone.meter.peakRequests, atOnce)
  })
}

row('paramData, endpoint, bucket and object of upload()', async (t) => {
  t.cloud.createBucket('my-own', 'cn-shanghai')
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
  const up = t.promise({}, 'none', { getAuth: () => t.inner({ UploadAuth: encode({ ...t.cloud.accounts.sts(), Expiration: '3000' }), UploadAddress: encode({ Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'theirs', FileName: 'theirs' }), VideoId: 'v' }) })
  await up.call('upload', t.file(), t.inner({ bucket: 'my-own', object: 'a/b.mp4', endpoint: 'oss-cn-shanghai.aliyuncs.com', paramData: { Vod: { Title: 'x' } } }))
  const [object] = t.cloud.objects()
  assert.deepEqual([object.bucket, object.key], ['my-own', 'a/b.mp4'])
  assert.deepEqual(JSON.parse(Buffer.from(object.notification, 'base64')), { Vod: { Title: 'x' } })
})

// ---- pause, resume, cancel, signal

async function underWay(t, options = {}) {
  t.phone.setUplink(MB)
  const up = t.promise({ partSize: 100 * KB, ...options })
  const handle = up.call('upload', t.file({ size: 2 * MB }))
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  return { up, handle }
}

row('pause() keeps what is stored, resume() goes on; the promise waits meanwhile', { personas: ['ios', 'old'] }, async (t) => {
  const { up, handle } = await underWay(t)
  handle.pause()
  handle.pause()
  assert.equal(await soon(t, handle, 10 * 60_000), 'pending')
  assert.equal(t.phone.pending, 0)
  assert.equal(up.states[0], 'Stoped')
  handle.resume()
  handle.resume()
  assert.equal((await handle).state, 'Success')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
  assert.equal(t.cloud.videos.size, 1)
})

row('pause() of one lets the others go on, and they leave it paused', async (t) => {
  const { up, handle } = await underWay(t)
  handle.pause()
  const other = await up.call('upload', t.file({ seed: 2 }))
  assert.equal(other.state, 'Success')
  assert.equal(await soon(t, handle), 'pending')
  handle.resume()
  assert.equal((await handle).state, 'Success')
})

row('pause() of one that waits for its turn', async (t) => {
  const { up, handle } = await underWay(t)
  const second = up.call('upload', t.file({ seed: 2 }))
  const third = up.call('upload', t.file({ seed: 3 }))
  second.pause()
  await handle
  await third
  assert.equal(await soon(t, second), 'pending')
  second.resume()
  assert.equal((await second).state, 'Success')
})

row('pause() while getAuth is being asked', async (t) => {
  const up = t.promise({}, 'none', {
    async getAuth(context) {
      await t.clock.sleep(2000)
      return t.inner(t.permit({ ...context.uploadInfo, videoId: context.videoId }))
    },
  })
  const handle = up.call('upload', t.file())
  await up.wait('getAuth')
  handle.pause()
  assert.equal(await soon(t, handle), 'pending')
  assert.deepEqual(t.cloud.objects(), [])
  handle.resume()
  assert.equal((await handle).state, 'Success')
})

row('pause and resume before the module has loaded', { switches: { 'wasm.instantiateDelayMs': 4000 } }, async (t) => {
  const up = t.promise()
  const handle = up.call('upload', t.file())
  handle.pause()
  assert.equal(await soon(t, handle, 60_000), 'pending')
  assert.deepEqual(t.cloud.objects(), [])
  handle.resume()
  assert.equal((await handle).state, 'Success')
})

row('cancel() rejects with Canceled, and tidies up on the server', { personas: ['ios', 'old'] }, async (t) => {
  const { up, handle } = await underWay(t)
  handle.cancel()
  handle.cancel()
  const error = await rejected(handle)
  assert.equal(error.code, 'Canceled')
  assert.ok(error instanceof t.package.UploadError)
  assert.ok(error.message.length > 10)
  await t.rest(10_000)
  assert.deepEqual(t.cloud.uploads(), [])
  assert.equal(t.phone.pending, 0)
  assert.equal(up.list.length, 0)
  // Harmless after the end.
  handle.pause()
  handle.resume()
  handle.cancel()
})

row('cancel() of one that waits, is paused, or was only just begun', async (t) => {
  const { up, handle } = await underWay(t)
  const waits = up.call('upload', t.file({ seed: 2 }))
  waits.cancel()
  assert.equal((await rejected(waits)).code, 'Canceled')
  handle.pause()
  handle.cancel()
  assert.equal((await rejected(handle)).code, 'Canceled')
  const fresh = up.call('upload', t.file({ seed: 3 }))
  fresh.cancel()
  assert.equal((await rejected(fresh)).code, 'Canceled')
  assert.equal((await up.call('upload', t.file({ seed: 4 }))).state, 'Success')
})

row('signal: abort cancels; one that is aborted already never begins', async (t) => {
  const signal = () => {
    const listeners = []
    return Object.assign(t.inner({ aborted: false }), { addEventListener: (type, listener) => type === 'abort' && listeners.push(listener), abort: () => listeners.forEach((listener) => listener()) })
  }
  t.phone.setUplink(MB)
  const up = t.promise({ partSize: 100 * KB })
  const one = signal()
  const handle = up.call('upload', t.file({ size: 2 * MB }), Object.assign(t.inner({}), { signal: one }))
  await up.wait('onUploadProgress', (event) => event.args[2] > 30)
  one.abort()
  assert.equal((await rejected(handle)).code, 'Canceled')
  const early = Object.assign(signal(), { aborted: true })
  await t.rest(10_000)
  const mark = t.cloud.requests.length
  assert.equal((await rejected(up.call('upload', t.file({ seed: 2 }), Object.assign(t.inner({}), { signal: early })))).code, 'Canceled')
  await t.rest(10_000)
  assert.equal(t.cloud.requests.length, mark)
})

row('the uploader beneath: its stopUpload holds, its startUpload goes on, its cleanList rejects', async (t) => {
  const { up, handle } = await underWay(t)
  const beneath = up.uploader.uploader
  t.phone.app.within(() => beneath.stopUpload())
  assert.equal(await soon(t, handle), 'pending')
  t.phone.app.within(() => beneath.startUpload())
  await up.wait('onUploadProgress', (one) => one.args[2] > 60)
  t.phone.app.within(() => beneath.cleanList())
  assert.equal((await rejected(handle)).code, 'Canceled')
})

// ---- UploadError

row('UploadError: code, message, stage, httpStatus, requestId, part, retryable', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 3 }, times: Infinity, do: { status: 403, code: 'AccessDenied', message: 'No right.' } })
  const up = t.promise({ partSize: 100 * KB })
  const error = await rejected(up.call('upload', t.file({ size: MB })))
  assert.ok(error instanceof t.package.UploadError && error instanceof t.package.VODUploadError)
  assert.ok(error instanceof t.phone.eval('return Error'))
  assert.equal(error.name, 'UploadError')
  const [refused] = t.asked('UploadPart', (one) => one.status === 403)
  assert.deepEqual(JSON.parse(JSON.stringify([error.code, error.message, error.stage, error.httpStatus, error.requestId, error.part, error.retryable])), ['AccessDenied', 'No right.', 'part', 403, refused.requestId, 3, false])
  assert.match(String(error), /No right\./)
})

row('a failure that may pass is retryable, and the next upload of the file goes on from its parts', async (t) => {
  const rule = t.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 6 }, times: Infinity, do: { status: 503, code: 'ServiceUnavailable' } })
  const up = t.promise({ partSize: 100 * KB, retryCount: 0, parallel: 2 })
  const url = t.file({ size: MB })
  const error = await rejected(up.call('upload', url))
  assert.deepEqual([error.code, error.retryable, error.httpStatus], ['ServiceUnavailable', true, 503])
  rule.remove()
  assert.equal((await up.call('upload', url)).state, 'Success')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
  assert.equal(t.cloud.videos.size, 1)
})

for (const [title, file, options, code] of [
  ['a file that is not there', 'wxfile://nowhere.mp4', {}, 'FileNotFound'],
  ['no path', {}, {}, 'InvalidOption'],
  ['broken paramData', 'FILE', { paramData: '{"Vod":{}"}' }, 'InvalidParamData'],
]) {
  row(`upload() of ${title} rejects with ${code}`, async (t) => {
    const up = t.promise()
    const given = file === 'FILE' ? t.file() : typeof file === 'string' ? file : t.inner(file)
    const error = await rejected(up.call('upload', given, t.inner(options)))
    assert.equal(error.code, code)
    assert.ok(error instanceof t.package.UploadError)
  })
}

row('upload() of a file that is under way rejects; the first goes on', async (t) => {
  const up = t.promise()
  const url = t.file()
  const first = up.call('upload', url)
  const error = await rejected(up.call('upload', url))
  assert.ok(error instanceof t.package.UploadError)
  assert.equal((await first).state, 'Success')
  assert.equal((await up.call('upload', url)).state, 'Success')
})

row('without getAuth, getSTSToken and onUploadstarted every promise would wait for ever: createUploader throws at once', async (t) => {
  for (const options of [undefined, {}, { region: 'cn-beijing' }]) {
    assert.throws(() => t.package.createUploader(options && t.inner(options)), (error) => error.code === 'InvalidOption' && /getAuth or getSTSToken/.test(error.message))
  }
})

row('… and upload() of an uploader without them rejects at once', async (t) => {
  const up = t.make({}, 'none', {}, { without: ['onUploadstarted'] })
  assert.ok(up.call('requiredDomains').request.length)
  const error = await rejected(up.call('upload', t.file()))
  assert.equal(error.code, 'InvalidOption')
  assert.match(error.message, /getAuth/)
  assert.equal(up.list.length, 0)
})

row('with onUploadstarted the callbacks authorise, and the promise is kept', async (t) => {
  const up = t.promise({}, 'none', { onUploadstarted: (info) => void t.phone.app.within(() => {
    const { UploadAuth, UploadAddress, VideoId } = t.permit(info)
    up.uploader.uploader.setUploadAuthAndAddress(info, UploadAuth, UploadAddress, VideoId)
  }) })
  assert.equal((await up.call('upload', t.file())).state, 'Success')
})

row('a module that can not be loaded rejects every upload with WasmLoadFailed', async (t) => {
  const up = t.promise({ wasmPath: 'nowhere.wasm.br' })
  const errors = await Promise.all([1, 2].map((seed) => rejected(up.call('upload', t.file({ seed })))))
  assert.deepEqual(errors.map((error) => error.code), ['WasmLoadFailed', 'WasmLoadFailed'])
})
