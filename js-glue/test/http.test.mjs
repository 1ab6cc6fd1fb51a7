import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part, settled } from './support/package.mjs'

const http = await part('src/wx/http.ts')

/** A wx that keeps the calls for the test to answer. */
function fresh(extra = {}) {
  const sent = []
  const call = (options) => {
    sent.push(options)
    return { abort: () => (options.aborted = true) }
  }
  const wx = { request: call, uploadFile: call, ...extra }
  return { sent, ...http({ wx }) }
}

const ok = (data = '', header = {}, statusCode = 200) => ({ statusCode, data, header, errMsg: 'request:ok' })
const put = (h, n) => Array.from({ length: n }, (_, i) => h.request(() => {}, 'PUT', `https://h/${i}`, '', '', 1000))

test('a request as WeChat wants it, and its answer in one shape', async () => {
  const h = fresh()
  const body = new ArrayBuffer(4)
  const { _answer } = h.request(() => {}, 'PUT', 'https://h/o', 'Content-Type: video/mp4\nx-oss-date: 2026: odd\n', body, 5000)
  const { success, fail, ...options } = h.sent[0]
  assert.deepEqual(options, {
    url: 'https://h/o',
    method: 'PUT',
    header: { 'Content-Type': 'video/mp4', 'x-oss-date': '2026: odd' },
    data: body,
    dataType: 'text',
    responseType: 'text',
    redirect: 'manual',
    timeout: 5000,
  })
  assert.equal(options.data, body)
  success(ok('<x/>', { ETag: '"A"', 'X-Oss-Request-Id': 'R', 'Set-Cookie': ['a', 'b'], Odd: 'two\nlines' }))
  assert.deepEqual(await _answer, { status: 200, headers: 'etag: "A"\nx-oss-request-id: R\nset-cookie: a,b\nodd: two lines\n', body: '<x/>', failure: '', detail: '' })
})

test('a view is sent as the exact bytes it shows', () => {
  const h = fresh()
  h.request(() => {}, 'PUT', 'https://h/', '', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), 1)
  assert.ok(h.sent[0].data instanceof ArrayBuffer)
  assert.deepEqual([...new Uint8Array(h.sent[0].data)], [2, 3])
  h.request(() => {}, 'POST', 'https://h/', '', undefined, 1)
  assert.equal(h.sent[1].data, '')
})

test('whatever stands for an empty or unexpected body becomes text', async () => {
  const bodies = [
    ['', ''], [undefined, ''], [null, ''], [new ArrayBuffer(0), ''], [new TextEncoder().encode('é<a>').buffer, 'é<a>'], [{ Code: 'X' }, '{"Code":"X"}'], [123, '123'], [true, 'true'],
  ]
  for (const [data, text] of bodies) {
    const h = fresh()
    const { _answer } = h.request(() => {}, 'DELETE', 'https://h/', '', '', 1)
    h.sent[0].success({ statusCode: '204', data })
    assert.deepEqual(await _answer, { status: 204, headers: '', body: text, failure: '', detail: '' })
  }
})

test('success without a status is a failure', async () => {
  for (const result of [undefined, {}, { statusCode: 0 }]) {
    const h = fresh()
    const { _answer } = h.request(() => {}, 'GET', 'https://h/', '', '', 1)
    h.sent[0].success(result)
    assert.equal((await _answer).failure, 'network')
  }
})

test('a missing or throwing wx.request is a failure', async () => {
  for (const request of [undefined, () => { throw new Error('boom') }]) {
    const answer = await fresh({ request }).request('GET', 'https://h/', '', '', 1)._answer
    assert.equal(answer.status, 0)
    assert.equal(answer.failure, 'network')
    assert.ok(answer.detail)
  }
})

test('eight at a time, in order, requests and form posts together', async () => {
  const h = fresh()
  const tickets = put(h, 7)
  h.upload(() => {}, 'https://h/form', 'wxfile://a', 'key: k\n', 1)
  const late = put(h, 4)
  assert.equal(h.sent.length, 8)
  h.sent[3].success(ok())
  h.sent[5].fail({ errMsg: 'request:fail timeout' })
  await settled()
  assert.equal(h.sent.length, 10)
  assert.deepEqual(h.sent.slice(8).map((o) => o.url), ['https://h/0', 'https://h/1'])
  assert.equal((await tickets[5]._answer).failure, 'timeout')
  late[3]._abort()
  for (const options of h.sent) if (!options.done) options.success(ok())
  await settled()
  assert.equal(h.sent.length, 11)
})

