// What getAuth was rejected with, in every form that apps have it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { readRejection } = (await part('src/rejection.ts'))()

const vod = { RequestId: 'R', HostId: 'vod.cn-shanghai.aliyuncs.com', Code: 'InvalidVideo.NotFound', Message: 'The video does not exist.' }
const found = { code: vod.Code, message: vod.Message }
const error = (message, fields) => Object.assign(new Error(message), fields)
const hostile = new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } })
const circular = {}
circular.data = circular

const FORMS = [
  [vod, found],
  [JSON.stringify(vod), found],
  [error(JSON.stringify(vod)), { code: '', message: JSON.stringify(vod) }],
  [error(vod.Message, { code: vod.Code }), found],
  [{ data: vod }, found],
  [{ statusCode: 404, errMsg: 'request:ok', data: vod }, found],
  [{ statusCode: 404, errMsg: 'request:ok', data: JSON.stringify(vod) }, found],
  [{ errno: 600003, errMsg: 'request:fail interrupted' }, { code: '', message: 'request:fail interrupted' }],
  [error('Request failed with status code 404', { code: 'ERR_BAD_REQUEST', response: { status: 404, data: vod } }), found],
  [error('Request failed', { response: { data: { code: 404, data: { error: vod } } } }), found],
  [{ code: 500, data: { code: vod.Code, message: vod.Message } }, found],
  [{ error: 'no quota left' }, { code: '', message: 'no quota left' }],
  [{ code: 'QuotaFull', msg: 'no quota left', data: null }, { code: 'QuotaFull', message: 'no quota left' }],
  [{ code: 'QuotaFull', data: {} }, { code: 'QuotaFull', message: 'QuotaFull' }],
  ['no quota left', { code: '', message: 'no quota left' }],
  [{ status: 1 }, { code: '', message: '{"status":1}' }],
  [7, { code: '', message: '7' }],
  [undefined, { code: '', message: '' }],
  [null, { code: '', message: '' }],
  [0, { code: '', message: '' }],
  [{}, { code: '', message: '' }],
  [new Error(''), { code: '', message: '' }],
  [hostile, { code: '', message: '' }],
  [circular, { code: '', message: '' }],
]

test('code and message are found in every form', () => {
  FORMS.forEach(([thrown, wanted], i) => assert.deepEqual({ ...readRejection(thrown) }, wanted, `form ${i}`))
})
