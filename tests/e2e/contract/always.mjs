// What holds in every row: the manners of the callbacks, of the phone, and of secrets.
import assert from 'node:assert/strict'

const ENDS = ['onUploadSucceed', 'onUploadFailed', 'onUploadCanceled']
const OF_A_FILE = [...ENDS, 'onUploadstarted', 'onUploadProgress', 'onUploadTokenExpired']

export function checkAlways(t, { allow, exceptions }) {
  const { phone, callbacks } = t
  assert.deepEqual(phone.violations.filter(({ rule }) => !allow.includes(rule)), [], 'WeChat would have refused something')
  assert.equal(phone.errors.length, exceptions, 'exceptions that reached wx.onError')
  assert.deepEqual(phone.world.leaks(), [], 'names left on the global object')
  assert.deepEqual(callbacks.filter((one) => one.inside).map((one) => one.name), [], 'callbacks inside a call of the app')
  const uploads = new Map()
  for (const one of callbacks) {
    if (one.name === 'onUploadEnd') for (const events of uploads.values()) events.push(one)
    if (!one.info || !OF_A_FILE.includes(one.name)) continue
    const id = `${one.uploader} ${one.info.ri}`
    if (!uploads.has(id)) uploads.set(id, [])
    uploads.get(id).push(one)
  }
  for (const events of uploads.values()) checkFile(events)
  for (const one of callbacks) if (one.info) checkInfo(one.info)
  checkSecrets(t)
}

/** A started file has one final callback, and none after it until it starts again. In a later run it may fail or be canceled before it starts. */
function checkFile(events) {
  const names = events.map((one) => one.name).join(' ')
  let over = false
  let another = false
  let last = 0
  for (const { name, args, info } of events) {
    if (name === 'onUploadEnd') {
      another = true
      continue
    }
    if (name === 'onUploadstarted') over = false
    else assert.ok(!over || (another && /Failed|Canceled/.test(name)), `after its end: ${names}`)
    another = false
    if (ENDS.includes(name)) over = true
    if (name === 'onUploadSucceed' && last) assert.ok(last === 100 || last === 1, `progress ends at ${last}`)
    if (name === 'onUploadCanceled' || name === 'onUploadFailed') last = 0
    if (name !== 'onUploadProgress') continue
    const [, total, percent] = args
    assert.ok(percent >= last && percent <= 100, `progress ${percent} after ${last}`)
    assert.equal(total, info.fileSize)
    last = percent
  }
}

/** The fields of uploadInfo (js-glue/README.md) with their names and types. */
function checkInfo(info) {
  for (const field of ['url', 'coverUrl', 'fileHash', 'videoId', 'imageId', 'imageUrl', 'endpoint', 'bucket', 'object', 'region', 'ri', 'userData'])
    assert.equal(typeof info[field], 'string', `${field}: ${JSON.stringify(info[field])}`)
  assert.equal(typeof info.isImage, 'boolean')
  assert.equal(typeof info.loaded, 'number')
  assert.equal(info.fileSize, info.file.size)
  assert.equal(info.file.url, info.url)
  assert.deepEqual([info.Endpoint, info.Bucket, info.Object], [info.endpoint, info.bucket, info.object])
  assert.match(info.state, /^(Ready|Uploading|Success|Failure|Canceled|Stoped)$/)
}

/** No secret in storage, on the console, in the log, in a message or in an uploadInfo; not inside base64 either, as credentials come. */
function checkSecrets({ secrets, phone, callbacks }) {
  const text = JSON.stringify([phone.stored(), phone.console, callbacks.map((one) => one.args)])
  for (const secret of secrets) {
    const shifted = [0, 1, 2].map((pad) => Buffer.from(' '.repeat(pad) + secret).toString('base64').slice(4, 44))
    for (const form of [secret, encodeURIComponent(secret), ...shifted]) assert.ok(!text.includes(form), `a secret lies about: ${secret.slice(0, 6)}…`)
  }
}