test('a request that finds no slot says so, and says when it begins', async () => {
  const h = fresh()
  put(h, 8)
  const told = []
  const ticket = h.request((sent) => told.push(sent), 'PUT', 'https://h/late', '', '', 1000)
  assert.deepEqual(told, [-1])
  h.sent[0].success(ok())
  await settled()
  assert.deepEqual(told, [-1, 0])
  h.sent[8].success(ok())
  await ticket._answer
  h.request((sent) => told.push(sent), 'PUT', 'https://h/at-once', '', '', 1000)
  assert.deepEqual(told, [-1, 0], 'one that begins at once has nothing to say')
})

test('a request given up as it hears that it begins is not sent, and takes no place', async () => {
  const h = fresh()
  put(h, 8)
  const ticket = h.request((sent) => sent === 0 && ticket._abort(), 'PUT', 'https://h/late', '', '', 1000)
  h.sent[0].success(ok())
  assert.equal((await ticket._answer).failure, 'abort')
  put(h, 2)
  await settled()
  assert.deepEqual(h.sent.slice(8).map((o) => o.url), ['https://h/0'])
})

test('eight that throw do not take their places for ever', async () => {
  let throwing = true
  const h = fresh({ request: (o) => { if (throwing) throw new Error('no'); h.sent.push(o) } })
  await Promise.all(put(h, 20).map((t) => t._answer))
  throwing = false
  put(h, 9)
  await settled()
  assert.equal(h.sent.length, 8)
})

test('abort under way: answered at once, the task aborted, late callbacks ignored', async () => {
  const h = fresh()
  const [ticket] = put(h, 1)
  ticket._abort()
  ticket._abort()
  assert.equal((await ticket._answer).failure, 'abort')
  assert.equal(h.sent[0].aborted, true)
  h.sent[0].success(ok('late'))
  h.sent[0].fail({ errMsg: 'request:fail abort' })
  await settled()
  assert.equal((await ticket._answer).failure, 'abort')
  put(h, 9)
  await settled()
  assert.equal(h.sent.length, 1 + 8, 'its place was given back once')
})

test('abort in the queue: never sent; aborting many starts none of them in between', async () => {
  const h = fresh()
  const tickets = put(h, 12)
  for (const ticket of tickets) ticket._abort()
  const answers = await Promise.all(tickets.map((t) => t._answer))
  assert.ok(answers.every((a) => a.failure === 'abort'))
  await settled()
  assert.equal(h.sent.length, 8)
})

test('an abort nobody here asked for is a lost connection', async () => {
  const h = fresh()
  const [ticket] = put(h, 1)
  h.sent[0].fail({ errMsg: 'request:fail abort', errno: 600004 })
  assert.equal((await ticket._answer).failure, 'network')
})

test('a lost request where the phone says nothing of the network', async () => {
  for (const getNetworkType of [({ fail }) => fail({}), () => { throw new Error('not here') }, undefined]) {
    const h = fresh({ getNetworkType })
    const [ticket] = put(h, 1)
    h.sent[0].fail({ errMsg: 'request:fail' })
    assert.equal((await ticket._answer).failure, 'network')
  }
})

test('a host whose request returns no task can be aborted all the same', async () => {
  const h = fresh({ request: () => Promise.resolve() })
  const [ticket] = put(h, 1)
  ticket._abort()
  assert.equal((await ticket._answer).failure, 'abort')
})

test('a form post: fields, progress, and headers from where this client has them', async () => {
  const heard = {}
  const progress = []
  let options
  const h = fresh({
    uploadFile(o) {
      options = o
      return { onProgressUpdate: (l) => (heard.progress = l), onHeadersReceived: (l) => (heard.headers = l), abort() {} }
    },
  })
  const { _answer } = h.upload((sent) => progress.push(sent), 'https://h/', 'wxfile://tmp_a.mp4', 'key: a/b.mp4\npolicy: e30=\n', 9000)
  assert.equal(options.filePath, 'wxfile://tmp_a.mp4')
  assert.equal(options.name, 'file')
  assert.equal(options.timeout, 9000)
  assert.deepEqual(options.formData, { key: 'a/b.mp4', policy: 'e30=' })
  heard.progress({ progress: 50, totalBytesSent: 512, totalBytesExpectedToSend: 1024 })
  heard.headers({ header: { Etag: '"E"' } })
  options.success({ statusCode: 200, data: '' })
  assert.deepEqual(progress, [512])
  assert.equal((await _answer).headers, 'etag: "E"\n')
})

test('a form post on a client without task or events', async () => {
  let options
  const h = fresh({ uploadFile: (o) => void (options = o) })
  const { _answer } = h.upload(() => {}, 'https://h/', 'wxfile://a', '', 1)
  options.fail({ errMsg: 'uploadFile:fail url not in domain list' })
  assert.equal((await _answer).failure, 'domain')
})
