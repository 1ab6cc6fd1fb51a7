// What getAuth was rejected with, in every form that apps have it, as text. What the engine reads in it is in src/vod/rejection.rs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { rejectionText } = (await part('src/rejection.ts'))()

const answer = { RequestId: 'R', HostId: 'vod.cn-shanghai.aliyuncs.com', Code: 'InvalidVideo.NotFound', Message: 'The video does not exist.' }
const vod = { Code: answer.Code, Message: answer.Message }
const error = (message, fields) => Object.assign(new Error(message), fields)
const hostile = new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } })
const circular = {}
circular.data = circular
const axios = error('Request failed with status code 404', { code: 'ERR_BAD_REQUEST', request: {}, response: { status: 404, data: answer }, toJSON: () => ({ message: 'x' }) })
axios.request.response = axios.response.request = axios.request

class Gone {
  get code() { return answer.Code }
  get message() { return answer.Message }
}
const parent = { code: 'P' }
parent.child = parent
const loop = { code: 'L' }
loop.data = loop

const FORMS = [
  [answer, vod],
  [error(JSON.stringify(answer)), { message: JSON.stringify(answer) }],
  [error(answer.Message, { code: answer.Code }), { code: answer.Code, message: answer.Message }],
  [{ statusCode: 404, errMsg: 'request:ok', data: answer }, { errMsg: 'request:ok', data: vod }],
  [{ statusCode: 404, errMsg: 'request:ok', data: JSON.stringify(answer) }, { errMsg: 'request:ok', data: JSON.stringify(answer) }],
  [axios, { code: 'ERR_BAD_REQUEST', message: axios.message, response: { data: vod } }],
  [error('', { error: error('inner') }), { error: { message: 'inner' } }],
  [{ code: 'QuotaFull', msg: 'no quota left', data: null }, { code: 'QuotaFull', msg: 'no quota left' }],
  [new Gone(), { code: answer.Code, message: answer.Message }],
  [{ code: answer.Code, data: { error: parent, message: 1n } }, { code: answer.Code, data: { error: { code: 'P' }, message: '1' } }],
  [{ msg: 'twice', data: loop }, { msg: 'twice', data: { code: 'L', data: { code: 'L', data: { code: 'L', data: { code: 'L' } } } } }],
  [{ status: 1 }, { status: 1 }],
  [7, 7],
]

test('an object is given as JSON of what may say something', () => {
  FORMS.forEach(([thrown, wanted], i) => assert.deepEqual(JSON.parse(rejectionText(thrown)), wanted, `form ${i}`))
})

test('text is given as it is, and nothing as no text', () => {
  assert.equal(rejectionText('no quota left'), 'no quota left')
  assert.equal(rejectionText(new String('boxed')), 'boxed')
  assert.equal(rejectionText(JSON.stringify(answer)), JSON.stringify(answer))
  for (const nothing of [undefined, null, 0, '', {}, new Error(''), hostile, circular, () => {}, Symbol('no')]) assert.equal(rejectionText(nothing), '')
})
