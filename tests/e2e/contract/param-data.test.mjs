// paramData (js-glue/README.md): what it does in the STS flow, what travels in both, and the cover.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const video = (t) => [...t.cloud.videos.values()].at(-1).parameters
const image = (t) => [...t.cloud.images.values()].at(-1).parameters

async function upload(t, { flow = 'sts', ...file }) {
  const up = t.make({ partSize: 100 * KB }, flow)
  const path = up.go(file)
  await up.wait('onUploadSucceed')
  return { up, path }
}

const given = {
  Title: '标题 & more = 100%', Tags: 'sea,2026', Description: 'A day\nat the sea', CateId: 1000000042, CoverURL: 'https://example.com/c.jpg',
  TemplateGroupId: 'VOD_NO_TRANSCODE', WorkflowId: 'w1', AppId: 'app-1000000', UserData: '{"Extend":{"a":"中"}}',
}

row('Vod.* goes to CreateUploadVideo', async (t) => {
  await upload(t, { paramData: JSON.stringify({ Vod: given }), name: 'film.mp4' })
  for (const [name, value] of Object.entries(given)) assert.equal(video(t)[name], String(value), name)
})

row('StorageLocation chooses the bucket', async (t) => {
  t.cloud.createBucket('second-store', 'cn-shanghai')
  const { up } = await upload(t, { paramData: { Vod: { StorageLocation: 'second-store.oss-cn-shanghai.aliyuncs.com' } } })
  assert.equal(up.list[0].bucket, 'second-store')
})

row('acceleration by UserData: the address is followed', async (t) => {
  const { up } = await upload(t, { paramData: { Vod: { UserData: { AccelerateConfig: { Type: 'oss', Domain: 'oss-accelerate.aliyuncs.com' } } } } })
  assert.equal(up.list[0].endpoint, 'https://oss-accelerate.aliyuncs.com')
})

row('UserData as an object, Tags as a list', async (t) => {
  await upload(t, { paramData: { Vod: { UserData: { Extend: { id: 5 } }, Tags: ['a', 'b'] } } })
  assert.deepEqual(JSON.parse(video(t).UserData), { Extend: { id: 5 } })
  assert.equal(video(t).Tags, 'a,b')
})

row('FileSize is the file\'s', async (t) => {
  await upload(t, { size: 321_000 })
  assert.equal(video(t).FileSize, '321000')
})

for (const [title, file, expected] of [
  ['name given', { name: 'Holiday 2026.mov' }, ['Holiday 2026.mov', 'Holiday 2026.mov']],
  ['a name without extension takes the path\'s', { url: 'MOV', name: 'Holiday' }, ['Holiday', 'Holiday.mov']],
  ['a name that is a path', { name: 'C:\\films\\a.avi' }, ['a.avi', 'a.avi']],
  ['no extension anywhere', { url: 'NONE', name: 'Holiday' }, ['Holiday', 'Holiday.mp4']],
  ['an extension in capitals', { name: 'A.MP4' }, ['A.MP4', 'A.MP4']],
]) {
  row(`Title and FileName: ${title}`, async (t) => {
    const url = t.file({ name: file.url === 'MOV' ? 'x.mov' : file.url === 'NONE' ? 'x' : 'x.mp4' })
    await upload(t, { url, name: file.name })
    assert.deepEqual([video(t).Title, video(t).FileName], expected)
  })
}

row('without a name both come from the path, without its folders', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const { path } = await upload(t, {})
  const name = path.split('/').pop()
  assert.deepEqual([video(t).Title, video(t).FileName], [name, name])
})

row('emoji of a file\'s name, which VOD refuses in a title, are left out of ours', async (t) => {
  await upload(t, { name: '海边😀🏖️ 2026.mp4' })
  assert.deepEqual([video(t).Title, video(t).FileName], ['海边 2026.mp4', '海边 2026.mp4'])
})

row('… and of the texts that the app gives', async (t) => {
  await upload(t, { paramData: { Vod: { Title: 'Sea 😀', Description: '🏖️ 2026', Tags: 'a,b😀' } } })
  const { Title, Description, Tags } = video(t)
  assert.deepEqual([Title.trim(), Description.trim(), Tags], ['Sea', '2026', 'a,b'])
})

row('Vod.Title wins over the name', async (t) => {
  await upload(t, { name: 'a.mp4', paramData: { Vod: { Title: 'Mine' } } })
  assert.equal(video(t).Title, 'Mine')
})

for (const Title of ['', null]) {
  row(`Title ${JSON.stringify(Title)} is none`, async (t) => {
    await upload(t, { name: 'a.mp4', paramData: { Vod: { Title } } })
    assert.equal(video(t).Title, 'a.mp4')
  })
}

