// What goes wrong on demand.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Crc64 } from '../cloud/crc64.js'
import { Link, RateLimiter } from '../cloud/link.js'
import { cloudFor, elements, newVideo, ossClient, refusalOf, rpcClient, send, sendForm, sendSigned } from './helpers.js'

const BIG = 512 * 1024

async function prepared(t, options) {
  const cloud = await cloudFor(t, options)
  const video = newVideo(cloud)
  const put = (body = 'hello') => sendSigned(cloud, video, { method: 'PUT', body })
  return { cloud, video, put, stored: () => cloud.object(video.address.Bucket, video.address.FileName) }
}

test('a fault strikes the requests it names, as often as it says', async (t) => {
  const { cloud, video } = await prepared(t)
  const client = ossClient(cloud, video)
  const name = video.address.FileName
  const { uploadId } = await client.initMultipartUpload(name)
  const part = (number) => client.uploadPart(name, uploadId, number, Buffer.from('a'), 0, 1)
  const second = cloud.faults.add({ when: { op: 'UploadPart', partNumber: 2 }, do: { status: 503, code: 'ServiceUnavailable' } })
  await part(1)
  const error = await refusalOf(part(2))
  assert.deepEqual([error.status, error.code], [503, 'ServiceUnavailable'])
  await part(2)
  assert.equal(second.hits, 1)
  const third = cloud.faults.add({ when: { op: 'UploadPart', nth: [2, 3] }, do: { status: 500 } })
  await part(3)
  await refusalOf(part(3))
  await refusalOf(part(3))
  await part(3)
  assert.equal(third.hits, 2)
  cloud.faults.add({ when: { host: /^outin-/ }, times: Infinity, do: { status: 500 } })
  await refusalOf(part(4))
  await refusalOf(part(4))
  cloud.faults.clear()
  await part(4)
})

test('a refusal has the form of the service, or is a page of a proxy', async (t) => {
  const { cloud, put, stored } = await prepared(t)
  cloud.faults.add({ do: { status: 403, code: 'AccessDenied', message: 'You are denied by bucket referer policy.' } })
  const refused = await put()
  assert.deepEqual([elements(refused).Code, elements(refused).Message], ['AccessDenied', 'You are denied by bucket referer policy.'])
  cloud.faults.add({ do: { status: 502, html: true } })
  const page = await put()
  assert.deepEqual([page.status, page.headers['content-type'], page.headers['x-oss-request-id']], [502, 'text/html', undefined])
  assert.equal(stored(), undefined)
  cloud.faults.add({ do: { status: 203, code: 'CallbackFailed', processed: true } })
  assert.equal((await put()).status, 203)
  assert.equal(stored().size, 5)

  const call = rpcClient(cloud, cloud.accounts.longTerm())
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { status: 400, code: 'Throttling.User' } })
  assert.equal((await refusalOf(call('CreateUploadVideo', { Title: 'a', FileName: 'a.mp4' }))).code, 'Throttling.User')
})

test('a connection breaks after so many bytes', async (t) => {
  const { cloud, video, put, stored } = await prepared(t)
  cloud.faults.add({ do: { dropAfterBytes: 200_001 } })
  assert.equal((await refusalOf(put(randomBytes(BIG)))).code, 'ECONNRESET')
  assert.deepEqual([cloud.requests[0].status, cloud.requests[0].bytesReceived], [0, 200_001])
  assert.equal(stored(), undefined)
  cloud.faults.add({ do: { dropAfterBytes: 0 } })
  assert.equal((await refusalOf(put())).code, 'ECONNRESET')
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { dropAfterBytes: 0 } })
  assert.equal((await refusalOf(rpcClient(cloud, cloud.accounts.longTerm())('CreateUploadVideo'))).code, 'ECONNRESET')
  cloud.faults.add({ when: { op: 'PostObject' }, do: { dropAfterBytes: 300_000 } })
  const { policy, OSSAccessKeyId, Signature } = ossClient(cloud, video).calculatePostSignature({ expiration: new Date(cloud.clock() + 60_000).toISOString(), conditions: [] })
  const fields = { key: video.address.FileName, policy, OSSAccessKeyId, Signature, 'x-oss-security-token': video.auth.SecurityToken }
  assert.equal((await refusalOf(sendForm(cloud, video.address.Bucket, fields, randomBytes(BIG)))).code, 'ECONNRESET')
  assert.equal(stored(), undefined)
})

