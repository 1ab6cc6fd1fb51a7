// Every error text of WeChat's that is known, and what it means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { part } from './support/package.mjs'

const { toTransportError, toFileError } = (await part('src/platform/wechat/errors.ts'))()

/** Of phones, DevTools and desktops. */
const REQUESTS = {
  timeout: [
    'request:fail timeout',
    'request:fail 请求超时。',
    'request:fail 要求逾時。',
    'request:fail -118:net::ERR_CONNECTION_TIMED_OUT',
    'request:fail -7:net::ERR_TIMED_OUT',
    'request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT',
    'uploadFile:fail timeout',
  ],
  interrupted: [
    'request:fail interrupted',
    'request:fail createRequestTask:fail:interrupted',
    'request:fail:interrupted',
    'request:fail createRequestTask:fail: jsapi has no permission, event=createRequestTask, runningState=suspend, permissionMsg=permission ok, detail=network api interrupted in suspend state',
  ],
  domainNotAllowed: [
    'request:fail url not in domain list',
    'request:fail url not in domain list:ssl-timeout.oss-cn-shanghai.aliyuncs.com',
    'uploadFile:fail url not in domain list',
    'request:fail https://a.com 不在以下 request 合法域名列表中',
  ],
  tls: [
    'request:fail -202:net::ERR_CERT_AUTHORITY_INVALID',
    'request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID',
    'request:fail -201:net::ERR_CERT_DATE_INVALID',
    'request:fail ssl hand shake error',
    'request:fail 发生了SSL错误，无法建立与该服务器的安全连接。',
    'request:fail 对应的服务器证书无效。',
    'request:fail 小程序要求的 TLS 版本必须大于等于 1.2',
  ],
  offline: [
    'request:fail -106:net::ERR_INTERNET_DISCONNECTED',
    'request:fail errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED',
    'request:fail 似乎已断开与互联网的连接。',
  ],
  networkChanged: [
    'request:fail errcode:10011 cronet_error_code:0 error_msg:network change, cancel all task',
    'request:fail -21:net::ERR_NETWORK_CHANGED',
  ],
  tooManyRequests: [
    'request:fail max connected',
    'request:fail exceed max task count',
    'uploadFile:fail exceed max upload connection count',
    'request:fail exceed max request count',
    'request:fail:max connected',
    'request:fail too many requests',
    'request:fail reach max concurrent limit',
    'request:fail 超过最大并发数',
    'downloadFile:fail exceed max download connection count 10',
  ],
  tooLarge: [
    'request:fail convert native buffer parameter fail. native buffer exceed size limit.',
  ],
  badUrl: [
    'request:fail invalid url "https://x/abort timeout"',
    'request:fail request protocol must be http or https',
    'request:fail net::ERR_INVALID_URL',
    'request:fail url is null',
    'request:fail method is invalid',
  ],
  network: [
    '',
    'request:fail',
    'request:fail ',
    'request:fail -105:net::ERR_NAME_NOT_RESOLVED',
    'request:fail errcode:-105 cronet_error_code:-105 error_msg:net::ERR_NAME_NOT_RESOLVED',
    'request unknow host error',
    'request:fail 未能找到使用指定主机名的服务器。',
    'request:fail -101:net::ERR_CONNECTION_RESET',
    'request:fail -103:net::ERR_CONNECTION_ABORTED',
    'request:fail 网络连接已中断。',
    'request:fail -2:net::ERR_FAILED',
    'request:fail errcode:-2 cronet_error_code:-2 error_msg:net::ERR_FAILED',
    'request:fail 未能完成该操作。协议错误',
    'request:fail errcode:-101 cronet_error_code:-101 error_msg:net::ERR_CONNECTION_RESET',
    'something new',
    'undefined',
  ],
}

/** The system's: nobody here has asked for them. */
const ABORTS = ['request:fail abort', 'uploadFile:fail abort', 'request:fail:abort', 'request:fail: abort']

test('requests, by their words', () => {
  for (const [kind, all] of Object.entries(REQUESTS)) for (const errMsg of all) assert.deepEqual(toTransportError({ errMsg }, 'same').kind, kind, errMsg)
  for (const thrown of [undefined, null, {}, 7, 'text', new Error('request is not a function')]) assert.equal(toTransportError(thrown, 'same').kind, 'network')
})

