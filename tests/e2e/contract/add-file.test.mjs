// addFile (js-glue/README.md, "Methods"): what it takes, what it answers, whose names win, and what kind of file it is.
import assert from 'node:assert/strict'
import { KB, row } from './kit.mjs'

// ---- what may stand for a file

const path = 'wxfile://tmp_1234.mp4'
for (const [title, file, expected] of [
  ['a bare path', path, { url: path }],
  ['{url}', { url: path }, { url: path }],
  ['{tempFilePath}', { tempFilePath: path }, { url: path }],
  ['{path}', { path }, { url: path }],
  ['coverUrl', { url: path, coverUrl: 'wxfile://cover.jpg' }, { url: path, coverUrl: 'wxfile://cover.jpg' }],
  ['thumbTempFilePath', { tempFilePath: path, thumbTempFilePath: 'wxfile://thumb.jpg' }, { url: path, coverUrl: 'wxfile://thumb.jpg' }],
  ['name and size', { url: path, name: 'Holiday.mp4', size: 77 }, { file: { name: 'Holiday.mp4', size: 77, url: path, type: '' }, fileSize: 77 }],
  ['a name of the path without them', { url: path }, { file: { name: 'tmp_1234.mp4', size: 0, url: path, type: '' } }],
  ['an address of DevTools', { url: 'http://tmp/x%20y/abc.mp4' }, { file: { name: 'abc.mp4', size: 0, url: 'http://tmp/x%20y/abc.mp4', type: '' } }],
  ['a name with #, ? and %', { url: 'wxfile://tmp/第#1课?50%.mov' }, { file: { name: '第#1课?50%.mov', size: 0, url: 'wxfile://tmp/第#1课?50%.mov', type: '' } }],
  ['thumb', { url: path, thumb: 'wxfile://thumb.jpg' }, { coverUrl: 'wxfile://thumb.jpg' }],
  ['own fields', { url: path, uid: 7, md5: 'abc', name: 'a.mp4', done: false, nested: {} }, { file: { uid: 7, md5: 'abc', done: false, name: 'a.mp4', size: 0, url: path, type: '' } }],
  ['nonsense in size', { url: path, size: '12' }, { fileSize: 0 }],
]) {
  row(`addFile takes ${title}`, async (t) => {
    const up = t.make({}, 'none')
    assert.equal(up.add(file), true)
    const info = JSON.parse(JSON.stringify(up.list[0]))
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(info[field], value)
    assert.equal(info.state, 'Ready')
  })
}

for (const file of [undefined, null, '', 0, {}, { url: '' }, { url: 5 }, { name: 'a.mp4' }, []]) {
  row(`addFile(${JSON.stringify(file)}): false, and nothing in the list`, async (t) => {
    const up = t.make({}, 'none')
    assert.equal(up.add(file), false)
    assert.deepEqual(up.states, [])
    await t.rest()
    assert.deepEqual(up.named('addFileSuccess'), [])
    assert.deepEqual(up.named('onUploadFailed'), [])
  })
}

for (const [chooser, choice, options] of [
  ['chooseMedia', { name: 'film.mp4' }, {}],
  ['chooseMedia', { name: 'photo.jpg' }, {}],
  ['chooseVideo', { name: 'film.mp4' }, {}],
  ['chooseImage', { name: 'photo.png' }, {}],
  ['chooseMessageFile', { name: 'film.mp4', as: 'From a chat.mp4' }, {}],
]) {
  row(`an entry of wx.${chooser} as it comes (${choice.name})`, { personas: ['ios', 'android', 'old'] }, async (t) => {
    if (typeof t.phone.wx[chooser] !== 'function') return
    const url = t.file({ name: choice.name, size: 5 * KB })
    const thumb = t.file({ name: 'thumb.jpg', size: KB })
    t.phone.choices.push({ path: url, thumb, name: choice.as })
    const chosen = await new Promise((success, fail) => t.phone.wx[chooser](Object.assign(t.inner(options), { success, fail })))
    const entry = chosen.tempFiles ? chosen.tempFiles[0] : chosen
    const up = t.make()
    assert.equal(up.add(entry), true)
    up.start()
    await up.wait('onUploadSucceed')
    const [info] = up.list
    assert.equal(info.url, url)
    assert.equal(info.isImage, /photo/.test(choice.name))
    if (choice.as) assert.equal(info.file.name, choice.as)
    if (/film/.test(choice.name) && chooser !== 'chooseMessageFile') assert.equal(info.coverUrl, thumb)
    assert.equal(info.fileSize, 5 * KB)
  })
}

row('a wrong size of the chooser is corrected before onUploadstarted', { personas: ['ios', 'old'] }, async (t) => {
  const up = t.make()
  up.add({ url: t.file({ size: 5 * KB }), size: 999 })
  up.start()
  const { args } = await up.wait('onUploadstarted')
  assert.deepEqual([args[0].fileSize, args[0].file.size], [5 * KB, 5 * KB])
  await up.wait('onUploadSucceed')
})

// ---- what kind of file