test('an answer is lost, the work is done', async (t) => {
  const { cloud, put, stored } = await prepared(t)
  cloud.faults.add({ do: { dropAnswer: true } })
  assert.equal((await refusalOf(put())).code, 'ECONNRESET')
  assert.equal(stored().size, 5)
  cloud.faults.add({ when: { op: 'AppCreate' }, do: { dropAnswer: true } })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await refusalOf(send(cloud, { method: 'POST', host: 'app.example.com', path: '/vod/create', headers, body: '{"fileName":"a.mp4"}' }))).code, 'ECONNRESET')
  assert.equal(cloud.videos.size, 2)
})

test('a server that says nothing says nothing until it stops', async (t) => {
  const { cloud, put } = await prepared(t)
  let arrived
  const arrival = new Promise((resolve) => (arrived = resolve))
  cloud.faults.add({ do: { stall: true, call: arrived } })
  const silent = refusalOf(put())
  await arrival
  cloud.faults.add({ do: { stall: 30, afterBytes: 100_000 } })
  const start = performance.now()
  assert.equal((await put(randomBytes(BIG))).status, 200)
  assert.ok(performance.now() - start >= 29)
  await cloud.stop()
  assert.equal((await silent).code, 'ECONNRESET')
  cloud.stop = async () => {}
})

test('a request can be held back until the test lets it go', async (t) => {
  const { cloud, put } = await prepared(t)
  let release
  let arrived
  const arrival = new Promise((resolve) => (arrived = resolve))
  const gate = new Promise((resolve) => (release = resolve))
  cloud.faults.add({ do: { call: (entry) => (arrived(entry), gate) } })
  const answer = put()
  assert.equal((await arrival).op, 'PutObject')
  release()
  assert.equal((await answer).status, 200)
  cloud.faults.add({ do: { delay: 30 } })
  const start = performance.now()
  await put()
  assert.ok(performance.now() - start >= 29)
})

test('a byte arrives changed, and checksums tell', async (t) => {
  const { cloud, video, put, stored } = await prepared(t)
  const body = randomBytes(1000)
  cloud.faults.add({ do: { corrupt: true } })
  const answer = await put(body)
  assert.equal(answer.status, 200)
  assert.notEqual(answer.headers['x-oss-hash-crc64ecma'], new Crc64().update(body).value().toString())
  assert.equal(stored().size, 1000)
  cloud.faults.add({ do: { corrupt: true } })
  const error = await refusalOf(ossClient(cloud, video).put(video.address.FileName, body, { headers: { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }))
  assert.equal(error.code, 'InvalidDigest')
})

test('answers lie about ETag, checksum and time', async (t) => {
  const { cloud, put } = await prepared(t)
  const honest = (await put()).headers
  cloud.faults.add({ do: { wrongEtag: true, wrongCrc: true, headers: { Date: 'Thu, 01 Jan 1970 00:00:00 GMT' } } })
  const lies = (await put()).headers
  assert.notEqual(lies.etag, honest.etag)
  assert.notEqual(lies['x-oss-hash-crc64ecma'], honest['x-oss-hash-crc64ecma'])
  assert.equal(lies.date, 'Thu, 01 Jan 1970 00:00:00 GMT')
  cloud.faults.add({ do: { noEtag: true, headers: { 'x-oss-hash-crc64ecma': null } } })
  const silent = (await put()).headers
  assert.deepEqual([silent.etag, silent['x-oss-hash-crc64ecma']], [undefined, undefined])
})

test('a credential ends in the middle of its work', async (t) => {
  const { cloud, video, put } = await prepared(t)
  cloud.faults.add({ when: { nth: 2 }, do: { expireCredential: true } })
  assert.equal((await put()).status, 200)
  for (const _ of [1, 2]) assert.equal(elements(await put()).Code, 'SecurityTokenExpired')
  const renewed = cloud.refreshVideo(video.VideoId)
  const auth = JSON.parse(Buffer.from(renewed.UploadAuth, 'base64'))
  assert.equal((await sendSigned(cloud, { ...video, auth }, { method: 'PUT', body: 'a' })).status, 200)

  const sts = cloud.accounts.sts()
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { expireCredential: true } })
  assert.equal((await refusalOf(rpcClient(cloud, sts)('CreateUploadVideo', { Title: 'a', FileName: 'a.mp4' }))).code, 'InvalidSecurityToken.Expired')
})

