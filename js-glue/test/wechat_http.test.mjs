import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, part, settled } from './support/package.mjs'

const http = await part('src/platform/wechat/http.ts')

/** A wx that keeps the calls for the test to answer. */
function fresh(extra = {}, timers = {}) {
  const sent = []
  const call = (options) => {
    sent.push(options)
    return { abort: () => (options.aborted = true) }
  }
  const wx = { request: call, uploadFile: call, ...extra }
  return { sent, ...http({ wx, ...timers }).http }
}

const ABORTED = { kind: 'abort', message: 'aborted' }

const ok = (data = '', header = {}, statusCode = 200) => ({ statusCode, data, header, errMsg: 'request:ok' })
/** `outcome`: the response, or why there is none. */
const watched = (handle) => Object.assign(handle, { outcome: handle.response.catch((error) => error) })
const request = (h, url = 'https://h/', onProgress = () => {}) => watched(h.request({ url, method: 'PUT', headers: {}, timeout: 1000 }, '', onProgress))
const form = (h, onProgress = () => {}) => watched(h.uploadFile({ url: 'https://h/form', path: 'wxfile://tmp_a.mp4', fields: { key: 'a/b.mp4' }, timeout: 9000 }, onProgress))
const put = (h, n) => Array.from({ length: n }, (_, i) => request(h, `https://h/${i}`))

test('a request as WeChat wants it, and its answer in one shape', async () => {
  const h = fresh()
  const body = new ArrayBuffer(4)
  const header = { 'Content-Type': 'video/mp4', 'x-oss-date': '2026: odd' }
  const { outcome } = watched(h.request({ url: 'https://h/o', method: 'PUT', headers: header, timeout: 5000 }, body, () => {}))
  const { success, fail, ...options } = h.sent[0]
  assert.deepEqual(options, {
    url: 'https://h/o',
    method: 'PUT',
    header,
    data: body,
    dataType: 'text',
    responseType: 'text',
    redirect: 'manual',
    timeout: 5000,
  })
  assert.equal(options.data, body)
  success(ok('<x/>', { ETag: '"A"', 'X-Oss-Request-Id': 'R', 'Set-Cookie': ['a', 'b'], Odd: 'two\nlines' }))
  assert.deepEqual(await outcome, { status: 200, headers: 'etag: "A"\nx-oss-request-id: R\nset-cookie: a,b\nodd: two lines\n', body: '<x/>' })
})

test('whatever stands for an empty or unexpected body becomes text', async () => {
  const bodies = [
    ['', ''], [undefined, ''], [null, ''], [new ArrayBuffer(0), ''], [new TextEncoder().encode('é<a>').buffer, 'é<a>'], [{ Code: 'X' }, '{"Code":"X"}'], [123, '123'], [true, 'true'],
  ]
  for (const [data, text] of bodies) {
    const h = fresh()
    const { outcome } = request(h)
    h.sent[0].success({ statusCode: '204', data })
    assert.deepEqual(await outcome, { status: 204, headers: '', body: text })
  }
})

test('success without a status is a failure', async () => {
  for (const result of [undefined, {}, { statusCode: 0 }, { statusCode: -1 }, { statusCode: 2 }, { statusCode: 'none' }]) {
    const h = fresh()
    const { outcome } = request(h)
    h.sent[0].success(result)
    assert.deepEqual(await outcome, { kind: 'network', message: 'no status' })
  }
})

test('a missing or throwing wx.request is a failure', async () => {
  const missing = await request(fresh({ request: undefined })).outcome
  assert.equal(missing.kind, 'network')
  assert.match(missing.message, /not a function/)
  const timers = clock()
  const { outcome } = request(fresh({ request: () => { throw new Error('boom') } }, timers))
  await timers.pass(1000)
  assert.deepEqual(await outcome, { kind: 'network', message: 'boom' })
})

test('a call that throws after it has sent: its answer counts', async () => {
  const h = fresh({ request(options) { h.sent.push(options); throw new Error('boom') } }, clock())
  const { outcome } = request(h)
  h.sent[0].success(ok('', {}, 200))
  assert.equal((await outcome).status, 200)
})

test('a form whose task throws in each of its members is sent all the same', async () => {
  const no = () => { throw new Error('no') }
  const h = fresh({ uploadFile(options) { h.sent.push(options); return { abort: no, onProgressUpdate: no, onHeadersReceived: no } } })
  const [first, second] = [form(h), form(h)]
  h.sent[0].success(ok())
  assert.equal((await first.outcome).status, 200)
  second.abort()
  assert.deepEqual(await second.outcome, ABORTED)
})

test('eight at a time, in order, requests and form posts together', async () => {
  const h = fresh()
  const tickets = put(h, 7)
  form(h)
  const late = put(h, 4)
  assert.equal(h.sent.length, 8)
  h.sent[3].success(ok())
  h.sent[5].fail({ errMsg: 'request:fail timeout' })
  await settled()
  assert.equal(h.sent.length, 10)
  assert.deepEqual(h.sent.slice(8).map((o) => o.url), ['https://h/0', 'https://h/1'])
  assert.deepEqual(await tickets[5].outcome, { kind: 'timeout', message: 'request:fail timeout' })
  late[3].abort()
  for (const options of h.sent) if (!options.done) options.success(ok())
  await settled()
  assert.equal(h.sent.length, 11)
})

test('a request that finds no slot reports that it is queued, and when it starts', async () => {
  const h = fresh()
  put(h, 8)
  const waits = []
  const ticket = request(h, 'https://h/late', (progress) => waits.push(progress))
  assert.deepEqual(waits, ['queued'])
  h.sent[0].success(ok())
  await settled()
  assert.deepEqual(waits, ['queued', 'started'])
  h.sent[8].success(ok())
  await ticket.outcome
  request(h, 'https://h/at-once', (progress) => waits.push(progress))
  assert.deepEqual(waits, ['queued', 'started'], 'one that begins at once has nothing to say')
})

