// Pictures, sound, the STS flow, direct uploads, covers, the promise interface, the other transport.
import assert from 'node:assert/strict'
import { MB, begin, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners, checkStored } from './support/verify.mjs'

const options = { partSize: 512 * 1024 }

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  scenario(`${flow}: a picture`, {}, async (session) => {
    const path = begin(session, { size: 300000, name: 'photo.png', flow })
    const { done, object } = await succeed(session, path)
    const [image] = session.cloud.images.values()
    assert.equal(session.cloud.images.size, 1)
    assert.equal(session.cloud.videos.size, 0)
    assert.equal(done.info.isImage, true)
    assert.ok(done.info.imageUrl.endsWith(object.key), done.info.imageUrl)
    if (flow !== 'auth') assert.equal(done.info.imageId, image.imageId)
  })

  scenario(`${flow}: sound`, { personas: ['ios'] }, async (session) => {
    const path = begin(session, { size: 300000, name: 'song.mp3', flow })
    const { done } = await succeed(session, path)
    assert.equal(done.info.videoId, [...session.cloud.videos.keys()][0])
  })
}

scenario('STS: title, tags, category and the like go to the VOD API', {}, async (session) => {
  const vod = { Title: '标题 & more', Tags: 'a,b', Description: 'd', CateId: 7, TemplateGroupId: 'VOD_NO_TRANSCODE' }
  const path = begin(session, { size: MB, flow: 'sts', file: { name: 'holiday.mp4' }, paramData: JSON.stringify({ Vod: vod }) })
  await succeed(session, path)
  const [video] = session.cloud.videos.values()
  assert.equal(video.title, vod.Title)
  assert.equal(video.fileName, 'holiday.mp4')
  for (const [key, value] of Object.entries(vod)) assert.equal(String(video.parameters[key]), String(value), key)
})

scenario('STS: without a title the file\'s name is it', { personas: ['ios', 'old'] }, async (session) => {
  const path = begin(session, { size: MB, flow: 'sts' })
  await succeed(session, path)
  const [video] = session.cloud.videos.values()
  assert.ok(video.title && !/[/\\]/.test(video.title), video.title)
  assert.match(video.fileName, /\.mp4$/)
})

scenario('STS: a cover goes first, and becomes CoverURL', {}, async (session) => {
  const coverUrl = session.phone.disk.addTemp({ name: 'cover.jpg', size: 20000, seed: 9 })
  const path = begin(session, { size: MB, flow: 'sts', file: { coverUrl } })
  await succeed(session, path, { objects: 2 })
  await checkStored(session, coverUrl, { objects: 2 })
  const [image] = session.cloud.images.values()
  const [video] = session.cloud.videos.values()
  assert.equal(image.parameters.ImageType, 'cover')
  assert.ok(video.parameters.CoverURL.endsWith(image.key), video.parameters.CoverURL)
})

scenario('STS: a cover that fails does not stop the video', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'CreateUploadImage' }, times: Infinity, do: { status: 403, code: 'Forbidden' } })
  const coverUrl = session.phone.disk.addTemp({ name: 'cover.jpg', size: 20000, seed: 9 })
  const path = begin(session, { size: MB, flow: 'sts', file: { coverUrl } })
  await succeed(session, path)
  assert.ok(session.named('log').some((one) => one.level === 'warn'), 'there is no warning')
})

for (const [code, status] of [['Forbidden.RAM', 403], ['InvalidAccessKeyId.NotFound', 404]]) {
  scenario(`STS: ${code} passes through`, { personas: ['ios'] }, async (session) => {
    session.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, times: Infinity, do: { status, code } })
    begin(session, { size: MB, flow: 'sts', hooks: { without: ['onUploadTokenExpired'] } })
    const failed = await session.wait('failed')
    assert.equal(failed.code, code)
    await session.wait('end')
    checkManners(session)
  })
}

