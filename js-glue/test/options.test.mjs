import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, settled } from './support/package.mjs'

const { VODUpload } = open()
const refused = (options) => {
  try {
    new VODUpload(options)
  } catch (error) {
    return error
  }
}

test('the class is there by every kind of import', () => {
  assert.equal(VODUpload.default, VODUpload)
  assert.equal(VODUpload.VODUpload, VODUpload)
  assert.equal(VODUpload.__esModule, true)
  assert.equal(VODUpload.UploadError, VODUpload.VODUploadError)
  assert.equal(typeof VODUpload.createUploader, 'function')
  assert.equal(VODUpload.version, '9.9.9')
})

test('a call without new says so; a subclass and instanceof work', () => {
  assert.throws(() => VODUpload({}), (error) => error.code === 'InvalidOption' && /new VODUpload/.test(error.message))
  class Own extends VODUpload {
    shout() {
      return this.listFiles().length
    }
  }
  const own = new Own({ userId: 1 })
  assert.ok(own instanceof Own && own instanceof VODUpload)
  assert.equal(own.shout(), 0)
  assert.equal(new VODUpload({ userId: 1 }).constructor, VODUpload)
})

test('a userId of another type is refused', () => {
  for (const userId of [{}, NaN, true]) assert.equal(refused({ userId }).code, 'InvalidUserId', String(userId))
  for (const userId of [0, 25346073170691, '25346073170691', '', undefined, null]) assert.equal(refused({ userId }), undefined)
})

test('without a userId everything works; its absence is reported once, by console.error and the log', async () => {
  for (const options of [undefined, {}, { userId: '' }, { userId: '  ' }, { userId: null }]) {
    const world = open()
    const uploader = new world.VODUpload(options)
    assert.equal(uploader.addFile('a.mp4'), true)
    uploader.startUpload()
    await settled()
    assert.deepEqual(world.engine.methods, ['addFile', 'start'])
    assert.deepEqual(world.printed.map(([how, , event]) => [how, event.event]), [['error', 'InvalidUserId']])
  }
  const logged = []
  const world = open()
  new world.VODUpload({ log: (level, event) => logged.push([level, event.event]) })
  await settled()
  assert.deepEqual(logged, [['error', 'InvalidUserId']])
  assert.equal(world.printed.length, 1)
})

test('the promise interface needs none', async () => {
  const world = open()
  world.VODUpload.createUploader({ getAuth() {} })
  await settled()
  assert.deepEqual(world.printed, [])
})

test('an error is an Error with facts', () => {
  const error = refused({ userId: true })
  assert.ok(error instanceof Error)
  assert.ok(error instanceof VODUpload.UploadError)
  assert.equal(error.name, 'UploadError')
  assert.match(error.message, /userId/)
  assert.match(error.stack, /userId/)
  assert.deepEqual({ stage: error.stage, httpStatus: error.httpStatus, requestId: error.requestId, part: error.part, retryable: error.retryable },
    { stage: 'options', httpStatus: 0, requestId: '', part: 0, retryable: false })
})

const BAD = {
  retryCount: [-1, 1.5, 'three', '', '-1', NaN, Infinity],
  retryDuration: [-1, '2s', NaN, Infinity],
  timeout: [0, -5, '60 s', NaN, '0x10'],
  partSize: [1, 102399, 200000.5, '1 MB'],
  parallel: [-1, 2.5, 'all'],
  parallelFiles: [0, -1, 1.5, '0'],
  progressScale: [10, 'percent', 0],
  signature: ['v2', 4],
  integrity: ['md5', true],
  transport: ['put', ''],
  getAuth: ['https://…', {}],
  getSTSToken: [1],
}

for (const [name, values] of Object.entries(BAD))
  test(`${name}: what is not allowed throws, and says what is`, () => {
    for (const value of values) {
      const error = refused({ userId: 1, [name]: value })
      assert.equal(error && error.code, 'InvalidOption', `${name}: ${String(value)}`)
      assert.match(error.message, new RegExp(`^${name} must be .+, not .*\\.$`))
      if (typeof value === 'string') assert.ok(error.message.endsWith(`not ${JSON.stringify(value)}.`), 'text is quoted')
    }
    for (const value of [undefined, null]) assert.equal(refused({ userId: 1, [name]: value }), undefined)
  })

test('callbacks of a class are found', async () => {
  class Page {
    onUploadFailed(info, code) { this.code = code }
  }
  const page = new Page()
  const uploader = new VODUpload(Object.assign(page, { userId: '1' }))
  uploader.addFile({ url: 'wxfile://a.mp4' }, null, null, null, '{broken')
  await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(page.code, 'InvalidParamData')
})

test('getAuth and getSTSToken exclude each other', () => {
  assert.equal(refused({ userId: 1, getAuth() {}, getSTSToken() {} }).code, 'InvalidOption')
})

async function engineOptions(options) {
  const world = open()
  new world.VODUpload(options).addFile('a.mp4')
  await settled()
  return world.engine.options
}

test('the engine gets the defaults', async () => {
  const { seed, ...options } = await engineOptions({ userId: 25 })
  assert.ok(seed >= 0 && seed < 2 ** 53)
  assert.deepEqual(options, {
    userScope: '25', region: 'cn-shanghai', retryCount: 3, retryDuration: 2, timeout: 60000, partSize: 0, parallel: 0, parallelFiles: 0, cname: false,
    signature: 'v4', integrity: 'crc64', checkpoint: true, transport: 'auto', credentials: 'callbacks', expiredHandled: false, networkType: 'unknown',
  })
})