for (const [name, fileType, isImage] of [
  ['a.jpg', undefined, true], ['a.JPEG', undefined, true], ['a.png', undefined, true], ['a.gif', undefined, true], ['a.webp', undefined, true], ['a.heic', undefined, true], ['a.bmp', undefined, true],
  ['a.jpg.mp4', undefined, false], ['png.mp4', undefined, false], ['xjpg', undefined, false], ['a.mp4', undefined, false], ['a.mp3', undefined, false], ['a.m4a', undefined, false], ['a', undefined, false],
  ['a.jpg', 'video', true], ['a.mp4', 'image', false], ['a', 'image', true], ['a.mp3', 'audio', false], ['a.dat', 'video', false],
  ['a.jpg', 'file', true], ['a.mp4', 'file', false], ['a', 'image/png', true], ['a.jpg', 'video/mp4', true], ['a.jpg', 'mix', true],
]) {
  row(`${name}${fileType ? ` with fileType ${fileType}` : ''} is ${isImage ? 'a picture' : 'no picture'}`, async (t) => {
    const up = t.make({}, 'none')
    // The path says nothing: the chooser knew the name.
    assert.equal(up.add({ url: `wxfile://tmp/${name}`, ...(fileType && { fileType }) }), true)
    assert.equal(up.list[0].isImage, isImage)
    up.call('cleanList')
    const real = t.file({ name: 'x', size: 2 * KB })
    up.add({ url: real, name, ...(fileType && { fileType }) })
    up.start()
    const { info } = await up.wait('onUploadstarted')
    assert.equal(info.isImage, isImage)
    up.give(up.list[0])
    await up.wait('onUploadSucceed')
    assert.equal(t.cloud.images.size, isImage ? 1 : 0)
  })
}

row('chooseMessageFile\'s type counts as well as fileType', async (t) => {
  const up = t.make({}, 'none')
  up.add({ path: 'wxfile://a.dat', type: 'image' })
  up.add({ path: 'wxfile://b.jpg', type: 'video' })
  up.add({ path: 'wxfile://c.jpg', type: 'file' })
  assert.deepEqual(Array.from(up.list, (info) => info.isImage), [true, true, true], 'but the extension wins')
})

// ---- endpoint, bucket, object

row('endpoint, bucket and object given to addFile win over the upload address', async (t) => {
  t.cloud.createBucket('my-own', 'cn-beijing')
  const up = t.make({ partSize: 100 * KB }, 'none', {
    onUploadstarted(info) {
      const token = t.cloud.accounts.sts()
      const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
      up.call('setUploadAuthAndAddress', info, encode({ ...token, Expiration: '3000', Region: 'cn-beijing' }), encode({ Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'theirs', FileName: 'theirs.mp4' }), 'v1')
    },
  })
  up.go({ size: 300 * KB, target: ['https://oss-cn-beijing.aliyuncs.com', 'my-own', 'mine/film 1.mp4'] })
  await up.wait('onUploadSucceed')
  const [object] = t.cloud.objects()
  assert.deepEqual([object.bucket, object.key], ['my-own', 'mine/film 1.mp4'])
  const [info] = up.list
  assert.deepEqual([info.endpoint, info.bucket, info.object, info.videoId], ['https://oss-cn-beijing.aliyuncs.com', 'my-own', 'mine/film 1.mp4', 'v1'])
})

for (const [title, target] of [['endpoint', ['https://oss-cn-shanghai.aliyuncs.com', null, null]], ['bucket', [null, 'BUCKET', null]], ['object', [null, null, 'my/own.mp4']]]) {
  row(`${title} alone wins, the rest is the address's`, async (t) => {
    const own = target.map((one) => (one === 'BUCKET' ? t.cloud.bucketOf('cn-shanghai') : one))
    const up = t.make({}, 'none', {
      onUploadstarted(info) {
        const token = t.cloud.accounts.sts()
        const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
        up.call('setUploadAuthAndAddress', info, encode({ ...token, Expiration: '3000' }), encode({ Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: t.cloud.bucketOf('cn-shanghai'), FileName: 'theirs.mp4' }), 'v1')
      },
    })
    up.go({ target: own })
    await up.wait('onUploadSucceed')
    const [object] = t.cloud.objects()
    assert.equal(object.key, own[2] || 'theirs.mp4')
    assert.equal(up.list[0].object, object.key)
  })
}

row('an endpoint without https:// or with http:// goes by https', async (t) => {
  for (const [seed, endpoint] of [[1, 'oss-cn-shanghai.aliyuncs.com'], [2, 'http://oss-cn-shanghai.aliyuncs.com'], [3, 'https://oss-cn-shanghai.aliyuncs.com/']]) {
    const up = t.make()
    up.go({ seed, target: [endpoint, null, null] })
    await up.wait('onUploadSucceed')
  }
  assert.ok(t.cloud.requests.every((one) => one.host.endsWith('.oss-cn-shanghai.aliyuncs.com')))
})

// ---- twice the same

