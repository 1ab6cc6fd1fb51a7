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

test('userId is needed', () => {
  for (const userId of [undefined, null, '', '  ', {}, NaN, true]) assert.equal(refused({ userId }).code, 'InvalidUserId', String(userId))
  assert.equal(refused(undefined).code, 'InvalidUserId')
  for (const userId of [0, 25346073170691, '25346073170691']) assert.equal(refused({ userId }), undefined)
})

test('an error is an Error with facts', () => {
  const error = refused({})
  assert.ok(error instanceof Error)
  assert.ok(error instanceof VODUpload.UploadError)
  assert.equal(error.name, 'UploadError')
  assert.match(error.message, /userId/)
  assert.match(error.stack, /userId/)
  assert.deepEqual({ stage: error.stage, httpStatus: error.httpStatus, requestId: error.requestId, part: error.part, retryable: error.retryable },
    { stage: 'options', httpStatus: 0, requestId: '', part: 0, retryable: false })
})

const BAD = {
  retryCount: [-1, 1.5, '3', NaN, Infinity],
  retryDuration: [-1, '2', NaN, Infinity],
  timeout: [0, -5, '60000', NaN],
  partSize: [1, 102399, 200000.5, '1048576'],
  parallel: [-1, 2.5, '3'],
  parallelFiles: [0, -1, 1.5, '1'],
  progressScale: [10, '100', 0],
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
    }
    for (const value of [undefined, null]) assert.equal(refused({ userId: 1, [name]: value }), undefined)
  })

test('getAuth and getSTSToken exclude each other', () => {
  assert.equal(refused({ userId: 1, getAuth() {}, getSTSToken() {} }).code, 'InvalidOption')
})

async function told(options) {
  const world = open()
  new world.VODUpload(options)
  await settled()
  return world.engine.options
}

test('the engine gets the defaults', async () => {
  const options = await told({ userId: 25 })
  assert.ok(options.seed >= 0 && options.seed < 2 ** 53)
  const wanted = {
    userId: '25', region: 'cn-shanghai', retryCount: 3, retryDuration: 2, timeout: 60000, cname: false, credentials: 0, expiredHandled: false, networkType: 'unknown',
  }
  for (const name in wanted) assert.equal(options[name], wanted[name], name)
})

test('the engine gets what the app asked for', async () => {
  const o = await told({
    userId: 'u', region: 'cn-beijing', retryCount: 0, retryDuration: 0, timeout: 5000, partSize: 102400, parallel: 20, parallelFiles: 3, cname: true, signature: 'v1',
    integrity: 'off', checkpoint: false, transport: 'request', onUploadTokenExpired() {}, enableUploadProgress: false, localCheckpoint: true,
  })
  assert.equal(o.retryCount, 0)
  assert.equal(o.retryDuration, 0)
  assert.equal(o.parallel, 20, 'how many WeChat has room for is for the engine to say')
  assert.deepEqual([o.region, o.timeout, o.partSize, o.parallelFiles, o.cname, o.signature, o.integrity, o.checkpoint, o.transport, o.expiredHandled],
    ['cn-beijing', 5000, 102400, 3, true, 'v1', 'off', false, 'request', true])
  assert.equal((await told({ userId: 1, region: '' })).region, 'cn-shanghai', "the vendor's samples leave it empty")
  assert.equal((await told({ userId: 1, getAuth() {} })).credentials, 1)
  assert.equal((await told({ userId: 1, getSTSToken() {} })).credentials, 2)
  assert.equal((await told({ userId: 1, getSTSToken() {} })).expiredHandled, true)
})

test("the app's object is only read", async () => {
  const options = Object.freeze({ userId: 1, retryCount: null, region: undefined, onUploadStarted() {} })
  await told(options)
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
