// The option transport (js-glue/README.md, "Domain lists"): one wx.uploadFile POST, chosen by the app or by the domain lists.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const lists = { domains: { request: [], uploadFile: [] } }
const bucketHost = (t) => `${t.cloud.bucketOf('cn-shanghai')}.oss-cn-shanghai.aliyuncs.com`
const warnings = (up) => up.named('log').filter((one) => one.args[0] === 'warn').map((one) => JSON.stringify(one.args[1]))

for (const signature of ['v4', 'v1']) {
  for (const flow of ['auth', 'sts', 'getAuth']) {
    row(`uploadFile, ${signature}, ${flow}: one PostObject, which the cloud verifies`, { personas: ['ios', 'old'] }, async (t) => {
      const up = t.make({ transport: 'uploadFile', signature }, flow)
      const path = up.go({ size: 2 * MB, name: 'film.mp4', paramData: '{"Vod":{"Title":"中文"}}' })
      await up.wait('onUploadSucceed')
      // These phones give the app no headers of a form's answer: the object is looked at for its CRC64.
      assert.deepEqual(t.cloud.requests.filter((one) => one.host === bucketHost(t)).map((one) => one.op), ['PostObject', 'HeadObject'])
      const [object] = t.cloud.objects()
      assert.equal(await object.sha256(), await t.phone.disk.sha256(path))
      assert.equal(object.contentType, 'video/mp4')
      assert.equal(Buffer.from(object.notification, 'base64').toString(), '{"Vod":{"Title":"中文"}}')
    })
  }
}

row('uploadFile: a picture, and a name with everything in it', async (t) => {
  const up = t.make({ transport: 'uploadFile' })
  up.go({ name: '照片 +&%.png' })
  await up.wait('onUploadSucceed')
  assert.equal(t.cloud.objects()[0].contentType, 'image/png')
  assert.ok(up.list[0].imageUrl)
})

row('uploadFile: real progress, never backwards, 100 only when OSS has answered', async (t) => {
  t.phone.setUplink(MB)
  let answered
  t.cloud.faults.add({ when: { op: 'PostObject' }, do: {} })
  const up = t.make({ transport: 'uploadFile' }, 'auth', { onUploadSucceed: () => (answered = up.named('onUploadProgress').length) })
  up.go({ size: 3 * MB })
  await up.wait('onUploadSucceed')
  const percents = up.named('onUploadProgress').map((one) => one.args[2])
  assert.ok(percents.length > 10)
  assert.ok(percents.filter((one) => one > 20 && one < 80).length > 3, `${percents}`)
  assert.equal(percents.filter((one) => one === 100).length, 1)
  assert.ok(answered)
})

for (const [status, code] of [[403, 'AccessDenied'], [403, 'InvalidAccessKeyId.Inactive'], [400, 'EntityTooLarge'], [404, 'NoSuchBucket']]) {
  row(`uploadFile: ${status} ${code} is a failure with the server's code, not a success`, async (t) => {
    t.cloud.faults.add({ when: { op: 'PostObject' }, times: Infinity, do: { status, code } })
    const up = t.make({ transport: 'uploadFile' })
    up.go()
    assert.equal((await up.wait('onUploadFailed')).args[1], code)
    await up.end()
  })
}

row('uploadFile: 503 and lost connections are tried again', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject', nth: 1 }, do: { status: 503, code: 'ServiceUnavailable' } })
  t.cloud.faults.add({ when: { op: 'PostObject', nth: 2 }, do: { dropAfterBytes: 1000 } })
  t.cloud.faults.add({ when: { op: 'PostObject', nth: 3 }, do: { dropAnswer: true } })
  const up = t.make({ transport: 'uploadFile' })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PostObject').length, 4)
})

row('uploadFile: a page of the network instead of OSS is no success', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject' }, times: Infinity, do: { status: 200, html: true } })
  const up = t.make({ transport: 'uploadFile', retryCount: 1 })
  up.go()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'NetworkError')
})

row('uploadFile: an expired credential is reported, and the file sent again', async (t) => {
  t.cloud.faults.add({ when: { op: 'PostObject' }, do: { expireCredential: true } })
  const up = t.make({ transport: 'uploadFile' })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(up.named('onUploadTokenExpired').length, 1)
})

for (const [act, state] of [['stopUpload', 'Stoped'], ['cancelFile', 'Canceled']]) {
  row(`uploadFile: ${act} aborts the POST`, async (t) => {
    t.phone.setUplink(MB)
    const up = t.make({ transport: 'uploadFile' })
    up.go({ size: 3 * MB })
    await up.wait('onUploadProgress', (one) => one.args[2] > 20)
    up.call(act, 0)
    assert.deepEqual(up.states, [state])
    const from = t.callbacks.length
    await t.rest(30_000)
    assert.equal(t.phone.pending, 0)
    assert.deepEqual(t.cloud.objects(), [])
    assert.deepEqual(t.named('onUploadProgress', from), [])
    if (state === 'Canceled') return
    up.start()
    await up.wait('onUploadSucceed')
  })
}

for (const hours of [-30, -1, 1, 30]) {
  for (const signature of ['v4', 'v1']) {
    row(`uploadFile, ${signature}, with the phone's clock ${hours} h off`, { switches: { wallClockSkewMs: hours * 3600_000 } }, async (t) => {
      tellHeaders(t)
      const up = t.make({ transport: 'uploadFile', signature })
      up.go()
      await up.wait('onUploadSucceed')
    })
  }
}

