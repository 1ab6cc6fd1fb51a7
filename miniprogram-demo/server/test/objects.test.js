// The rules of objects, parts and buckets.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { Crc64, combine } from '../cloud/crc64.js'
import { cloudFor, elements, newVideo, ossClient, refusalOf, send, sendSigned, signed } from './helpers.js'

const KB = 1024
const list = (...parts) => `<CompleteMultipartUpload>${parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join('')}</CompleteMultipartUpload>`

/** A cloud with an upload begun, and short ways to go on with it. */
async function begun(t, options) {
  const cloud = await cloudFor(t, options)
  const video = newVideo(cloud)
  const client = ossClient(cloud, video, { authorizationV4: true })
  const name = video.address.FileName
  const { uploadId } = await client.initMultipartUpload(name)
  return {
    cloud, video, client, name, uploadId,
    part: async (number, bytes) => (await client.uploadPart(name, uploadId, number, bytes, 0, bytes.length)).etag,
    complete: async (body, headers = {}) => {
      const answer = await sendSigned(cloud, video, { method: 'POST', query: { uploadId }, headers: { 'content-type': 'application/xml', ...headers }, body })
      return { answer, ...elements(answer) }
    },
  }
}

test('the checksum is that of the standard, and can be combined', () => {
  assert.equal(new Crc64().update(Buffer.from('123456789')).value(), 11051210869376104954n)
  assert.equal(new Crc64().value(), 0n)
  const whole = randomBytes(100_003)
  for (const cut of [0, 1, 7, 8, 65_537, 100_003]) {
    const [a, b] = [whole.subarray(0, cut), whole.subarray(cut)].map((bytes) => new Crc64().update(bytes).value())
    assert.equal(combine(a, b, whole.length - cut), new Crc64().update(whole.subarray(0, 13)).update(whole.subarray(13)).value())
  }
})

test('part numbers go from 1 to 10000', async (t) => {
  const { part } = await begun(t)
  for (const number of [0, 10_001, 'x']) {
    const error = await refusalOf(part(number, Buffer.from('a')))
    assert.deepEqual([error.status, error.code, error.ecCode], [400, 'InvalidArgument', '0017-00000220'])
  }
  await part(10_000, Buffer.from('a'))
})

test('a part sent again replaces the former one', async (t) => {
  const { part, client, name, uploadId, complete } = await begun(t)
  await part(1, Buffer.from('first'))
  const etag = await part(1, Buffer.from('second'))
  assert.equal((await client.listParts(name, uploadId)).parts.Size, '6')
  assert.equal((await complete(list([1, etag]))).answer.status, 200)
})

test('completing checks the list of parts', async (t) => {
  const { cloud, part, complete, uploadId } = await begun(t)
  const big = randomBytes(100 * KB)
  const [one, three] = [await part(1, big), await part(3, Buffer.from('tail'))]
  assert.equal((await complete('')).Code, 'MalformedXML')
  assert.equal((await complete(list([1, one]), { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })).Code, 'InvalidDigest')
  assert.equal((await complete('<CompleteMultipartUpload>')).Code, 'MalformedXML')
  assert.equal((await complete(list())).Code, 'MalformedXML')
  assert.equal((await complete(list([3, three], [1, one]))).Code, 'InvalidPartOrder')
  assert.equal((await complete(list([1, one], [1, one]))).Code, 'InvalidPartOrder')
  assert.equal((await complete(list([1, one], [2, three]))).Code, 'InvalidPart')
  const wrong = await complete(list([1, three]))
  assert.deepEqual([wrong.answer.status, wrong.Code, wrong.PartNumber, wrong.UploadId], [400, 'InvalidPart', '1', uploadId])
  assert.equal(cloud.uploads().length, 1)
  const done = await complete(list([1, one], [3, three.replaceAll('"', '&quot;')]))
  assert.equal(done.answer.status, 200)
  assert.match(done.ETag, /^(&quot;|")[0-9A-F]{32}-2(&quot;|")$/)
  assert.equal(done.answer.headers['x-oss-hash-crc64ecma'], new Crc64().update(big).update(Buffer.from('tail')).value().toString())
})

test('only the last part may be under 100 KB, and this is found out at the end', async (t) => {
  const { part, complete } = await begun(t)
  const etags = [await part(1, randomBytes(100 * KB - 1)), await part(2, Buffer.from('b'))]
  const refused = await complete(list([1, etags[0]], [2, etags[1]]))
  assert.deepEqual([refused.answer.status, refused.Code, refused.EC], [400, 'EntityTooSmall', '0042-00000213'])
  assert.equal((await complete(list([1, etags[0]]))).answer.status, 200)
})

