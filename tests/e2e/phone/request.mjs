// wx.request
import { checkBody, checkHeaders, checkMethod, checkOptions, checkUrl } from './rules.mjs'
import { headerObject } from './headers.mjs'

export function createRequest({ persona, world, wire, calls, domains, ownHosts, memories, meter, onViolation, log, referer }) {
  const violate = (rule, detail) => onViolation(rule, `wx.request: ${detail}`)

  return function request(options) {
    if (world.dead) return undefined
    if (!checkOptions('request', options, violate)) return task(null)
    const method = checkMethod(options.method, violate)
    const target = checkUrl(options.url, { persona, domains: domains.request, api: 'request', violate })
    const headers = checkHeaders(options.header, { persona, violate, log })
    if (!headers.has('content-type')) headers.set('content-type', ['content-type', persona.net.defaultContentType])
    const sent = checkBody(options.data, {
      method,
      contentType: headers.get('content-type')[1],
      memories,
      limit: persona.bridge.nativeBufferLimitBytes,
      violate,
    })
    const refuse = (kind, detail) => calls.deliver(options, 'fail', calls.failure(kind, detail))
    if (!method) return refuse('generic', { message: persona.net.errMsg.methodInvalid ?? 'request:fail method is invalid' }), task(null)
    if (target.failure) return refuse(target.failure, { message: target.message, host: target.host }), task(null)
    if (sent.failure) return refuse(sent.failure), task(null)
    if (sent.query) for (const [key, value] of Object.entries(sent.query)) target.url.searchParams.append(key, value)

    const listeners = []
    const call = calls.create({
      options,
      timeoutMs: calls.timeoutOf(options.timeout),
      source: sent.source,
      own: ownHosts.includes(target.url.hostname),
      run: (call) => go(call, target, 0),
    })
    return task(call, listeners)

    function go(call, { url, origin }, hops) {
      const path = url.pathname + url.search
      let sentBytes = 0
      call.connection = wire.send({
        origin,
        method,
        path: sent.query ? path : rawPath(options.url, url, hops),
        headers: [...[...headers.values()].map(([name, value]) => [name, value]), ['Referer', referer], ['User-Agent', 'MicroMessenger']],
        body: method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : sent.body,
        events: {
          sent: (bytes) => {
            if (method === 'PUT') meter.putBytes += bytes - sentBytes
            sentBytes = bytes
          },
          headers: (response) => {
            const header = headerObject(response.rawHeaders, persona)
            for (const listener of listeners) {
              world.post(() => listener(world.plain(persona.net.headersReceivedHasStatusCode ? { header, statusCode: response.statusCode } : { header })))
            }
          },
          failed: (kind) => call.fail(kind),
          done: (answer) => {
            const location = answer.rawHeaders[answer.rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'location') + 1]
            if (answer.status >= 300 && answer.status < 400 && location && options.redirect !== 'manual' && hops < 5) return redirect(call, url, location, hops)
            finish(call, answer)
          },
        },
      })
    }

    function redirect(call, from, location, hops) {
      const next = checkUrl(new URL(location, from).href, { persona, domains: domains.request, api: 'request', violate: () => {} })
      if (next.failure && persona.net.checkRedirectTarget) return call.fail('domain', { host: new URL(location, from).hostname })
      go(call, next, hops + 1)
    }

    function finish(call, answer) {
      let data
      try {
        data = decode(answer)
      } catch {
        return call.settle('fail', { errMsg: 'request:fail response data convert to UTF8 fail' })
      }
      const result = { data, statusCode: answer.status, header: headerObject(answer.rawHeaders, persona), cookies: [], errMsg: 'request:ok' }
      if (persona.net.profile) result.profile = { rtt: 20, estimate_nettype: 6, protocol: 'http1.1', peerIP: '127.0.0.1', socketReused: false }
      if (!persona.lacks('res.exception')) result.exception = { retryCount: 0, reasons: [] }
      call.settle('success', result, () => meter.answered.push({ method, url: options.url, status: answer.status }))
    }

    function decode(answer) {
      if (answer.body.length === 0) return emptyData(answer.status === 204 ? persona.net.data204 : persona.net.emptyBodyData)
      if (options.responseType === 'arraybuffer') {
        const buffer = world.buffer(answer.body.length)
        Buffer.from(buffer).set(answer.body)
        return buffer
      }
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(answer.body).replace(/^\ufeff/, '')
      if (options.dataType !== undefined && options.dataType !== 'json') return text
      try {
        return world.parse(text)
      } catch {
        return text
      }
    }
  }

  function emptyData(kind) {
    return { "''": '', undefined: undefined, null: null, 'ArrayBuffer(0)': world.buffer(0) }[kind]
  }

  function task(call, listeners = []) {
    const object = world.run('({})')
    object.abort = () => call?.abort()
    object.onHeadersReceived = (listener) => listeners.push(listener)
    object.offHeadersReceived = (listener) => listeners.splice(listeners.indexOf(listener), 1)
    object.onChunkReceived = () => {}
    object.offChunkReceived = () => {}
    // Whoever looks for `then` takes the task for a promise.
    Object.defineProperty(object, 'then', { get: () => void onViolation('promise-style', 'a RequestTask is not a promise') })
    return object
  }
}

// The path as it was written: new URL() would normalise what a signature was made of.
function rawPath(text, url, hops) {
  if (hops > 0) return url.pathname + url.search
  return text.replace(/^https:\/\/[^/?#]*/i, '').replace(/#.*$/, '').replace(/^(?!\/)/, '/')
}