for (const signature of ['v4', 'v1']) {
  row(`uploadFile, ${signature}, with a slow clock on a phone that shows no headers`, { switches: { wallClockSkewMs: -2 * 3600_000 } }, async (t) => {
    const up = t.make({ transport: 'uploadFile', signature })
    up.go()
    await up.wait('onUploadSucceed')
    assert.equal(t.asked('PostObject').length, 1)
  })
}

/** The answer's header comes by an event of its own, before the answer, as on phones. */
function tellHeaders(t) {
  const upload = t.phone.wx.uploadFile
  t.phone.wx.uploadFile = (options) => {
    let listener = () => {}
    const { success } = options
    options.success = (result) => {
      listener(t.inner({ header: { Date: new Date(t.clock.now()).toUTCString(), 'x-oss-request-id': t.cloud.requests.at(-1).requestId } }))
      success(result)
    }
    const task = upload(options)
    task.onHeadersReceived = (given) => (listener = given)
    return task
  }
}

row('uploadFile: more than 5 GB is FileTooLarge, and says what to do', async (t) => {
  const size = 6 * 1024 ** 3
  const files = t.phone.wx.getFileSystemManager()
  const later = (task) => void t.phone.world.post(task)
  const real = files.stat
  files.stat = (options) => (options.path.includes('huge') ? later(() => options.success(Object.assign(t.inner({}), { stats: t.inner({ size, lastModifiedTime: 1, mode: 33188 }), errMsg: 'stat:ok' }))) : real(options))
  files.readFile = (options) => later(() => options.success(Object.assign(t.inner({}), { data: t.phone.world.buffer(options.length), errMsg: 'readFile:ok' })))
  const up = t.make({ transport: 'uploadFile' })
  up.go({ url: 'wxfile://huge.mp4' })
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'FileTooLarge')
  assert.match(failed.args[2], /request/)
  assert.equal(t.asked('PostObject').length, 0)
})

// ---- by the lists

row('auto, the host on the uploadFile list only: one POST, and a warning that says what to add', { ...lists, personas: ['ios', 'android', 'old', 'devtools'] }, async (t) => {
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make({ transport: 'auto' })
  const path = up.go({ size: 2 * MB })
  await up.wait('onUploadSucceed')
  // DevTools may be set not to look at the lists.
  if (!t.phone.persona.net.enforceDomainList) return
  assert.equal(t.asked('PostObject').length, 1)
  assert.equal(t.asked('UploadPart').length, 0)
  assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
  assert.ok(warnings(up).some((text) => text.includes(bucketHost(t)) && /request/.test(text)), warnings(up).join())
})

row('auto: the warning comes once, not with every file', lists, async (t) => {
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make()
  for (const seed of [1, 2, 3]) up.add({ url: t.file({ seed }) })
  up.start()
  await up.end()
  assert.equal(t.asked('PostObject').length, 3)
  assert.equal(warnings(up).filter((text) => text.includes(bucketHost(t))).length, 1)
})

row('auto with signature v1', lists, async (t) => {
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make({ signature: 'v1' })
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PostObject').length, 1)
})

row('auto in the STS flow: VOD by request, the bucket by uploadFile', lists, async (t) => {
  t.domains.request.push('https://vod.cn-shanghai.aliyuncs.com')
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make({}, 'sts')
  up.go()
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PostObject').length, 1)
})

row('auto, the host on both lists: parts, no warning', lists, async (t) => {
  t.domains.request.push(`https://${bucketHost(t)}`)
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('PostObject').length, 0)
  assert.deepEqual(warnings(up), [])
})

for (const [transport, list] of [['auto', 'request'], ['request', 'request'], ['uploadFile', 'uploadFile']]) {
  row(`${transport}, the host on no list: DomainNotAllowed names the host and the ${list} list`, { ...lists, personas: ['ios', 'android', 'old'] }, async (t) => {
    const up = t.make({ transport })
    up.go()
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], 'DomainNotAllowed')
    assert.ok(failed.args[2].includes(bucketHost(t)), failed.args[2])
    assert.match(failed.args[2], new RegExp(`${list} domain list`))
    await up.end()
  })
}

row('request, the host on the uploadFile list only: DomainNotAllowed', lists, async (t) => {
  t.domains.uploadFile.push(`https://${bucketHost(t)}`)
  const up = t.make({ transport: 'request' })
  up.go()
  assert.equal((await up.wait('onUploadFailed')).args[1], 'DomainNotAllowed')
})

row('uploadFile, the host on the request list only: DomainNotAllowed', lists, async (t) => {
  t.domains.request.push(`https://${bucketHost(t)}`)
  const up = t.make({ transport: 'uploadFile' })
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'DomainNotAllowed')
  assert.match(failed.args[2], /uploadFile/)
})

row('the VOD API on no list: DomainNotAllowed names it', lists, async (t) => {
  const up = t.make({ region: 'cn-beijing' }, 'sts')
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'DomainNotAllowed')
  assert.match(failed.args[2], /vod\.cn-beijing\.aliyuncs\.com/)
  assert.match(failed.args[2], /request/)
})

row('a host that was added meanwhile is found by the next start', lists, async (t) => {
  const up = t.make()
  up.go()
  await up.wait('onUploadFailed')
  t.domains.request.push(`https://${bucketHost(t)}`)
  up.start()
  await up.wait('onUploadSucceed')
})
