// Clients that leave something out: a header, a digest, a slice, an answer's form.
import assert from 'node:assert/strict'
import { Refusal } from './phone/index.mjs'
import { MB, begin, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const options = { partSize: 512 * 1024 }

for (const names of [['date', 'server', 'connection'], ['content-type', 'content-length'], ['date', 'x-oss-server-time']]) {
  scenario(`the client hides ${names.join(', ')}`, { switches: { 'net.dropResponseHeaders': names } }, async (session) => {
    const path = begin(session, { options })
    await succeed(session, path)
  })
}

const checksumHidden = { switches: { 'net.dropResponseHeaders': ['x-oss-hash-crc64ecma'] } }

scenario('the client hides the CRC64: nothing shows that the object is the file, so that is no success', checksumHidden, async (session) => {
  begin(session, { options })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'IntegrityError')
  assert.match(failed.message, /integrity/)
  await session.wait('end')
  checkManners(session)
})

scenario("the client hides the CRC64, with integrity: 'off'", checksumHidden, async (session) => {
  const path = begin(session, { options: { ...options, integrity: 'off' } })
  await succeed(session, path)
})

// Without the request id an answer looks like one of a hotel's login page.
for (const names of [['etag'], ['x-oss-request-id'], ['etag', 'x-oss-request-id', 'x-oss-hash-crc64ecma']]) {
  scenario(`the client hides ${names.join(', ')}: one clear end, no crash`, { switches: { 'net.dropResponseHeaders': names } }, async (session) => {
    begin(session, { options })
    const end = await session.wait(['succeed', 'failed'])
    await session.wait('end')
    if (end.name === 'failed') assert.ok(end.code && end.message)
    checkManners(session)
  })
}

scenario('getFileInfo can not be had', {}, async (session) => {
  session.phone.faults.fs = (name) => {
    if (name === 'getFileInfo') throw new Refusal('getFileInfo:fail system error', { errCode: 1300201 })
  }
  const path = begin(session, { options })
  await succeed(session, path)
})

scenario('permission denied', {}, async (session) => {
  session.phone.faults.fs = (name) => {
    if (name === 'stat' || name === 'readFile' || name === 'open' || name === 'getFileInfo') throw new Refusal(`${name}:fail permission denied, open "x"`, { errCode: 1300013 })
  }
  begin(session, { options })
  const failed = await session.wait('failed')
  assert.ok(['FileReadFailed', 'FileNotFound'].includes(failed.code), failed.code)
  await session.wait('end')
  checkManners(session)
})

scenario('slices of a file over 100 MB are refused: it says so, or reads otherwise', { personas: ['ios'], switches: { 'fs.maxFileSizeForSliceRead': 104857600 } }, async (session) => {
  const path = session.phone.disk.addTemp({ size: 1 })
  session.phone.disk.truncate(path, 104857601)
  begin(session, { path })
  const end = await session.wait(['succeed', 'failed'])
  await session.wait('end')
  if (end.name === 'failed') assert.ok(['FileTooLarge', 'FileReadFailed'].includes(end.code), `${end.code}: ${end.message}`)
  checkManners(session)
})

scenario('a body too large for the bridge', { personas: ['ios', 'android'] }, async (session) => {
  session.phone.persona.bridge.nativeBufferLimitBytes = 300000
  const path = begin(session, { size: 2 * MB })
  const end = await session.wait(['succeed', 'failed'])
  await session.wait('end')
  if (end.name === 'failed') assert.ok(['FileTooLarge', 'FileReadFailed'].includes(end.code), `${end.code}: ${end.message}`)
  else assert.ok(requestsOf(session, 'CompleteMultipartUpload').length >= 1, path)
  checkManners(session)
})

scenario('a device that can hardly hold anything in memory', {}, async (session) => {
  const path = begin(session, { size: 12 * MB })
  for (let i = 0; i < 5; i++) session.phone.memoryWarning(15)
  await succeed(session, path, { held: 16 * MB })
})

scenario('uploadFile: 20 s away, then once more', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size: 3 * MB, options: { transport: 'uploadFile' } })
  await session.clock.sleep(1500)
  session.phone.hide()
  await session.clock.advance(20000)
  session.phone.show()
  await succeed(session, path)
})

scenario('uploadFile: the connection breaks', {}, async (session) => {
  const rule = session.cloud.faults.add({ when: { op: 'PostObject' }, do: { dropAnswer: true } })
  const path = begin(session, { size: MB, options: { transport: 'uploadFile' } })
  await succeed(session, path)
  assert.equal(rule.hits, 1)
})

scenario('uploadFile: progress within the file, 100 only after the answer', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size: 3 * MB, options: { transport: 'uploadFile' } })
  await succeed(session, path)
  const between = session.named('progress').filter(({ percent }) => percent > 0 && percent < 100)
  assert.ok(between.length >= 3, `${between.length} steps`)
})

scenario('every request says what it carries, and asks for text', {}, async (session) => {
  const seen = []
  const { request } = session.phone.wx
  session.phone.wx.request = (given) => {
    seen.push({ url: given.url, type: Object.keys(given.header ?? {}).some((name) => name.toLowerCase() === 'content-type'), dataType: given.dataType })
    return request(given)
  }
  const path = begin(session, { options, flow: 'sts' })
  await succeed(session, path)
  const oss = seen.filter(({ url }) => /\.aliyuncs\.com/.test(url))
  assert.ok(oss.length >= 5)
  for (const { url, type, dataType } of oss) {
    assert.ok(type, `no content-type: ${url}`)
    assert.ok(dataType !== undefined && dataType !== 'json', `an answer may be parsed as JSON: ${url}`)
  }
})