test('the engine gets what the app asked for', async () => {
  const o = await engineOptions({
    userId: 'u', region: 'cn-beijing', retryCount: 0, retryDuration: 0, timeout: 5000, partSize: 102400, parallel: 20, parallelFiles: 3, cname: true, signature: 'v1',
    integrity: 'off', checkpoint: false, transport: 'request', onUploadTokenExpired() {}, enableUploadProgress: false, localCheckpoint: true,
  })
  assert.equal(o.retryCount, 0)
  assert.equal(o.retryDuration, 0)
  assert.equal(o.parallel, 20, 'how many WeChat has room for is for the engine to say')
  assert.deepEqual([o.region, o.timeout, o.partSize, o.parallelFiles, o.cname, o.signature, o.integrity, o.checkpoint, o.transport, o.expiredHandled],
    ['cn-beijing', 5000, 102400, 3, true, 'v1', 'off', false, 'request', true])
  assert.equal((await engineOptions({ userId: 1, userScope: 'anna' })).userScope, 'anna')
  assert.equal((await engineOptions({ userId: 1, region: '' })).region, 'cn-shanghai', "the vendor's samples leave it empty")
  assert.equal((await engineOptions({ userId: 1, getAuth() {} })).credentials, 'auth')
  assert.equal((await engineOptions({ userId: 1, getSTSToken() {} })).credentials, 'sts')
  assert.equal((await engineOptions({ userId: 1, getSTSToken() {} })).expiredHandled, true)
})

test('numbers as text, as input fields give them', async () => {
  const o = await engineOptions({ userId: 1, retryCount: '3', retryDuration: '0.5', timeout: ' 60000 ', partSize: '1048576', parallel: '5', parallelFiles: '2', progressScale: '1' })
  assert.deepEqual([o.retryCount, o.retryDuration, o.timeout, o.partSize, o.parallel, o.parallelFiles], [3, 0.5, 60000, 1048576, 5, 2])
})

test('a region as OSS spells it, or an endpoint, is taken with a warning', async () => {
  for (const region of ['oss-cn-beijing', 'oss-cn-beijing.aliyuncs.com', 'https://oss-cn-beijing-internal.aliyuncs.com', ' cn-beijing.aliyuncs.com ']) {
    const logged = []
    assert.equal((await engineOptions({ userId: 1, region, log: (level, event) => logged.push([level, event.event]) })).region, 'cn-beijing')
    assert.deepEqual(logged, [['warn', 'region-spelling']], region)
  }
})

test('options and files without a prototype, and prototypes that another library has extended', async () => {
  const world = open()
  const options = Object.assign(Object.create(null), { userId: '7', timeout: 5000 })
  const file = Object.assign(Object.create(null), { url: 'wxfile://a.mp4', uid: 3 })
  Object.prototype.retryCount = 'extended'
  Object.prototype.each = Array.prototype.each = String.prototype.each = () => {}
  let uploader
  try {
    uploader = new world.VODUpload(options)
    assert.equal(uploader.addFile(file), true)
    uploader.startUpload()
    await settled()
  } finally {
    delete Object.prototype.retryCount
    for (const { prototype } of [Object, Array, String]) delete prototype.each
  }
  const { userScope, timeout, retryCount } = world.engine.options
  assert.deepEqual([userScope, timeout, retryCount], ['7', 5000, 3])
  assert.deepEqual(Object.keys(uploader.listFiles()[0].file), ['url', 'uid', 'name', 'size', 'type'])
  assert.deepEqual(world.engine.methods, ['addFile', 'start'])
})

test("the app's object is only read", async () => {
  const options = Object.freeze({ userId: 1, retryCount: null, region: undefined, onUploadStarted() {} })
  await engineOptions(options)
  assert.deepEqual(Object.keys(options), ['userId', 'retryCount', 'region', 'onUploadStarted'])
})

test('an unknown region is a warning', async () => {
  for (const [region, warnings] of [['cn-shanghai', 0], ['ap-southeast-5', 0], ['shanghai', 1], ['mars-1', 1]]) {
    const logged = []
    const world = open()
    new world.VODUpload({ userId: 1, region, log: (level, event) => logged.push([level, event.event]) })
    await settled()
    assert.deepEqual(logged, warnings ? [['warn', 'region-unknown']] : [], region)
  }
})

test('domains: the pattern, then what is known, and VOD when STS is used', async () => {
  const world = open()
  const of = (options) => new world.VODUpload({ userId: 1, ...options })
  assert.deepEqual(of({}).requiredDomains(), { request: ['https://{bucket}.oss-cn-shanghai.aliyuncs.com'], uploadFile: [] })
  assert.deepEqual(of({ getSTSToken() {}, region: 'cn-beijing' }).requiredDomains().request, ['https://vod.cn-beijing.aliyuncs.com', 'https://{bucket}.oss-cn-beijing.aliyuncs.com'])
  const uploader = of({})
  uploader.addFile('a.mp4', 'https://oss-cn-shanghai.aliyuncs.com', 'outin-1', 'o')
  uploader.addFile('b.mp4', 'https://oss-cn-shanghai.aliyuncs.com', 'outin-1', 'o')
  assert.deepEqual(uploader.requiredDomains(), { request: ['https://outin-1.oss-cn-shanghai.aliyuncs.com'], uploadFile: [] })
  uploader.setSTSToken(uploader.listFiles()[0], 'a', 'b', 'c')
  assert.equal(uploader.requiredDomains().request[0], 'https://vod.cn-shanghai.aliyuncs.com')
  const form = of({ transport: 'uploadFile', cname: true })
  form.addFile('a.mp4', 'https://video.example.com', 'b', 'o')
  assert.deepEqual(form.requiredDomains(), { request: [], uploadFile: ['https://video.example.com'] })
})