scenario('STS: the answer to CreateUploadVideo is lost', {}, async (session) => {
  session.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { dropAnswer: true } })
  const path = begin(session, { size: MB, flow: 'sts' })
  await succeed(session, path)
})

scenario('directly to a bucket, without the VOD API', {}, async (session) => {
  session.cloud.createBucket('my-own', 'cn-shanghai')
  const path = session.phone.disk.addTemp({ size: 2 * MB })
  session.create('direct', options)
  session.call('addFile', { url: path }, 'https://oss-cn-shanghai.aliyuncs.com', 'my-own', 'dir/文件 1.mp4', null)
  session.call('startUpload')
  await session.wait('end')
  const object = await checkStored(session, path)
  assert.deepEqual([object.bucket, object.key], ['my-own', 'dir/文件 1.mp4'])
  assert.equal(requestsOf(session, 'CreateUploadVideo').length, 0)
  checkManners(session)
})

scenario('a bucket behind a domain of its own', { personas: ['ios'] }, async (session) => {
  session.cloud.bindCname('upload.example.net', session.cloud.bucketOf('cn-shanghai'))
  const path = session.phone.disk.addTemp({ size: 2 * MB })
  session.create('auth', { ...options, cname: true })
  session.call('addFile', { url: path }, 'https://upload.example.net', null, null, null)
  session.call('startUpload')
  await session.wait('end')
  await checkStored(session, path)
  assert.ok(requestsOf(session, 'UploadPart').every((one) => one.host === 'upload.example.net'))
  checkManners(session)
})

for (const region of ['cn-beijing', 'ap-southeast-1']) {
  scenario(`STS in ${region}`, { personas: ['ios'] }, async (session) => {
    const path = begin(session, { size: MB, flow: 'sts', options: { region } })
    await succeed(session, path)
    assert.equal([...session.cloud.videos.values()][0].region, region)
  })
}

// ---- the promise interface

function promised(session, flow = 'getAuth', more = {}) {
  session.phone.app.createPromises(flow, JSON.stringify({ ...options, ...more }))
  return (name, file, uploadOptions = {}) => session.phone.app.promise(name, JSON.stringify(file), JSON.stringify(uploadOptions))
}

scenario('upload() resolves with the videoId', {}, async (session) => {
  const path = session.phone.disk.addTemp({ size: 2 * MB })
  promised(session)('a', { url: path }, { meta: { from: 'test' } })
  const done = await session.wait(['resolved', 'rejected'])
  assert.deepEqual(session.named('asked')[0].meta, { from: 'test' })
  assert.equal(done.result?.videoId, [...session.cloud.videos.keys()][0], done.message)
  await checkStored(session, path)
  assert.ok(session.named('promised').length > 0, 'onProgress was never called')
})

scenario('upload() of a picture resolves with imageId and imageUrl', { personas: ['ios', 'old'] }, async (session) => {
  const path = session.phone.disk.addTemp({ size: 20000, name: 'a.jpg' })
  promised(session)('a', { url: path })
  const done = await session.wait(['resolved', 'rejected'])
  const [image] = session.cloud.images.values()
  assert.equal(done.result?.imageId, image.imageId, done.message)
  assert.ok(done.result.imageUrl.endsWith(image.key))
})

scenario('pause(), resume() of one upload; cancel() rejects with Canceled', {}, async (session) => {
  session.phone.setUplink(MB)
  const [first, second] = [1, 2].map((seed) => session.phone.disk.addTemp({ size: 3 * MB, seed }))
  const upload = promised(session)
  const a = upload('a', { url: first })
  await session.wait('promised', { fits: (one) => one.promise === 'a' })
  a.pause()
  await session.clock.advance(5000)
  assert.equal(session.phone.pending, 0)
  a.resume()
  assert.ok((await session.wait(['resolved', 'rejected'])).result)
  const b = upload('b', { url: second })
  await session.wait('promised', { fits: (one) => one.promise === 'b' })
  b.cancel()
  const rejected = await session.wait('rejected')
  assert.deepEqual([rejected.code, rejected.isUploadError], ['Canceled', true])
})