test('x-oss-complete-all takes what is there', async (t) => {
  const { cloud, part, complete, name, video } = await begun(t)
  const big = randomBytes(100 * KB)
  await part(2, Buffer.from('b'))
  await part(1, big)
  assert.equal((await complete('<CompleteMultipartUpload/>', { 'x-oss-complete-all': 'yes' })).Code, 'InvalidArgument')
  assert.equal((await complete(undefined, { 'x-oss-complete-all': 'yes' })).answer.status, 200)
  assert.equal(await cloud.object(video.address.Bucket, name).sha256(), createHash('sha256').update(big).update('b').digest('hex'))
})

test('a completed or unknown upload is no more', async (t) => {
  const { part, complete, client, name, uploadId } = await begun(t)
  const etag = await part(1, Buffer.from('a'))
  await complete(list([1, etag]))
  const again = await complete(list([1, etag]))
  assert.deepEqual([again.answer.status, again.Code, again.EC, again.UploadId], [404, 'NoSuchUpload', '0042-00000203', uploadId])
  const works = [part(2, Buffer.from('b')), client.listParts(name, uploadId), client.abortMultipartUpload(name, uploadId), client.listParts(name, 'X')]
  for (const error of await Promise.all(works.map(refusalOf))) assert.equal(error.code, 'NoSuchUpload')
})

test('what nobody completes within a week is cleared away', async (t) => {
  let now = Date.now()
  const { client, name, uploadId, part, cloud } = await begun(t, { clock: () => now })
  await part(1, Buffer.from('a'))
  const renew = () => ({ auth: JSON.parse(Buffer.from(cloud.refreshVideo([...cloud.videos.keys()][0]).UploadAuth, 'base64')), address: { Bucket: client.options.bucket, FileName: name } })
  const look = async () => (await sendSigned(cloud, renew(), { query: { uploadId } })).status
  now += 6.9 * 86_400_000
  assert.equal(await look(), 200)
  now += 0.2 * 86_400_000
  assert.equal(await look(), 404)
  assert.deepEqual(cloud.uploads(), [])
})

test('parts are listed page by page', async (t) => {
  const { cloud, part, client, name, uploadId } = await begun(t)
  for (const number of [9, 2, 5]) await part(number, Buffer.from('a'))
  const first = await client.listParts(name, uploadId, { 'max-parts': 2, 'encoding-type': 'url' })
  assert.deepEqual([first.parts.map((one) => one.PartNumber), first.isTruncated, first.nextPartNumberMarker, first.name], [['2', '5'], 'true', '5', encodeURIComponent(name)])
  assert.deepEqual(first.parts[0].ETag, '"0CC175B9C0F1B6A831C399E269772661"')
  const second = await client.listParts(name, uploadId, { 'max-parts': 2, 'part-number-marker': 5 })
  assert.deepEqual([second.parts.PartNumber, second.isTruncated, second.maxParts], ['9', 'false', '2'])
  assert.deepEqual((await client.listParts(name, uploadId, { 'part-number-marker': 9 })).parts, [])
  for (const most of [0, 1001, 'x']) assert.equal((await refusalOf(client.listParts(name, uploadId, { 'max-parts': most }))).code, 'InvalidArgument')
  assert.equal(cloud.uploads()[0].parts.length, 3)
})

test('Content-MD5 must be one, and be right', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  const attempt = async (digest) => sendSigned(cloud, video, { method: 'PUT', body: 'hello', headers: { 'content-md5': digest } })
  assert.equal((await attempt(createHash('md5').update('hello').digest('base64'))).status, 200)
  for (const digest of ['abc', createHash('md5').update('other').digest('base64')]) {
    const answer = await attempt(digest)
    assert.deepEqual([answer.status, elements(answer).Code], [400, 'InvalidDigest'])
  }
})

test('keys have rules, and an object can be protected', async (t) => {
  const cloud = await cloudFor(t)
  const auth = cloud.accounts.longTerm()
  const address = { Bucket: cloud.bucketOf('cn-shanghai'), FileName: 'k.mp4' }
  const attempt = async (options) => {
    const answer = await sendSigned(cloud, { auth, address }, { method: 'PUT', body: 'a', ...options })
    return [answer.status, elements(answer).Code]
  }
  for (const key of ['/a', '\\a', 'é'.repeat(512)]) assert.deepEqual(await attempt({ key }), [400, 'InvalidObjectName'], key.slice(0, 5))
  for (const key of ['é'.repeat(511), '日落 #1+%41&?.mp4', "!'()*"]) assert.deepEqual(await attempt({ key }), [200, undefined], key)
  await attempt({})
  assert.deepEqual(await attempt({ headers: { 'x-oss-forbid-overwrite': 'true' } }), [409, 'FileAlreadyExists'])
  assert.deepEqual(await attempt({ method: 'PATCH' }), [405, 'MethodNotAllowed'])
  const host = `${address.Bucket}.oss-cn-shanghai.aliyuncs.com`
  assert.match(String((await send(cloud, { host, path: '/%E0%A4%A' })).body), /InvalidURI/)
})