test('a request that is aborted as it starts is not sent, and takes no slot', async () => {
  const h = fresh()
  put(h, 8)
  const ticket = request(h, 'https://h/late', (progress) => progress === 'started' && ticket.abort())
  h.sent[0].success(ok())
  assert.deepEqual(await ticket.outcome, ABORTED)
  put(h, 2)
  await settled()
  assert.deepEqual(h.sent.slice(8).map((o) => o.url), ['https://h/0'])
})

test('eight that throw do not take their places for ever', async () => {
  let throwing = true
  const timers = clock()
  const h = fresh({ request: (o) => { if (throwing) throw new Error('no'); h.sent.push(o) } }, timers)
  const outcomes = put(h, 20).map((t) => t.outcome)
  for (let batch = 0; batch < 3; batch++) await timers.pass(1000)
  await Promise.all(outcomes)
  throwing = false
  put(h, 9)
  await settled()
  assert.equal(h.sent.length, 8)
})

test('abort under way: answered at once, the task aborted, late callbacks ignored', async () => {
  const h = fresh()
  const [ticket] = put(h, 1)
  ticket.abort()
  ticket.abort()
  assert.deepEqual(await ticket.outcome, ABORTED)
  assert.equal(h.sent[0].aborted, true)
  h.sent[0].success(ok('late'))
  h.sent[0].fail({ errMsg: 'request:fail abort' })
  await settled()
  assert.deepEqual(await ticket.outcome, ABORTED)
  put(h, 9)
  await settled()
  assert.equal(h.sent.length, 1 + 8, 'its place was given back once')
})

test('abort in the queue: never sent; aborting many starts none of them in between', async () => {
  const h = fresh()
  const tickets = put(h, 12)
  for (const ticket of tickets) ticket.abort()
  const answers = await Promise.all(tickets.map((t) => t.outcome))
  assert.ok(answers.every(({ kind }) => kind === 'abort'))
  await settled()
  assert.equal(h.sent.length, 8)
})

test('an abort nobody here asked for is a lost connection', async () => {
  const h = fresh()
  const [ticket] = put(h, 1)
  h.sent[0].fail({ errMsg: 'request:fail abort', errno: 600004 })
  assert.deepEqual(await ticket.outcome, { kind: 'network', message: 'request:fail abort' })
})

test('the phone is asked why a request was lost, not about one that we have aborted', async () => {
  let asked = 0
  const h = fresh({ getNetworkType: ({ success }) => (asked++, success({ networkType: 'wifi' })) })
  const [lost, ours] = put(h, 2)
  ours.abort()
  assert.deepEqual(await ours.outcome, ABORTED)
  request(h)
  h.sent[2].success(ok())
  assert.equal(asked, 0)
  h.sent[0].fail({ errMsg: 'request:fail timeout' })
  assert.deepEqual(await lost.outcome, { kind: 'timeout', message: 'request:fail timeout' })
  assert.equal(asked, 1)
})

test('a lost request where the phone says nothing of the network', async () => {
  for (const getNetworkType of [({ fail }) => fail({}), () => { throw new Error('not here') }, undefined]) {
    const h = fresh({ getNetworkType })
    const [ticket] = put(h, 1)
    h.sent[0].fail({ errMsg: 'request:fail' })
    assert.deepEqual(await ticket.outcome, { kind: 'network', message: 'request:fail' })
  }
})

test('a host whose request returns no task can be aborted all the same', async () => {
  const h = fresh({ request: () => Promise.resolve() })
  const [ticket] = put(h, 1)
  ticket.abort()
  assert.deepEqual(await ticket.outcome, ABORTED)
})

test('a request that cannot be aborted keeps its slot until it ends', async () => {
  const sent = []
  const h = fresh({ request: (options) => (sent.push(options), new Promise(() => {})) })
  const handles = put(h, 9)
  assert.equal(sent.length, 8)
  handles[0].abort()
  assert.deepEqual(await handles[0].outcome, ABORTED)
  await settled()
  assert.equal(sent.length, 8, 'WeChat still has eight under way')
  sent[0].fail({ errMsg: 'request:fail timeout' })
  await settled()
  assert.equal(sent.length, 9)
  sent.forEach(({ success }) => success(ok()))
})

test('a form post: fields, progress, and headers from where this client has them', async () => {
  const listeners = {}
  const progress = []
  let options
  const h = fresh({
    uploadFile(o) {
      options = o
      return { onProgressUpdate: (l) => (listeners.progress = l), onHeadersReceived: (l) => (listeners.headers = l), abort() {} }
    },
  })
  const { outcome } = form(h, (sent) => progress.push(sent))
  assert.equal(options.filePath, 'wxfile://tmp_a.mp4')
  assert.equal(options.name, 'file')
  assert.equal(options.timeout, 9000)
  assert.deepEqual(options.formData, { key: 'a/b.mp4' })
  listeners.progress({ progress: 50, totalBytesSent: 512, totalBytesExpectedToSend: 1024 })
  listeners.headers({ header: { Etag: '"E"' } })
  options.success({ statusCode: 200, data: '' })
  assert.deepEqual(progress, [512])
  assert.equal((await outcome).headers, 'etag: "E"\n')
})

test('a form post on a client without task or events', async () => {
  let options
  const h = fresh({ uploadFile: (o) => void (options = o) })
  const { outcome } = form(h)
  options.fail({ errMsg: 'uploadFile:fail url not in domain list' })
  assert.deepEqual(await outcome, { kind: 'domainNotAllowed', message: 'uploadFile:fail url not in domain list' })
})
