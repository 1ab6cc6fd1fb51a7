// wx.request and wx.uploadFile.
import type { HttpResponse, TransportError } from '../../engine/wasm'
import { errorMessage } from '../../errors'
import { decodeUtf8 } from '../../polyfills/text_encoding'
import { ignoreRejection, isFunction, isText } from '../../values'
import { toHeaderLines } from '../headers'
import type { Http, OnProgress, RequestHandle } from '../platform'
import { toTransportError, withoutQuery } from './errors'
import { networkAfterFailure } from './lifecycle'
import { timers } from './timers'
import { currentWx, tryCall, type WxTask } from './wx'

/** Requests under way over all uploaders. WeChat has ten slots, and the app needs some of them. */
const MAX_REQUESTS = 8

/** A call that throws may have sent its request all the same: so long its callbacks are awaited, ms. */
const THROWN_TIMEOUT_MS = 3_000

export const http: Http = {
  request: ({ url, method, headers, timeout }, body, onProgress) =>
    enqueue('request', timeout, onProgress, (settle) => {
      const options = {
        url,
        method,
        header: headers,
        data: body,
        timeout,
        // Anything but 'json': a body such as `123` or `null` stays text.
        dataType: 'text',
        responseType: 'text',
        redirect: 'manual',
      }
      return currentWx().request!(Object.assign(options, callbacks(settle, () => undefined)))
    }),
  uploadFile: ({ url, path, fields, timeout }, onProgress) =>
    enqueue('uploadFile', timeout, onProgress, (settle) => {
      let headers: unknown
      const options = { url, filePath: path, name: 'file', formData: fields, timeout }
      const task = currentWx().uploadFile!(Object.assign(options, callbacks(settle, () => headers))) || {}
      // A task may lack its members: then progress or headers are not known.
      tryCall(() => task.onProgressUpdate!((progress) => onProgress((progress && progress.totalBytesSent) || 0)))
      tryCall(() => task.onHeadersReceived!((received) => (headers = received && received.header)))
      return task
    }),
}

interface Settle {
  resolve(response: HttpResponse): void
  reject(error: TransportError): void
}

let underWay = 0
const waiting: (() => void)[] = []

function startWaiting(): void {
  while (underWay < MAX_REQUESTS && waiting.length) waiting.shift()!()
}

/**
 * `send` is called when there is room. WeChat may forget the callbacks of an aborted request, so its end is decided here and what comes
 * later is ignored. `timeout` in ms.
 */
function enqueue(method: 'request' | 'uploadFile', timeout: number, onProgress: OnProgress, send: (settle: Settle) => WxTask | undefined): RequestHandle {
  let task: WxTask | undefined
  let holdsSlot = false
  let sent = false
  let queued = false
  let ended = false
  let settle!: Settle
  const response = new Promise<HttpResponse>((resolve, reject) => (settle = { resolve, reject }))
  const release = (): void => {
    if (!holdsSlot) return
    holdsSlot = false
    underWay--
    // Later: whoever aborts many must not see the queued ones start in between.
    Promise.resolve().then(startWaiting)
  }
  const end = <T>(report: (outcome: T) => void) => (outcome: T): void => {
    release()
    if (ended) return
    ended = true
    report(outcome)
  }
  const resolve = end(settle.resolve)
  const reject = end(settle.reject)
  const start = (): void => {
    holdsSlot = true
    underWay++
    if (queued) onProgress('started')
    // The engine may have aborted it on hearing that.
    if (ended) return
    sent = true
    try {
      task = send({ resolve, reject })
      ignoreRejection(task)
    } catch (error) {
      const fail = (): void => reject({ kind: 'network', message: withoutQuery(errorMessage(error)) })
      if (isFunction(currentWx()[method])) timers.setTimeout(fail, Math.min(timeout, THROWN_TIMEOUT_MS))
      else fail()
    }
  }
  waiting.push(start)
  startWaiting()
  queued = !holdsSlot && !ended
  // The time in the queue is no fault of the network's.
  if (queued) onProgress('queued')
  return {
    response,
    abort() {
      if (ended) return
      ended = true
      settle.reject({ kind: 'abort', message: 'aborted' })
      const place = waiting.indexOf(start)
      if (place >= 0) waiting.splice(place, 1)
      // What frameworks return instead of a task cannot be aborted: the request keeps its slot until it ends.
      if (sent && !isFunction(task && task.abort)) timers.setTimeout(release, timeout)
      else release()
      // It may have been queued, or the host gave no task.
      tryCall(() => task!.abort!())
    },
  }
}

function callbacks({ resolve, reject }: Settle, receivedHeaders: () => unknown): object {
  return {
    success(result: any) {
      const status = parseInt(result && result.statusCode, 10)
      if (status > 99) resolve({ status, headers: toHeaderLines(receivedHeaders() || result.header), body: toBody(result.data) })
      else reject({ kind: 'network', message: 'no status' })
    },
    fail(error: unknown) {
      networkAfterFailure((network) => reject(toTransportError(error, network)))
    },
  }
}

/** Text nearly always; after 204 it may be anything. */
function toBody(data: any): string {
  if (isText(data)) return data
  if (data === null || data === undefined) return ''
  return data.byteLength >= 0 ? decodeUtf8(new Uint8Array(data)) : JSON.stringify(data)
}
