// uploadInfo (js-glue/README.md): its fields, when they are known, and what they never hold.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const fields = ['url', 'coverUrl', 'file', 'fileSize', 'fileHash', 'isImage', 'state', 'loaded', 'videoId', 'imageId', 'imageUrl', 'endpoint', 'bucket', 'object', 'Endpoint', 'Bucket', 'Object', 'region', 'ri', 'userData', 'videoInfo', 'checkpoint']

row('all documented fields, from addFile on, and nothing else that could surprise', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: 'wxfile://tmp.mp4', coverUrl: 'wxfile://c.jpg' }, null, null, null, '{"Vod":{"Title":"t"}}')
  assert.deepEqual(Object.keys(up.list[0]).sort(), [...fields].sort())
  assert.deepEqual(Object.keys(up.list[0].file).sort(), ['coverUrl', 'name', 'size', 'type', 'url'])
})

row('a plain object: JSON.stringify takes it in every state, and gives all of it', { personas: ['ios', 'old'] }, async (t) => {
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: MB })
  await up.end()
  for (const { name, live, args } of t.callbacks) {
    if (!/^onUpload|addFile/.test(name)) continue
    assert.deepEqual(Object.keys(args[0]).sort(), [...fields].sort(), name)
    assert.equal(Object.getPrototypeOf(live), t.phone.eval('return Object.prototype'), name)
  }
})

row('fileSize and file are known at onUploadstarted', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const up = t.make()
  const url = up.go({ size: 123_457, name: 'Film 1.mp4' })
  const { args } = await up.wait('onUploadstarted')
  assert.deepEqual(args[0].file, { name: 'Film 1.mp4', size: 123_457, url, type: 'video/mp4' })
  assert.equal(args[0].fileSize, 123_457)
  assert.equal(args[0].state, 'Uploading')
  assert.equal(args[0].loaded, 0)
  await up.wait('onUploadSucceed')
})

row('fileHash is the MD5 of the file once it is known', async (t) => {
  const up = t.make()
  up.go({ bytes: Buffer.from('hello') })
  await up.wait('onUploadSucceed')
  await t.rest(50)
  assert.equal(up.list[0].fileHash, '5d41402abc4b2a76b9719d911017c592')
})

row('endpoint, bucket, object and region are those of the address, under both spellings', async (t) => {
  const up = t.make()
  up.go()
  const { args } = await up.wait('onUploadSucceed')
  const [video] = t.cloud.videos.values()
  assert.deepEqual([args[0].endpoint, args[0].bucket, args[0].object, args[0].region], [video.endpoint, video.bucket, video.key, 'cn-shanghai'])
  assert.deepEqual([args[0].Endpoint, args[0].Bucket, args[0].Object], [video.endpoint, video.bucket, video.key])
})

row('ri differs between uploads', async (t) => {
  const up = t.make({}, 'none')
  for (let i = 0; i < 50; i++) up.add({ url: `wxfile://${i}.mp4` })
  assert.equal(new Set(Array.from(up.list, (info) => info.ri)).size, 50)
  assert.ok(Array.from(up.list).every((info) => info.ri.length >= 8))
})

row('userData is paramData in base64, videoInfo its Vod level', async (t) => {
  const up = t.make({}, 'none')
  const text = '{"Vod":{"Title":"中文 😀","Tags":"a,b"}, "x":1}'
  up.add({ url: 'wxfile://a.mp4' }, null, null, null, text)
  const [info] = JSON.parse(JSON.stringify(up.list))
  assert.equal(info.userData, Buffer.from(text).toString('base64'))
  assert.deepEqual(info.videoInfo, { Title: '中文 😀', Tags: 'a,b' })
})

row('states: Ready, Uploading, Success', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: t.file() })
  assert.deepEqual(up.states, ['Ready'])
  up.start()
  const { live } = await up.wait('onUploadstarted')
  assert.deepEqual(up.states, ['Uploading'])
  up.give(live)
  await up.wait('onUploadSucceed')
  assert.deepEqual(up.states, ['Success'])
})

for (const [name, flow] of [['film.mp4', 'auth'], ['song.mp3', 'auth'], ['film.mp4', 'sts'], ['song.m4a', 'sts'], ['film.mp4', 'getAuth'], ['song.wav', 'getSTSToken']]) {
  row(`${flow}, ${name}: videoId after success`, async (t) => {
    const up = t.make({}, flow)
    up.go({ name })
    const { info } = await up.wait('onUploadSucceed')
    assert.equal(info.videoId, [...t.cloud.videos.keys()][0])
    assert.deepEqual([info.imageId, info.imageUrl], ['', ''])
  })
}

