// wx.request and wx.uploadFile, eight at a time over all uploaders: WeChat has ten slots, and the app needs some of them.
import { decode } from '../codec'
import { type Ask, type Asks, type HttpAnswer, NoAnswer } from '../host'
import { assign, isText } from '../short'
import { api, type Task } from './api'
import { safeWords, said } from './errors'
import { explain } from './lifecycle'

const MAX_UNDER_WAY = 8

let underWay = 0
const waiting: (() => void)[] = []

function pump(): void {
  while (underWay < MAX_UNDER_WAY && waiting.length) waiting.shift()!()
}

export interface Ticket {
  _answer: Promise<HttpAnswer>
  _abort(): void
}

type Done = (answer: HttpAnswer) => void

/** So many bytes are sent; -1: it waits for a slot, 0: it has got one. */
export type Moved = (sent: number) => void

/** Hands a request over to WeChat. */
export type Send = (done: Done, moved: Moved) => Task | undefined

/** `send` is called when there is room. WeChat may forget the callbacks of an aborted request, so the answer to abort is ours, and what comes later is ignored. */
export function carry(moved: Moved, send: Send): Ticket {
  let settle: Done
  let task: Task | undefined
  let running = false
  let queued = false
  let over = false
  const answer = new Promise<HttpAnswer>((resolve) => (settle = resolve))
  const finish = (result: HttpAnswer): void => {
    if (over) return
    over = true
    if (running) underWay--
    else waiting.splice(waiting.indexOf(begin), 1)
    settle(result)
    // Not at once: who aborts many must not see the queued ones start in between.
    Promise.resolve().then(pump)
  }
  const begin = (): void => {
    running = true
    underWay++
    if (queued) moved(0)
    // Who heard that may have thought better of it.
    if (over) return
    try {
      task = send(finish, moved)
    } catch (error) {
      finish([NoAnswer.Unsent, safeWords(error)])
    }
  }
  waiting.push(begin)
  pump()
  // Time for which the requests of other uploaders keep it waiting is not the network's.
  queued = !running
  if (queued) moved(-1)
  return {
    _answer: answer,
    _abort() {
      if (over) return
      finish([NoAnswer.Aborted])
      try {
        task!.abort!()
      } catch (_) {
        // Queued, or a host without tasks.
      }
    },
  }
}

function headerLines(header: any): string {
  let out = ''
  for (const name in header) out += name.toLowerCase() + ': ' + String(header[name]).replace(/\s+/g, ' ') + '\n'
  return out
}

/** `data` is a string nearly always; after 204 it may be anything. */
const bodyText = (data: any): string => isText(data) ? data : data == null ? '' : data.byteLength >= 0 ? decode(new Uint8Array(data)) : JSON.stringify(data)

const answered = (done: Done, header: () => unknown, options: object): object => assign(options, {
  success(result: any) {
    const status = parseInt(result && result.statusCode, 10)
    done(
      status > 99
        ? [status, headerLines(header() || result.header), bodyText(result.data)]
        : [NoAnswer.Unexplained, 'no status'],
    )
  },
  fail(error: any) {
    explain((how) => done([how, said(error)]))
  },
})

export const request = (options: Asks[Ask.Request]): Send => (done) => api().request!(
  answered(done, () => 0, assign(options, {
    // Anything but 'json': a body such as `123` or `null` stays text.
    dataType: 'text',
    responseType: 'text',
    redirect: 'manual',
  })),
)

export const upload = (options: Asks[Ask.Upload]): Send => (done, moved) => {
  let header: unknown
  const task = api().uploadFile!(answered(done, () => header, assign(options, { name: 'file' }))) || {}
  if (task.onProgressUpdate) task.onProgressUpdate((p) => moved((p && p.totalBytesSent) || 0))
  if (task.onHeadersReceived) task.onHeadersReceived((r) => (header = r && r.header))
  return task
}