row('a title longer than VOD takes is cut when it is our own', async (t) => {
  await upload(t, { name: `${'长'.repeat(200)}.mp4` })
  assert.equal([...video(t).Title].length, 128)
})

// ---- pictures

for (const [name, ext] of [['photo.png', 'png'], ['photo.JPG', 'jpg'], ['photo.jpeg', 'jpeg'], ['photo.gif', 'gif'], ['photo.webp', 'webp'], ['photo.heic', 'heic']]) {
  row(`a picture ${name}: ImageType default, ImageExt ${ext}`, async (t) => {
    await upload(t, { name, paramData: { Vod: { Title: 'P', Tags: 'x', Description: 'd', CateId: 3 } } })
    const { ImageType, ImageExt, Title, Tags, Description, CateId, OriginalFileName } = image(t)
    assert.deepEqual([ImageType, ImageExt, Title, Tags, Description, CateId, OriginalFileName], ['default', ext, 'P', 'x', 'd', '3', name])
  })
}

row('a picture by fileType whose name has no extension takes the path\'s', async (t) => {
  await upload(t, { url: t.file({ name: 'x.png' }), name: 'Photo', fileType: 'image' })
  assert.deepEqual([image(t).ImageExt, image(t).OriginalFileName, image(t).Title], ['png', 'Photo.png', 'Photo'])
})

row('a name without extension does not make a picture a video', async (t) => {
  const { up } = await upload(t, { url: t.file({ name: 'x.png' }), name: 'Photo' })
  assert.equal(up.list[0].isImage, true)
  assert.equal(t.cloud.videos.size, 0)
})

row('ImageType and ImageExt of paramData win', async (t) => {
  await upload(t, { name: 'photo.png', paramData: { Vod: { ImageType: 'cover', ImageExt: 'gif' } } })
  assert.deepEqual([image(t).ImageType, image(t).ImageExt], ['cover', 'gif'])
})

// ---- x-oss-notification

for (const flow of ['auth', 'sts', 'getAuth', 'getSTSToken']) {
  for (const [title, size, op, others] of [['in one piece', 50 * KB, 'PutObject', []], ['in parts', 500 * KB, 'CompleteMultipartUpload', ['InitiateMultipartUpload', 'UploadPart']]]) {
    row(`${flow}, ${title}: the whole string, base64, on the request that creates the object`, async (t) => {
      const seen = []
      const request = t.phone.wx.request
      t.phone.wx.request = (options) => {
        seen.push([options.method, options.url, options.header['x-oss-notification']])
        return request(options)
      }
      const paramData = '{"Vod":{"Title":"中文","UserData":"{\\"a\\":1}"}, "mine": 1}'
      await upload(t, { flow, size, paramData })
      assert.equal(Buffer.from(t.cloud.objects()[0].notification, 'base64').toString(), paramData)
      const marked = seen.filter(([, , value]) => value)
      assert.equal(marked.length, 1, 'on that request alone')
      assert.equal(t.asked(op).length, 1)
      for (const other of others) assert.ok(t.asked(other).length)
    })
  }
}

row('without paramData there is no such header', async (t) => {
  await upload(t, {})
  assert.equal(t.cloud.objects()[0].notification, undefined)
})

// ---- the cover

const cover = (t, more = {}) => t.file({ name: 'cover.jpg', size: 20 * KB, seed: 9, ...more })

row('STS: a local cover goes up first, as ImageType cover, and its ImageURL becomes CoverURL', { personas: ['ios', 'old'] }, async (t) => {
  const coverUrl = cover(t)
  await upload(t, { coverUrl, size: MB })
  const order = t.cloud.requests.map((one) => one.op)
  assert.ok(order.indexOf('CreateUploadImage') < order.indexOf('PutObject'))
  assert.ok(order.indexOf('PutObject') < order.indexOf('CreateUploadVideo'))
  const [made] = t.cloud.images.values()
  assert.equal(made.parameters.ImageType, 'cover')
  assert.equal(made.parameters.ImageExt, 'jpg')
  assert.equal(video(t).CoverURL, `https://${made.bucket}.oss-cn-shanghai.aliyuncs.com/${made.key}`)
  const stored = t.cloud.objects().find((one) => one.key === made.key)
  assert.equal(await stored.sha256(), await t.phone.disk.sha256(coverUrl))
  assert.equal(stored.contentType, 'image/jpeg')
})

row('the cover\'s bytes are not the video\'s progress, nor its ids', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB }, 'sts')
  up.go({ coverUrl: cover(t, { size: 900 * KB }), size: 300 * KB })
  await up.wait('onUploadSucceed')
  const stored = t.cloud.requests.findIndex((one) => one.op === 'CreateUploadVideo')
  assert.ok(stored > 0)
  const at = t.cloud.requests[stored].at
  assert.ok(up.named('onUploadProgress').filter((one) => one.at < at).every((one) => one.args[2] === 0))
  for (const { args } of up.named('onUploadProgress')) assert.equal(args[1], 300 * KB)
  const [info] = up.list
  assert.deepEqual([info.imageId, info.imageUrl, info.isImage], ['', '', false])
})

