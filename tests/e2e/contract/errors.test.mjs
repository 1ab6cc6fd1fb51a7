// Error codes (js-glue/README.md): each is caused in a real upload, with a message that says what to do and holds no secret.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const parts = { partSize: 100 * KB }

async function failure(t, options = {}, file = {}, flow = 'auth') {
  const up = t.make(options, flow)
  const url = up.go(file)
  const failed = await up.wait('onUploadFailed')
  const [, code, message] = failed.args
  assert.match(message, /^[^\n]{20,}$/, 'one sentence')
  assert.equal(failed.info.state, 'Failure')
  await up.end()
  return { up, url, code, message }
}

row('EmptyFile: no callback but the failure, and it is not queued', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const { up, code } = await failure(t, {}, { size: 0, bytes: Buffer.alloc(0) })
  assert.equal(code, 'EmptyFile')
  assert.deepEqual(up.named('onUploadstarted'), [])
})

row('FileNotFound', { personas: ['ios', 'android', 'old'] }, async (t) => {
  const { code, message } = await failure(t, {}, { url: `${t.phone.persona.fs.tmpPrefix}none.mp4` })
  assert.equal(code, 'FileNotFound')
  assert.match(message, /choose/)
})

row('FileNotFound in the middle of an upload', { personas: ['ios', 'old'] }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make(parts)
  const url = up.go({ size: 3 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  t.phone.disk.remove(url)
  assert.equal((await up.wait('onUploadFailed')).args[1], 'FileNotFound')
})

for (const [title, change, allow] of [
  ['other bytes', (t, url) => t.phone.disk.overwrite(url, { size: 3 * MB, seed: 99, mtime: 2_000_000_000 })],
  ['longer', (t, url) => t.phone.disk.overwrite(url, { size: 4 * MB, seed: 1, mtime: 2_000_000_000 })],
  ['shorter', (t, url) => t.phone.disk.truncate(url, MB), 'read-range'],
]) {
  row(`FileChanged: ${title}`, { allow: [allow] }, async (t) => {
    t.phone.setUplink(MB)
    const up = t.make(parts)
    const url = up.go({ size: 3 * MB })
    await up.wait('onUploadProgress', (one) => one.args[2] > 40)
    change(t, url)
    assert.equal((await up.wait('onUploadFailed')).args[1], 'FileChanged')
    await t.rest(10_000)
    assert.deepEqual(t.cloud.objects(), [])
  })
}

row('FileReadFailed', async (t) => {
  t.phone.faults.fs = (name) => {
    if (name !== 'readFile') return
    throw new (t.refusal())('readFile:fail system error')
  }
  const { code } = await failure(t)
  assert.equal(code, 'FileReadFailed')
})

row('FileReadFailed: a path the app may not read', async (t) => {
  t.phone.faults.fs = (name) => {
    throw new (t.refusal())(`${name}:fail permission denied, open wxfile://usr/x`, { errCode: 1300013 })
  }
  const { code } = await failure(t)
  assert.equal(code, 'FileReadFailed')
})

row('FileTooLarge: a part that the phone\'s bridge does not carry', { switches: { 'bridge.nativeBufferLimitBytes': 1024 * 1024 } }, async (t) => {
  const { code, message } = await failure(t, { partSize: 4 * MB }, { size: 9 * MB })
  assert.equal(code, 'FileTooLarge')
  assert.match(message, /partSize/)
})

row('InvalidUserId and InvalidOption are thrown, with one sentence', async (t) => {
  for (const [options, code] of [[{ userId: true }, 'InvalidUserId'], [{ userId: 1, transport: 'x' }, 'InvalidOption']]) {
    try {
      new t.package(t.inner(options))
      assert.fail('nothing thrown')
    } catch (error) {
      assert.equal(error.code, code)
      assert.match(error.message, /^[^\n]{20,}$/)
    }
  }
})

row('InvalidParamData, InvalidUploadAuth, InvalidUploadAddress, InvalidSTSToken', async (t) => {
  const seen = []
  const up = t.make({}, 'none', { onUploadFailed: (info, code, message) => void seen.push([code, message]) })
  up.add({ url: t.file() }, null, null, null, '{')
  await up.wait('onUploadFailed')
  for (const [seed, give] of [
    [2, (info) => up.call('setUploadAuthAndAddress', info, '', '', '')],
    [3, (info) => up.call('setUploadAuthAndAddress', info, t.permit(info).UploadAuth, '', '')],
    [4, (info) => up.call('setSTSToken', info, '', '', '')],
  ]) {
    const from = t.callbacks.length
    up.call('cleanList')
    up.go({ seed })
    give((await up.wait('onUploadstarted', undefined, { from })).live)
    await up.wait('onUploadFailed', undefined, { from })
  }
  assert.deepEqual(seen.map(([code]) => code), ['InvalidParamData', 'InvalidUploadAuth', 'InvalidUploadAddress', 'InvalidSTSToken'])
  for (const [, message] of seen) assert.match(message, /^[^\n]{20,}$/)
})

row('Canceled', async (t) => {
  const up = t.promise()
  const handle = up.call('upload', t.file())
  handle.cancel()
  const error = await handle.catch((caught) => caught)
  assert.equal(error.code, 'Canceled')
  assert.match(error.message, /^[^\n]{20,}$/)
})

row('DomainNotAllowed', { domains: { request: [], uploadFile: [] } }, async (t) => {
  const { code, message } = await failure(t)
  assert.equal(code, 'DomainNotAllowed')
  assert.match(message, /https:\/\/outin-[0-9a-f]+\.oss-cn-shanghai\.aliyuncs\.com/)
})

row('NetworkError: a connection that breaks again and again', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { dropAfterBytes: 10 } })
  assert.equal((await failure(t)).code, 'NetworkError')
})