for (const flow of ['sts', 'getSTSToken', 'getAuth']) {
  row(`${flow}, a picture: imageId and imageUrl are CreateUploadImage's`, async (t) => {
    const up = t.make({}, flow)
    up.go({ name: 'photo.jpg' })
    const { info } = await up.wait('onUploadSucceed')
    const [image] = t.cloud.images.values()
    assert.equal(info.imageId, image.imageId)
    assert.equal(info.imageUrl, `https://${image.bucket}.oss-cn-shanghai.aliyuncs.com/${image.key}`)
    assert.equal(info.videoId, '')
    assert.equal(info.isImage, true)
  })
}

row('credential flow, a picture: imageUrl is the object\'s own address', async (t) => {
  const up = t.make({}, 'auth')
  up.go({ name: 'photo.jpg' })
  const { info } = await up.wait('onUploadSucceed')
  const [image] = t.cloud.images.values()
  assert.equal(info.imageUrl, `https://${image.bucket}.oss-cn-shanghai.aliyuncs.com/${image.key}`)
  assert.equal(info.imageId, image.imageId, 'the fourth argument, for a picture')
})

row('credential flow, a picture without its id: the address is there all the same', async (t) => {
  const up = t.make({}, 'none', {
    onUploadstarted(info) {
      const { UploadAuth, UploadAddress } = t.permit(info)
      up.call('setUploadAuthAndAddress', info, UploadAuth, UploadAddress)
    },
  })
  up.go({ name: 'photo.jpg' })
  const { info } = await up.wait('onUploadSucceed')
  assert.match(info.imageUrl, /^https:\/\/outin-.*\.jpg$/)
  assert.equal(info.imageId, '')
})

for (const flow of ['auth', 'sts']) {
  row(`${flow}: after a restart videoId is there before onUploadstarted, and no second video is made`, { personas: ['ios', 'android'], switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
    t.phone.setUplink(MB)
    const up = t.make({ partSize: 100 * KB }, flow)
    const url = up.go({ size: 3 * MB })
    await up.wait('onUploadProgress', (one) => one.args[2] > 40)
    const { videoId } = up.list[0]
    t.restart()
    const again = t.make({ partSize: 100 * KB }, flow)
    again.go({ url })
    const { info } = await again.wait('onUploadstarted')
    assert.equal(info.videoId, videoId)
    await again.wait('onUploadSucceed')
    assert.equal(t.cloud.videos.size, 1)
    assert.equal(t.asked('InitiateMultipartUpload').length, 1)
  })
}

row('the same content under a new path is known by its bytes', { switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 3 * MB, seed: 4 })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  const { videoId } = up.list[0]
  t.restart()
  const again = t.make({ partSize: 100 * KB })
  again.go({ size: 3 * MB, seed: 4 })
  assert.equal((await again.wait('onUploadstarted')).info.videoId, videoId)
  await again.wait('onUploadSucceed')
})

row('another file of the same size and name is not taken for it', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 3 * MB, seed: 4, name: 'a.mp4' })
  await up.wait('onUploadProgress', (one) => one.args[2] > 40)
  t.restart()
  const again = t.make({ partSize: 100 * KB })
  again.go({ size: 3 * MB, seed: 5, name: 'a.mp4' })
  assert.equal((await again.wait('onUploadstarted')).info.videoId, '')
  await again.wait('onUploadSucceed')
})

row('what an app hangs on the info of its own stays there', async (t) => {
  const up = t.make()
  up.add({ url: t.file() })
  up.list[0].myIndex = 7
  up.start()
  assert.equal((await up.wait('onUploadSucceed')).info.myIndex, 7)
})

row('direct upload of a picture: imageUrl is the object\'s own address', async (t) => {
  t.cloud.createBucket('my-own', 'cn-shanghai')
  const up = t.make({}, 'direct')
  up.go({ name: 'a.png', target: ['https://oss-cn-shanghai.aliyuncs.com', 'my-own', '相册/a b.png'] })
  const { info } = await up.wait('onUploadSucceed')
  assert.equal(info.imageUrl, `https://my-own.oss-cn-shanghai.aliyuncs.com/${encodeURIComponent('相册')}/a%20b.png`)
})

row('a picture behind an own domain: imageUrl is there', async (t) => {
  t.cloud.bindCname('img.example.net', t.cloud.bucketOf('cn-shanghai'))
  const up = t.make({ cname: true })
  up.go({ name: 'a.png', target: ['https://img.example.net', null, null] })
  const { info } = await up.wait('onUploadSucceed')
  assert.equal(info.imageUrl, `https://img.example.net/${info.object}`)
})