row('an address as cover is handed on as it is', async (t) => {
  await upload(t, { coverUrl: 'https://example.com/cover.jpg' })
  assert.equal(video(t).CoverURL, 'https://example.com/cover.jpg')
  assert.equal(t.cloud.images.size, 0)
})

for (const [title, spoil] of [
  ['CreateUploadImage refuses', (t) => t.cloud.faults.add({ when: { op: 'CreateUploadImage' }, times: Infinity, do: { status: 403, code: 'Forbidden.RAM' } })],
  ['CreateUploadImage is out of reach', (t) => t.cloud.faults.add({ when: { op: 'CreateUploadImage' }, times: Infinity, do: { dropAfterBytes: 0 } })],
  ['OSS refuses', (t) => t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied' } })],
  ['OSS breaks down', (t) => t.cloud.faults.add({ when: { op: 'PutObject', key: /^image/ }, times: Infinity, do: { status: 500, code: 'InternalError' } })],
  ['its credential has expired', (t) => t.cloud.faults.add({ when: { op: 'PutObject', key: /^image/ }, times: Infinity, do: { status: 403, code: 'SecurityTokenExpired' } })],
  ['the file is gone', (t, path) => t.phone.disk.remove(path)],
  ['the file is empty', (t, path) => t.phone.disk.truncate(path, 0)],
]) {
  row(`a cover that fails (${title}): a warning, and the video goes on`, async (t) => {
    const coverUrl = cover(t)
    spoil(t, coverUrl)
    const up = t.make({}, 'sts')
    up.go({ coverUrl, size: 30 * KB })
    await up.wait('onUploadSucceed')
    assert.equal(video(t).CoverURL, undefined)
    const warned = up.named('log').filter((one) => one.args[0] === 'warn')
    assert.ok(warned.some((one) => one.args[1].event === 'cover'), JSON.stringify(warned.map((one) => one.args)))
    assert.equal(up.named('onUploadTokenExpired').length, 0)
  })
}

row('in the credential flow coverUrl is left for the app', async (t) => {
  const coverUrl = cover(t)
  const { up } = await upload(t, { flow: 'auth', coverUrl })
  assert.equal(up.list[0].coverUrl, coverUrl)
  assert.equal(t.cloud.images.size, 0)
  assert.equal(t.cloud.objects().length, 1)
})

row('a picture has no cover', async (t) => {
  await upload(t, { coverUrl: cover(t), name: 'photo.png' })
  assert.equal(t.cloud.images.size, 1)
})

row('canceled while the cover is on its way: nothing is left running', async (t) => {
  t.phone.setUplink(100 * KB)
  const up = t.make({}, 'sts')
  up.go({ coverUrl: cover(t, { size: 900 * KB }) })
  await up.wait('onUploadstarted')
  await t.rest(2000)
  up.call('cancelFile', 0)
  await up.end()
  await t.rest(10_000)
  assert.equal(t.phone.pending, 0)
  assert.equal(t.cloud.videos.size, 0)
})

row('stopped while the cover is on its way, started again: the cover goes up all the same', async (t) => {
  t.phone.setUplink(100 * KB)
  const coverUrl = cover(t, { size: 500 * KB })
  const up = t.make({}, 'sts')
  up.go({ coverUrl })
  await up.wait('onUploadstarted')
  await t.rest(2000)
  up.call('stopUpload')
  await t.rest(500)
  assert.equal(t.phone.pending, 0)
  up.start()
  await up.wait('onUploadSucceed')
  const stored = t.cloud.objects().map((one) => one.size).sort((a, b) => a - b)
  assert.deepEqual(stored, [40 * KB, 500 * KB])
  assert.ok(video(t).CoverURL)
})

for (const [title, when] of [['CreateUploadImage', { op: 'CreateUploadImage' }], ['CreateUploadVideo, after the cover', { op: 'CreateUploadVideo' }]]) {
  row(`the token expires in ${title}: reported once, and the cover is not lost`, async (t) => {
    t.cloud.faults.add({ when, do: { expireCredential: true } })
    const up = t.make({}, 'sts')
    up.go({ coverUrl: cover(t) })
    await up.wait('onUploadSucceed')
    assert.equal(up.named('onUploadTokenExpired').length, 1)
    assert.ok(video(t).CoverURL)
    assert.equal(t.cloud.objects().length, 2, 'the cover went up once')
  })
}