row('a path that is in the list and not ended: false; ended in any way: true', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject', nth: 2 }, do: { status: 403, code: 'AccessDenied' } })
  const up = t.make()
  const url = t.file()
  assert.equal(up.add({ url }), true)
  assert.equal(up.add({ url }), false, 'Ready')
  assert.equal(up.add(url), false, 'Ready, as a bare path')
  assert.equal(up.add({ tempFilePath: url }), false)
  up.start()
  assert.equal(up.add({ url }), false, 'Uploading')
  up.call('stopUpload')
  assert.equal(up.add({ url }), false, 'Stoped')
  up.start()
  await up.end()
  assert.deepEqual(up.states, ['Success'])
  assert.equal(up.add({ url }), true, 'Success')
  up.start()
  await up.wait('onUploadFailed')
  assert.deepEqual(up.states, ['Success', 'Failure'])
  assert.equal(up.add({ url }), true, 'Failure')
  up.call('cancelFile', 2)
  assert.equal(up.add({ url }), true, 'Canceled')
  assert.deepEqual(up.states, ['Success', 'Failure', 'Canceled', 'Ready'])
})

row('the same path in another uploader is none of this one\'s business', async (t) => {
  const url = t.file({ size: 300 * KB })
  const [first, second] = [t.make({ partSize: 100 * KB }), t.make({ partSize: 100 * KB })]
  first.go({ url })
  second.go({ url })
  await Promise.all([first.end(), second.end()])
  assert.deepEqual([first.states, second.states], [['Success'], ['Success']])
})

// ---- paramData

for (const [paramData, where] of [
  ['{"Vod":{"Title":"test","CateId":"234"}"}', /line 1, column 39/],
  ['{"Vod":{}', /line 1, column 10/],
  ['{\n "Vod": {,}\n}', /line 2, column 10/],
  ['nonsense', /line 1, column 2/],
  ["{'Vod':{}}", /line 1, column 2/],
]) {
  row(`broken paramData ${JSON.stringify(paramData)}: false, and InvalidParamData that says where`, async (t) => {
    const up = t.make()
    assert.equal(up.add({ url: t.file() }, null, null, null, paramData), false)
    assert.deepEqual(up.states, [])
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], 'InvalidParamData')
    assert.match(failed.args[2], where)
    assert.equal(failed.info.state, 'Failure')
    await t.rest()
    assert.equal(up.named('onUploadFailed').length, 1)
    assert.deepEqual(up.named('addFileSuccess'), [])
    // The same file with good data is welcome.
    assert.equal(up.add({ url: failed.info.url }, null, null, null, '{"Vod":{}}'), true)
  })
}

for (const paramData of ['{}', '{"userId":1}', '[]', '5', 'null', { a: 1 }, '{"Vod":null}']) {
  row(`paramData without a Vod level, ${JSON.stringify(paramData)}: accepted and warned of`, async (t) => {
    const up = t.make()
    up.go({ paramData, size: 2 * KB })
    await up.wait('onUploadSucceed')
    assert.ok(up.named('log').some((one) => one.args[0] === 'warn' && /vod/i.test(one.args[1].event)), JSON.stringify(up.named('log').map((one) => one.args)))
  })
}

for (const paramData of [null, undefined, '']) {
  row(`paramData ${JSON.stringify(paramData)}: none, and no warning`, async (t) => {
    const up = t.make()
    up.go({ paramData: paramData ?? null })
    await up.wait('onUploadSucceed')
    assert.deepEqual(up.named('log').filter((one) => one.args[0] === 'warn'), [])
    assert.equal(up.list[0].userData, '')
    assert.equal(t.cloud.objects()[0].notification, undefined)
  })
}

row('paramData as an object', async (t) => {
  const up = t.make()
  up.go({ paramData: { Vod: { Title: '标题', UserData: { a: 1 } } } })
  await up.wait('onUploadSucceed')
  const [info] = up.list
  assert.equal(info.videoInfo.Title, '标题')
  assert.deepEqual(JSON.parse(Buffer.from(info.userData, 'base64')), { Vod: { Title: '标题', UserData: { a: 1 } } })
})

for (const [title, paramData] of [
  ['half a surrogate pair', '{"Vod":{"Title":"\\ud83d"}}'],
  ['two hundred levels', `{"Vod":${'['.repeat(200)}${']'.repeat(200)}}`],
  ['huge and odd numbers', '{"Vod":{"CateId":1e999,"x":-0,"y":0.1e-7}}'],
  ['the same name twice', '{"Vod":{"Title":"a","Title":"b"}}'],
  ['white space and a line of its own', ' \n{"Vod":{}}\n'],
  ['every escape', '{"Vod":{"Title":"\\b\\f\\n\\r\\t\\/\\\\\\"\\u4e2d"}}'],
]) {
  row(`paramData that JSON.parse takes is taken: ${title}`, async (t) => {
    const up = t.make()
    up.go({ paramData })
    await up.wait('onUploadSucceed')
    assert.equal(Buffer.from(t.cloud.objects()[0].notification, 'base64').toString(), paramData)
  })
}