row('NetworkError: no network for minutes', { personas: ['ios', 'android'] }, async (t) => {
  t.phone.setNetwork('none')
  const up = t.make()
  up.go()
  await t.rest(60_000)
  assert.deepEqual(up.states, ['Uploading'], 'it waits')
  await t.rest(15 * 60_000)
  const [failed] = up.named('onUploadFailed')
  assert.equal(failed?.args[1], 'NetworkError')
  t.phone.setNetwork('wifi')
  up.start()
  await up.wait('onUploadSucceed')
})

row('a network that comes back in time goes on by itself, and spends no retry', { personas: ['ios', 'android', 'old'] }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ ...parts, retryCount: 0 })
  up.go({ size: 2 * MB })
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  t.phone.setNetwork('none')
  await t.rest(100_000)
  assert.deepEqual(up.states, ['Uploading'])
  t.phone.setNetwork('4g')
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('InitiateMultipartUpload').length, 1)
})

row('RequestTimeout', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { stall: true } })
  assert.equal((await failure(t, { retryCount: 0 })).code, 'RequestTimeout')
})

row('IntegrityError', async (t) => {
  t.cloud.faults.add({ when: { op: 'UploadPart', partNumber: 2 }, times: Infinity, do: { corrupt: true } })
  const { code } = await failure(t, { ...parts, retryCount: 1 }, { size: 500 * KB })
  assert.equal(code, 'IntegrityError')
})

row('ClockSkew', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { status: 403, code: 'RequestTimeTooSkewed' } })
  const { code, message } = await failure(t)
  assert.equal(code, 'ClockSkew')
  assert.match(message, /time/)
})

for (const hours of [-1, 1, 30, -24 * 400]) {
  for (const flow of ['auth', 'sts']) {
    row(`${flow}: a clock ${hours} h off is put right without a word`, { switches: { wallClockSkewMs: hours * 3600_000 } }, async (t) => {
      const up = t.make(parts, flow)
      up.go({ size: 500 * KB })
      await up.wait('onUploadSucceed')
      assert.deepEqual(up.named('onUploadTokenExpired'), [])
    })
  }
}

row('WasmLoadFailed: every file that is started, and again with the next start', async (t) => {
  const up = t.make({ wasmPath: 'nowhere.wasm.br' })
  for (const seed of [1, 2]) up.add({ url: t.file({ seed }) })
  up.start()
  const end = await up.end()
  assert.deepEqual(up.named('onUploadFailed').map((one) => one.args[1]), ['WasmLoadFailed', 'WasmLoadFailed'])
  assert.equal(end.live, up.list[1])
  const from = t.callbacks.length
  up.start()
  await up.end({ from })
  assert.equal(up.named('onUploadFailed').length, 4)
})

