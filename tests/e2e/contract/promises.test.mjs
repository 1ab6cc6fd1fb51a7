// The promise API (js-glue/README.md): createUploader, upload() and UploadError.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const rejected = (promise) => promise.then(() => assert.fail('it did not reject'), (error) => error)

const soon = (t, promise, ms = 60_000) => Promise.race([promise, t.rest(ms).then(() => 'pending')])

async function underWay(t, options = {}) {
  t.phone.setUplink(MB)
  const up = t.promise({ partSize: 100 * KB, ...options })
  const handle = up.call('upload', t.file({ size: 2 * MB }))
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  return { up, handle }
}

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
