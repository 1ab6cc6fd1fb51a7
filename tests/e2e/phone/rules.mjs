// What WeChat refuses, drops or quietly changes in a request. A refusal is recorded as a violation, since on a phone it would be a bug.
import { isBuffer } from './world.mjs'

const methods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']
const requestOptions = new Set(['url', 'data', 'header', 'timeout', 'method', 'dataType', 'responseType', 'enableHttp2', 'enableQuic', 'enableCache',
  'enableHttpDNS', 'httpDNSServiceId', 'enableChunked', 'forceCellularNetwork', 'enableProfile', 'redirect', 'useHighPerformanceMode', 'success', 'fail', 'complete'])
const uploadOptions = new Set(['url', 'filePath', 'name', 'formData', 'header', 'timeout', 'enableHttp2', 'enableQuic', 'enableProfile', 'useHighPerformanceMode',
  'enableHttpDNS', 'httpDNSServiceId', 'forceCellularNetwork', 'success', 'fail', 'complete'])

// Set by the client itself, or refused by at least one of them: nothing may depend on these.
const untouchable = new Set(['referer', 'host', 'date', 'content-length', 'user-agent', 'connection', 'cookie2', 'origin', 'accept-encoding', 'accept-charset',
  'transfer-encoding', 'expect', 'te', 'trailer', 'upgrade', 'via', 'keep-alive', 'dnt'])

export function checkOptions(api, options, violate) {
  if (options === null || typeof options !== 'object') {
    violate(`${api}-options`, 'the argument is not an object')
    return false
  }
  const known = api === 'request' ? requestOptions : uploadOptions
  for (const key of Object.keys(options)) if (!known.has(key)) violate(`${api}-options`, `unknown option "${key}"`)
  if (!['success', 'fail', 'complete'].some((name) => typeof options[name] === 'function')) violate('promise-style', `wx.${api} without callbacks: it never returns a promise`)
  const { timeout } = options
  if (timeout !== undefined && !(typeof timeout === 'number' && Number.isFinite(timeout) && timeout > 0)) violate('timeout', `timeout ${String(timeout)}`)
  return true
}

// → { url } or { failure, message }
export function checkUrl(text, { persona, domains, api, violate }) {
  const bad = (kind, message, detail) => {
    violate('url', detail ?? message)
    return { failure: kind, message }
  }
  if (typeof text !== 'string' || text === '') return bad('badUrl', `${api}:fail parameter error: parameter.url should be String`, `url is ${typeof text}`)
  if (/[^\x21-\x7e]/.test(text)) return bad('badUrl', `${api}:fail invalid url "${text}"`, `unescaped character in ${text}`)
  let url
  try {
    url = new URL(text)
  } catch {
    return bad('badUrl', `${api}:fail invalid url "${text}"`)
  }
  if (url.protocol !== 'https:') return bad('badProtocol', `${api}:fail request protocol must be http or https`, `${url.protocol} instead of https:`)
  if (url.username || url.password) return bad('badUrl', `${api}:fail invalid url "${text}"`, 'user name in the url')
  if (/^\d+(\.\d+){3}$|^\[/.test(url.hostname) || url.hostname === 'localhost') return bad('domain', null, `${url.hostname} is not a domain name`)
  if (url.hostname === 'api.weixin.qq.com') return bad('domain', null, 'api.weixin.qq.com may not be called from a mini program')
  // new URL() hides a default port; the client compares the text.
  const port = /^https:\/\/[^/?#]*?(:\d+)(?=[/?#]|$)/i.exec(text)?.[1] ?? ''
  const origin = url.hostname + port
  if (port && !(domains ?? []).some((one) => bare(one) === origin)) return bad('domain', null, `port ${port} is not in the domain list`)
  if (domains && persona.net.enforceDomainList && !domains.some((one) => bare(one) === origin)) return { failure: 'domain', message: null, host: url.hostname }
  return { url, origin }
}

function bare(domain) {
  return domain.replace(/^https:\/\//, '').replace(/\/$/, '')
}

// → Map of lower-case name → [name, value], as it goes on the wire.
export function checkHeaders(header, { persona, violate, log }) {
  const kept = new Map()
  if (header === undefined) return kept
  if (header === null || typeof header !== 'object') {
    violate('header', 'header is not an object')
    return kept
  }
  const dropped = new Set(persona.net.forbiddenHeaders)
  const prefixes = persona.net.forbiddenHeaderPrefixes ?? []
  for (const [name, raw] of Object.entries(header)) {
    const lower = name.toLowerCase()
    const value = String(raw)
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/i.test(name)) violate('header', `"${name}" is not a header name`)
    else if (raw === undefined || raw === null || typeof raw === 'object' || typeof raw === 'function') violate('header', `value of ${name} is ${raw === null ? 'null' : typeof raw}`)
    else if (value === '') violate('header', `empty value of ${name}`)
    else if (/[^\x20-\x7e]/.test(value) || value !== value.trim()) violate('header', `value of ${name} is not plain printable text`)
    if (kept.has(lower)) violate('header', `${name} twice, in different case`)
    const refused = dropped.has(lower) || prefixes.some((prefix) => lower.startsWith(prefix))
    if (untouchable.has(lower) || /^(proxy|sec)-/.test(lower)) violate('header', `${name} can not be set in a mini program`)
    if (refused) {
      if (persona.net.forbiddenHeaderAction.includes('console.error')) log('error', `Refused to set unsafe header "${name}"`)
      continue
    }
    // Clients put UTF-8 on the wire, whatever it is worth there.
    kept.set(lower, [name, Buffer.from(value.replace(/[\r\n]/g, '')).toString('latin1')])
  }
  return kept
}

export function checkMethod(method, violate) {
  if (method === undefined) return 'GET'
  if (typeof method !== 'string' || !methods.includes(method.toUpperCase())) {
    violate('method', `method ${String(method)}`)
    return null
  }
  if (method !== method.toUpperCase()) violate('method', `${method}: old clients want upper case`)
  return method.toUpperCase()
}

// → { body: Buffer, source: the ArrayBuffer it was made of, or null }
export function checkBody(data, { method, contentType, memories, limit, violate }) {
  if (data === undefined) return { body: Buffer.alloc(0), source: null }
  if (typeof data === 'string') {
    if (data !== '' && (method === 'GET' || method === 'HEAD')) violate('body', `${method} with a body`)
    return { body: Buffer.from(data), source: null }
  }
  if (isBuffer(data)) {
    if (method === 'GET' || method === 'HEAD') violate('body', `${method} with a body`)
    if (data.byteLength === 0) violate('body', 'an empty or detached ArrayBuffer as body: send "" instead')
    if (memories.some((memory) => memory.buffer === data)) violate('body', 'the whole wasm memory as body')
    if (data.byteLength > limit) return { failure: 'bufferTooBig' }
    // The bridge copies: what the app does with its buffer afterwards does not matter.
    return { body: Buffer.from(Buffer.from(data)), source: data }
  }
  if (ArrayBuffer.isView(data)) violate('body', 'a typed array as body: it would be sent as {"0":1,…}')
  else if (data === null || typeof data === 'function') violate('body', `${data === null ? 'null' : 'a function'} as body`)
  if (/x-www-form-urlencoded/i.test(contentType)) return { body: Buffer.from(new URLSearchParams(Object.entries(data ?? {})).toString()), source: null }
  return { body: Buffer.from(JSON.stringify(data) ?? ''), source: null, query: method === 'GET' && data !== null && typeof data === 'object' ? data : null }
}
