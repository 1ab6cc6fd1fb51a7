import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { httpFailure, fileFailure, noAnswer } = (await part('src/wx/errors.ts'))()

// Every errMsg of the personas that stand for phones, DevTools and desktops, and those of WX_RUNTIME §1.4.
const HTTP = [
  ['timeout', ['request:fail timeout', 'request:fail 请求超时。', 'request:fail 要求逾時。', 'request:fail -118:net::ERR_CONNECTION_TIMED_OUT', 'request:fail -7:net::ERR_TIMED_OUT',
    'request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT', 'uploadFile:fail timeout']],
  ['abort', ['request:fail abort', 'uploadFile:fail abort']],
  ['interrupted', ['request:fail interrupted', 'request:fail createRequestTask:fail:interrupted', 'request:fail:interrupted',
    'request:fail createRequestTask:fail: jsapi has no permission, event=createRequestTask, runningState=suspend, permissionMsg=permission ok, detail=network api interrupted in suspend state']],
  ['domain', ['request:fail url not in domain list', 'request:fail url not in domain list:ssl-timeout.oss-cn-shanghai.aliyuncs.com', 'uploadFile:fail url not in domain list',
    'request:fail https://a.com 不在以下 request 合法域名列表中']],
  ['tls', ['request:fail -202:net::ERR_CERT_AUTHORITY_INVALID', 'request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID', 'request:fail -201:net::ERR_CERT_DATE_INVALID',
    'request:fail ssl hand shake error', 'request:fail 发生了SSL错误，无法建立与该服务器的安全连接。', 'request:fail 对应的服务器证书无效。', 'request:fail 小程序要求的 TLS 版本必须大于等于 1.2']],
  ['offline', ['request:fail -106:net::ERR_INTERNET_DISCONNECTED', 'request:fail errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED', 'request:fail 似乎已断开与互联网的连接。']],
  ['switched', ['request:fail errcode:10011 cronet_error_code:0 error_msg:network change, cancel all task', 'request:fail -21:net::ERR_NETWORK_CHANGED']],
  ['busy', ['request:fail max connected', 'request:fail exceed max task count']],
  ['toolarge', ['request:fail convert native buffer parameter fail. native buffer exceed size limit.']],
  ['badurl', ['request:fail invalid url "https://x/abort timeout"', 'request:fail request protocol must be http or https', 'request:fail net::ERR_INVALID_URL', 'request:fail url is null', 'request:fail method is invalid']],
  ['network', ['request:fail', 'request:fail ', 'request:fail -105:net::ERR_NAME_NOT_RESOLVED', 'request:fail errcode:-105 cronet_error_code:-105 error_msg:net::ERR_NAME_NOT_RESOLVED', 'request unknow host error',
    'request:fail 未能找到使用指定主机名的服务器。', 'request:fail -101:net::ERR_CONNECTION_RESET', 'request:fail -103:net::ERR_CONNECTION_ABORTED', 'request:fail 网络连接已中断。', 'request:fail -2:net::ERR_FAILED',
    'request:fail errcode:-2 cronet_error_code:-2 error_msg:net::ERR_FAILED', 'request:fail 未能完成该操作。协议错误', 'request:fail errcode:-101 cronet_error_code:-101 error_msg:net::ERR_CONNECTION_RESET', 'something new']],
]

for (const [failure, messages] of HTTP)
  test(`requests: ${failure}`, () => {
    for (const errMsg of messages) assert.equal(httpFailure({ errMsg }), failure, errMsg)
  })

test('requests: a number goes before the words', () => {
  const numbers = { 5: 'timeout', 2: 'toolarge', 600002: 'domain', 600003: 'interrupted', 600004: 'abort', 600005: 'badurl' }
  for (const [errno, failure] of Object.entries(numbers)) {
    assert.equal(httpFailure({ errno: +errno, errMsg: 'request:fail' }), failure)
    assert.equal(httpFailure({ errno: +errno, errMsg: 'request:fail max connected' }), failure)
  }
  // Without words the number is what there is to tell.
  for (const error of [{ errno: 600001 }, { errMsg: '', errno: 600001 }]) assert.equal(noAnswer('network', error).detail, '600001')
  // These two say only that something failed.
  assert.equal(httpFailure({ errno: 600001, errMsg: 'request:fail -118:net::ERR_CONNECTION_TIMED_OUT' }), 'timeout')
  assert.equal(httpFailure({ errno: 600000, errMsg: 'request:fail' }), 'network')
})

test('requests: whatever was thrown, there is an answer', () => {
  for (const thrown of [undefined, null, 'text', 7, {}, new Error('request is not a function')]) assert.equal(httpFailure(thrown), 'network')
})

test('the detail keeps no query of an address, for it may be signed', () => {
  const { detail, status } = noAnswer('badurl', { errMsg: 'request:fail invalid url "https://b.oss.com/o?Signature=SECRET&x=1" sorry' })
  assert.equal(status, 0)
  assert.equal(detail, 'request:fail invalid url "https://b.oss.com/o" sorry')
})

const FILES = [
  ['missing', [{ errMsg: "readFile:fail no such file or directory, open 'wxfile://tmp_1'" }, { errMsg: 'readFile:fail no such file or directory "wxfile://x"' }, { errCode: 1300002, errMsg: 'stat:fail' },
    { errno: 1300002, errMsg: 'stat:fail' }, { errCode: 1301112 }, { errMsg: 'uploadFile:fail file not found' }]],
  ['denied', [{ errCode: 1300013 }, { errCode: 1300014 }, { errCode: 1301000 }, { errCode: 1300001 }, { errMsg: 'readFile:fail permission denied, open "x"' }]],
  ['range', [{ errCode: 1301009 }, { errCode: 1301006 }, { errCode: 1301007 }, { errMsg: 'readFile:fail the value of "position" is out of range' }]],
  ['interrupted', [{ errMsg: 'readFile:fail:interrupted' }, { errMsg: 'readFile:fail jsapi has no permission, runningState=suspend' }]],
  ['toolarge', [{ errCode: 1300202 }, { errMsg: 'readFile:fail:convert native buffer parameter fail. native buffer exceed size limit.' }, { errMsg: 'readFile:fail the maximum size of the file storage limit is exceeded' }]],
  ['other', [undefined, {}, { errMsg: 'readFile:fail system error' }, { errCode: 1300201 }, new TypeError('x is undefined')]],
]

for (const [failure, errors] of FILES)
  test(`files: ${failure}`, () => {
    for (const error of errors) assert.equal(fileFailure(error).failure, failure, JSON.stringify(error))
  })