scenario('a paused upload is canceled while another has all the slots: its abort waits, and nothing runs in circles', {}, async (session) => {
  session.phone.setUplink(100 * 1024)
  const [first, second] = [1, 2].map((seed) => session.phone.disk.addTemp({ size: 2 * MB, seed }))
  const upload = promised(session, 'getAuth', { partSize: 102400, parallel: 8 })
  const a = upload('a', { url: first })
  await session.wait('promised', { fits: ({ promise, progress }) => promise === 'a' && progress.percent > 10 })
  a.pause()
  upload('b', { url: second })
  await session.wait('promised', { fits: ({ promise, progress }) => promise === 'b' && progress.percent > 10 })
  a.cancel()
  assert.equal((await session.wait('rejected')).code, 'Canceled')
  assert.equal((await session.wait('resolved')).promise, 'b')
  await session.clock.advance(10000)
  assert.deepEqual(session.cloud.uploads(), [])
  checkManners(session, { ends: session.named('end').length })
})

scenario('upload() of a file that is not there rejects with its code', { personas: ['ios', 'old'] }, async (session) => {
  promised(session)('a', { url: `${session.phone.persona.fs.tmpPrefix}none.mp4` })
  const rejected = await session.wait('rejected')
  assert.deepEqual([rejected.code, rejected.isUploadError], ['FileNotFound', true])
})

// ---- domain lists

const hosts = (session) => [`https://${session.cloud.bucketOf('cn-shanghai')}.oss-cn-shanghai.aliyuncs.com`, 'https://app.example.com', 'https://vod.cn-shanghai.aliyuncs.com']

scenario('a bucket that is only on the uploadFile list is served by one uploadFile', { domains: { request: ['https://app.example.com'], uploadFile: [] } }, async (session) => {
  session.domains.uploadFile.push(hosts(session)[0])
  const path = begin(session, { size: MB })
  await succeed(session, path)
  assert.equal(requestsOf(session, 'PostObject').length, 1)
  assert.equal(requestsOf(session, 'UploadPart').length, 0)
  assert.ok(session.named('log').some((one) => one.level === 'warn'), 'no warning says what to add')
})

scenario('a bucket that is on no list: DomainNotAllowed names host and list', { domains: { request: ['https://app.example.com'], uploadFile: [] } }, async (session) => {
  begin(session, { size: MB })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'DomainNotAllowed')
  assert.ok(failed.message.includes(new URL(hosts(session)[0]).host), failed.message)
  await session.wait('end')
  checkManners(session)
})

scenario('transport: uploadFile', {}, async (session) => {
  const path = begin(session, { size: 2 * MB, options: { transport: 'uploadFile' } })
  await succeed(session, path)
  assert.equal(requestsOf(session, 'PostObject').length, 1)
  assert.ok(session.named('progress').length >= 1)
})

// ---- the module

scenario('WXWebAssembly fails once', { switches: { 'wasm.sporadicInstantiateFailure': 1 } }, async (session) => {
  const path = begin(session, { size: MB })
  await succeed(session, path)
})

for (const form of ['{instance,module}', 'Instance']) {
  scenario(`instantiate resolves to ${form}`, { switches: { 'wasm.result': form } }, async (session) => {
    const path = begin(session, { size: MB })
    await succeed(session, path)
    assert.equal(session.phone.wasmLoads(), 1)
  })
}

scenario('a wasm file in the wrong place: WasmLoadFailed says where it was looked for', {}, async (session) => {
  begin(session, { size: MB, options: { wasmPath: 'lib/elsewhere.wasm.br' } })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'WasmLoadFailed')
  assert.ok(failed.message.includes('lib/elsewhere.wasm.br'))
  await session.wait('end')
  checkManners(session)
})