test('a body without a length is refused', async (t) => {
  const cloud = await cloudFor(t)
  const video = newVideo(cloud)
  let head
  const { path, host, headers } = signed(cloud, newVideo(cloud), { method: 'PUT' })
  // Node's client always tells a length.
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(cloud.port, '127.0.0.1')
  socket.end(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1.1 411 [^]*<Code>MissingContentLength</)
})

test('buckets are found by name, region, accelerated endpoint and own domain', async (t) => {
  const cloud = await cloudFor(t)
  const auth = cloud.accounts.longTerm()
  cloud.createBucket('beijing-bucket', 'cn-beijing')
  cloud.bindCname('media.example.com', 'beijing-bucket')
  const attempt = async (host, Bucket = 'beijing-bucket', region = 'cn-beijing') => {
    const answer = await sendSigned(cloud, { auth, address: { Bucket, FileName: 'a b.mp4' } }, { method: 'PUT', body: 'a', host, region })
    return [answer.status, elements(answer).Code, elements(answer).Endpoint]
  }
  for (const host of ['beijing-bucket.oss-cn-beijing.aliyuncs.com', 'beijing-bucket.oss-cn-beijing-internal.aliyuncs.com', 'beijing-bucket.oss-accelerate.aliyuncs.com', 'media.example.com']) assert.deepEqual(await attempt(host), [200, undefined, undefined], host)
  assert.deepEqual(await attempt('beijing-bucket.oss-cn-shanghai.aliyuncs.com', 'beijing-bucket', 'cn-shanghai'), [403, 'AccessDenied', 'oss-cn-beijing.aliyuncs.com'])
  assert.deepEqual(await attempt('no-such.oss-cn-beijing.aliyuncs.com', 'no-such'), [404, 'NoSuchBucket', undefined])
  assert.deepEqual(await attempt('oss-cn-beijing.aliyuncs.com'), [403, 'SecondLevelDomainForbidden', undefined])
  assert.equal((await send(cloud, { host: 'nowhere.example.com' })).status, 421)
})

test('an object can be read, also in part', async (t) => {
  const cloud = await cloudFor(t)
  const auth = cloud.accounts.longTerm()
  const client = ossClient(cloud, { auth, address: { Bucket: cloud.bucketOf('cn-shanghai'), Endpoint: 'https://oss-cn-shanghai.aliyuncs.com' } })
  await client.put('a.txt', Buffer.from('0123456789'))
  assert.equal((await client.get('a.txt')).content.toString(), '0123456789')
  const part = await client.get('a.txt', { headers: { Range: 'bytes=2-4' } })
  assert.deepEqual([part.res.status, part.content.toString(), part.res.headers['content-range']], [206, '234', 'bytes 2-4/10'])
  assert.equal((await client.get('a.txt', { headers: { Range: 'bytes=-3' } })).content.toString(), '789')
  assert.equal((await refusalOf(client.get('a.txt', { headers: { Range: 'bytes=10-' } }))).status, 416)
  assert.equal((await refusalOf(client.get('b.txt'))).code, 'NoSuchKey')
  assert.equal((await refusalOf(client.head('b.txt'))).status, 404)
})

test('every response has the server\'s date and a request id', async (t) => {
  const now = Date.parse('2030-01-02T03:04:05Z')
  const cloud = await cloudFor(t, { clock: () => now })
  const video = newVideo(cloud)
  const answers = [
    await sendSigned(cloud, video, { method: 'PUT', body: 'a' }),
    await sendSigned(cloud, video, { method: 'HEAD' }),
    await sendSigned(cloud, video, { method: 'PUT', body: 'a', at: 0 }),
    await send(cloud, { host: 'vod.cn-shanghai.aliyuncs.com' }),
    await send(cloud, { host: 'app.example.com', path: '/healthz' }),
  ]
  for (const answer of answers) assert.equal(answer.headers.date, 'Wed, 02 Jan 2030 03:04:05 GMT')
  for (const answer of answers.slice(0, 3)) assert.match(answer.headers['x-oss-request-id'], /^[0-9A-F]{24}$/)
})