test('on a link with a speed connections take turns of 16 KB', () => {
  const link = new Link()
  const lengths = () => link.turns(Buffer.alloc(40_000)).map((turn) => turn.length)
  assert.deepEqual(lengths(), [40_000])
  for (const shape of [{ bytesPerSecond: 1 }, { perConnection: 1 }]) {
    link.shape(shape)
    assert.deepEqual(lengths(), [16_384, 16_384, 7232])
  }
})

test('requests and links have a speed', async (t) => {
  const { cloud, put } = await prepared(t)
  const took = async (work) => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }
  cloud.faults.add({ do: { throttle: BIG * 5 } })
  assert.ok((await took(() => put(randomBytes(BIG)))) >= 195)
  cloud.link({ bytesPerSecond: BIG * 10 })
  assert.ok((await took(() => Promise.all([put(randomBytes(BIG)), put(randomBytes(BIG))]))) >= 195)
  cloud.link({ perConnection: BIG * 5 })
  assert.ok((await took(() => put(randomBytes(BIG)))) >= 95)
  cloud.link({ rttMs: 20 })
  assert.ok((await took(() => put())) >= 59)
})

test('a connection to another host has its own handshake, over the same socket, too', async () => {
  const link = new Link()
  link.shape({ rttMs: 20 })
  const socket = {}
  const took = async (host) => {
    const start = performance.now()
    await link.open(socket, host, new AbortController().signal)
    return performance.now() - start
  }
  assert.ok((await took('a')) >= 39)
  assert.ok((await took('b')) >= 39)
  const over = link.open(socket, 'a', AbortSignal.abort())
  await assert.doesNotReject(over, 'nothing is waited for')
})

test('the way to the app server is as long as any other', async (t) => {
  const cloud = await cloudFor(t)
  cloud.link({ rttMs: 20 })
  const { status } = await send(cloud, { method: 'POST', host: 'app.example.com', path: '/vod/create', headers: { 'content-type': 'application/json' }, body: '{"fileName":"a.mp4"}' })
  assert.equal(status, 200)
})

test('bytes pass at a steady rate, and an idle line saves nothing up', () => {
  const limiter = new RateLimiter(1000)
  assert.deepEqual([limiter.reserve(500, 0), limiter.reserve(500, 0), limiter.reserve(500, 250)], [500, 1000, 1250])
  assert.equal(limiter.reserve(500, 9000), 500)
  assert.equal(limiter.reserve(500, 9510), 490, 'a timer that rang 10 ms late costs nothing')
  assert.equal(new RateLimiter(0).reserve(1e9, 0), 0)
})

test('faults meant for phones spare what the app server sends, unless it is named', async (t) => {
  const cloud = await cloudFor(t)
  const ask = () => send(cloud, { method: 'POST', host: 'app.example.com', path: '/vod/create', headers: { 'content-type': 'application/json' }, body: '{"fileName":"a.mp4"}' })
  cloud.faults.add({ when: { op: 'CreateUploadVideo' }, times: Infinity, do: { status: 503, code: 'AddVideoFailed' } })
  assert.equal((await ask()).status, 200)
  cloud.faults.add({ when: { op: 'CreateUploadVideo', via: 'app' }, do: { status: 503, code: 'AddVideoFailed' } })
  const failed = await ask()
  assert.deepEqual([failed.status, JSON.parse(failed.body).code], [503, 'AddVideoFailed'])
  cloud.faults.add({ when: { op: 'AppCreate' }, do: { status: 500, code: 'Oops', message: 'no' } })
  assert.deepEqual(JSON.parse((await ask()).body), { code: 'Oops', message: 'no' })
  assert.deepEqual(cloud.requests.map(({ op, via }) => [op, via]).slice(0, 2), [['AppCreate', undefined], ['CreateUploadVideo', 'app']])
})