row('InternalError: the file in upload fails, what is stored is kept, the others go on', { personas: ['ios', 'old'] }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make(parts)
  up.add({ url: t.file({ size: 2 * MB }) })
  up.add({ url: t.file({ size: 100 * KB, seed: 2 }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.args[2] > 50)
  // Whatever comes flying out of the module kills it.
  t.phone.eval('const now = Date.now; Date.now = () => { Date.now = now; throw new Error("unreachable") }')
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'InternalError')
  await up.end()
  assert.deepEqual(up.states, ['Failure', 'Success'])
  up.start()
  await up.wait('onUploadSucceed', (one) => one.live === up.list[0])
  assert.equal(t.asked('InitiateMultipartUpload', (one) => one.key === up.list[0].object).length, 1, 'it began anew')
})

for (const [status, code] of [[403, 'AccessDenied'], [404, 'NoSuchBucket'], [400, 'InvalidArgument'], [409, 'FileAlreadyExists'], [400, 'EntityTooLarge'], [403, 'UserDisable']]) {
  row(`OSS's own ${code} passes through, with its words`, async (t) => {
    t.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, times: Infinity, do: { status, code, message: `This is ${code}, says OSS.` } })
    const { code: received, message } = await failure(t, parts, { size: 500 * KB })
    assert.deepEqual([received, message], [code, `This is ${code}, says OSS.`])
    // An object that is there already is to be replaced: the second request allows it. The other errors would come again.
    assert.equal(t.asked('InitiateMultipartUpload').length, code === 'FileAlreadyExists' ? 2 : 1)
  })
}

row('SignatureDoesNotMatch, whose document holds the string that was signed, shows no secret', async (t) => {
  const up = t.make(parts, 'none', {
    onUploadstarted(info) {
      const permit = t.permit(info)
      const auth = JSON.parse(Buffer.from(permit.UploadAuth, 'base64'))
      up.give(info, { ...permit, UploadAuth: Buffer.from(JSON.stringify({ ...auth, AccessKeySecret: `${auth.AccessKeySecret}x` })).toString('base64') })
    },
  }, { without: ['onUploadTokenExpired'] })
  up.go({ size: 500 * KB })
  assert.equal((await up.wait('onUploadFailed')).args[1], 'SignatureDoesNotMatch')
})

row('a failure of wx.request that quotes the security token reveals no secret', async (t) => {
  const up = t.make({ retryCount: 0 })
  const wx = t.phone.eval('return wx')
  const { request } = wx
  const quoted = []
  wx.request = (options) => {
    const token = options.header['x-oss-security-token']
    if (!token) return request(options)
    quoted.push(token)
    Promise.resolve().then(() => options.fail({ errMsg: `request:fail '${token}' is not a valid HTTP header field value` }))
    return { abort() {} }
  }
  up.go({ size: 300 * KB })
  const message = (await up.wait('onUploadFailed')).args[2]
  assert.match(message, /is not a valid HTTP header field value/)
  assert.ok(quoted.length > 0 && !message.includes(quoted[0].slice(0, 30)), message)
})

row('an ETag that is no MD5 goes back as it came, and breaks nothing', async (t) => {
  const real = new Map()
  const request = t.phone.wx.request
  t.phone.wx.request = (options) => {
    const number = options.method === 'PUT' && /partNumber=(\d+)/.exec(options.url)?.[1]
    const { success, data } = options
    if (number) {
      options.success = (result) => {
        const name = Object.keys(result.header).find((one) => /^etag$/i.test(one))
        real.set(number, result.header[name])
        result.header[name] = `"part-${number}"`
        success(result)
      }
    }
    // OSS knows its own ETags only.
    if (/uploadId=/.test(options.url) && options.method === 'POST') options.data = data.replace(/(?:"|&quot;)part-(\d+)(?:"|&quot;)/g, (_, one) => real.get(one))
    return request(options)
  }
  const up = t.make(parts)
  up.go({ size: 500 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(real.size, 5)
})