test('requests: a number goes before the words, errCode before errno', () => {
  const kinds = { 5: 'timeout', 2: 'tooLarge', 600002: 'domainNotAllowed', 600003: 'interrupted', 600004: 'network', 600005: 'badUrl' }
  for (const [number, kind] of Object.entries(kinds)) {
    for (const errMsg of ['request:fail', 'request:fail max connected']) {
      assert.equal(toTransportError({ errno: +number, errMsg }, 'same').kind, kind)
      assert.equal(toTransportError({ errCode: number, errno: 600002, errMsg }, 'same').kind, kind)
    }
  }
  // These two say only that something failed.
  assert.equal(toTransportError({ errno: 600001, errMsg: 'request:fail -118:net::ERR_CONNECTION_TIMED_OUT' }, 'same').kind, 'timeout')
  assert.equal(toTransportError({ errno: 600000, errMsg: 'request:fail' }, 'same').kind, 'network')
  // The whole number, not its end.
  assert.equal(toTransportError({ errno: 15, errMsg: 'request:fail' }, 'same').kind, 'network')
})

test('requests: the network counts where no other reason is named', () => {
  for (const [network, kind] of [['same', 'network'], ['changed', 'networkChanged'], ['offline', 'offline']]) {
    for (const [named, all] of Object.entries(REQUESTS)) {
      for (const errMsg of all) assert.equal(toTransportError({ errMsg }, network).kind, named === 'network' ? kind : named, errMsg)
    }
    for (const errMsg of ABORTS) assert.equal(toTransportError({ errMsg }, network).kind, kind, errMsg)
    assert.equal(toTransportError({ errno: 600004, errMsg: 'interrupted' }, network).kind, kind)
  }
})

const FILES = {
  missing: [
    ['', 'readFile:fail no such file or directory, open \'wxfile://tmp_1\''],
    ['', 'readFile:fail no such file or directory "wxfile://x"'],
    ['1300002', 'stat:fail'],
    ['1301112', '1301112'],
    ['', 'uploadFile:fail file not found'],
  ],
  denied: [
    ['1300013', '1300013'],
    ['1300014', '1300014'],
    ['1301000', '1301000'],
    ['1300001', '1300001'],
    ['', 'readFile:fail permission denied, open "x"'],
  ],
  range: [
    ['1301009', '1301009'],
    ['1301006', '1301006'],
    ['1301007', '1301007'],
    ['', 'readFile:fail the value of "position" is out of range'],
    ['', 'readFile:fail the value of "length" is out of range'],
  ],
  interrupted: [
    ['', 'readFile:fail:interrupted'],
    ['', 'readFile:fail jsapi has no permission, runningState=suspend'],
  ],
  tooLarge: [
    ['1300202', '1300202'],
    ['', 'readFile:fail:convert native buffer parameter fail. native buffer exceed size limit.'],
    ['', 'readFile:fail the maximum size of the file storage limit is exceeded'],
  ],
  other: [
    ['', 'undefined'],
    ['', '[object Object]'],
    ['', 'readFile:fail system error'],
    ['1300201', '1300201'],
    ['', 'x is undefined'],
    ['', 'no bytes'],
    ['', 'boom'],
    ['', 'Cannot read properties of undefined (reading \'stat\')'],
    ['', 'readFile gave no answer in 60 s'],
  ],
  busy: [
    ['', 'readFile:fail exceed max upload connection count'],
    ['1302002', 'readFile:fail excced max concurrent fd limit'],
    ['', 'stat:fail max connected'],
    ['', 'stat:fail exceed max concurrent fd limit'],
    ['', 'readFile:fail exceed max open files'],
    ['', 'getFileInfo:fail exceeded the max fd'],
  ],
}

test('files, by number and words', () => {
  for (const [kind, all] of Object.entries(FILES)) {
    for (const [number, errMsg] of all) {
      assert.equal(toFileError({ errCode: number, errMsg }).kind, kind, errMsg)
      assert.equal(toFileError({ errno: number, errMsg }).kind, kind, errMsg)
    }
  }
  assert.equal(toFileError({ errCode: 1300002, errno: 1300013, errMsg: 'out of range' }).kind, 'missing')
})

test('the message is the words, or the number where there are none', () => {
  for (const [error, message] of [
    [{ errMsg: 'request:fail timeout', errno: 5 }, 'request:fail timeout'],
    [new Error('request is not a function'), 'request is not a function'],
    ['text', 'text'],
    [7, '7'],
    [undefined, ''],
    [{}, '[object Object]'],
    [{ errMsg: '', errno: 600001 }, '600001'],
    [{ errCode: 1301112 }, '1301112'],
  ]) {
    assert.equal(toTransportError(error, 'same').message, message)
    assert.equal(toFileError(error).message, message)
  }
})

test('no query of an address is quoted: it may be signed', () => {
  for (const [errMsg, message] of [
    ['request:fail invalid url "https://b.oss.com/o?Signature=SECRET&x=1" sorry', 'request:fail invalid url "https://b.oss.com/o" sorry'],
    ['https://b/o?a?Signature=SECRET https://b/p?Signature=SECRET\nsorry', 'https://b/o https://b/p\nsorry'],
    ['?Signature=SECRET', ''],
  ])
    assert.equal(toTransportError({ errMsg }, 'same').message, message)
})
