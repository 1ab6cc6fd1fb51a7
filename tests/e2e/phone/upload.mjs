// wx.uploadFile: one whole file as multipart/form-data, fields first, file last.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkHeaders, checkOptions, checkUrl } from './rules.mjs'
import { headerObject } from './headers.mjs'

const types = { mp4: 'video/mp4', mov: 'video/quicktime', mp3: 'audio/mpeg', m4a: 'audio/mp4', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif' }

export function createUpload({ persona, world, wire, calls, domains, ownHosts, files, random, onViolation, log, referer }) {
  const violate = (rule, detail) => onViolation(rule, `wx.uploadFile: ${detail}`)

  return function uploadFile(options) {
    if (world.dead) return undefined
    if (!checkOptions('uploadFile', options, violate)) return task(null)
    const target = checkUrl(options.url, { persona, domains: domains.uploadFile, api: 'uploadFile', violate })
    const headers = checkHeaders(options.header, { persona, violate, log })
    if (headers.has('content-type')) violate('header', 'content-type of an upload is the client\'s own: it holds the boundary')
    headers.delete('content-type')
    if (typeof options.name !== 'string' || options.name === '') violate('uploadFile-options', 'name of the file field is missing')
    const fields = Object.entries(options.formData ?? {})
    for (const [key, value] of fields) if (typeof value !== 'string') violate('uploadFile-options', `field ${key} is ${typeof value}, not a string`)
    const refuse = (kind, detail) => calls.deliver(options, 'fail', calls.failure(kind, detail))
    if (target.failure) return refuse(target.failure, { message: target.message, host: target.host }), task(null)

    const listeners = { progress: [], headers: [] }
    const call = calls.create({ options, timeoutMs: calls.timeoutOf(options.timeout), source: null, own: ownHosts.includes(target.url.hostname), run: go })
    return task(call, listeners)

    function go(call) {
      const file = files.find(options.filePath)
      if (!file) return call.settle('fail', { errMsg: 'uploadFile:fail file not found' })
      const boundary = `----wx${random.hex(24)}`
      const name = basename(options.filePath)
      const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
      const body = Buffer.concat([
        ...fields.map(([key, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`)),
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${options.name}"; filename="${name}"\r\nContent-Type: ${types[extension] ?? 'application/octet-stream'}\r\n\r\n`),
        readFileSync(file.real),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ])
      call.connection = wire.send({
        origin: target.origin,
        method: 'POST',
        path: target.url.pathname + target.url.search,
        headers: [...headers.values(), ['Content-Type', `multipart/form-data; boundary=${boundary}`], ['Referer', referer], ['User-Agent', 'MicroMessenger']],
        body,
        events: {
          sent: (bytes) => emit('progress', { progress: Math.floor((bytes / body.length) * 100), totalBytesSent: bytes, totalBytesExpectedToSend: body.length }),
          headers: (response) => emit('headers', { header: headerObject(response.rawHeaders, persona) }),
          failed: (kind) => call.fail(kind),
          // No header in the result: nothing but status and text comes back.
          done: (answer) => call.settle('success', { data: answer.body.toString('utf8'), statusCode: answer.status, errMsg: 'uploadFile:ok' }),
        },
      })
    }

    function emit(name, value) {
      for (const listener of listeners[name]) world.post(() => call.settled || listener(world.plain(value)))
    }
  }

  function task(call, listeners = { progress: [], headers: [] }) {
    const object = world.run('({})')
    object.abort = () => call?.abort()
    object.onProgressUpdate = (listener) => listeners.progress.push(listener)
    object.offProgressUpdate = (listener) => listeners.progress.splice(listeners.progress.indexOf(listener), 1)
    object.onHeadersReceived = (listener) => listeners.headers.push(listener)
    object.offHeadersReceived = (listener) => listeners.headers.splice(listeners.headers.indexOf(listener), 1)
    Object.defineProperty(object, 'then', { get: () => void onViolation('promise-style', 'an UploadTask is not a promise') })
    return object
  }
}
