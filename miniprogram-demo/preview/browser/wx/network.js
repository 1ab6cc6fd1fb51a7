// wx.request and wx.uploadFile over fetch and XMLHttpRequest. The host that a URL names goes along as a header; the preview's
// server leads everything to the local cloud.
import { answer, Refusal } from './answer.js'

const BACKGROUND_MS = 5000 // then WeChat ends all requests
const TIMEOUT = 60_000

const refusals = {
  offline: () => new Refusal('-106:net::ERR_INTERNET_DISCONNECTED', { errno: 600001 }),
  interrupted: () => new Refusal('interrupted', { errno: 600003 }),
  switched: () => new Refusal('errcode:10011 cronet_error_code:0 error_msg:network change, cancel all task', { errno: 600001 }),
  timeout: () => new Refusal('timeout', { errno: 5 }),
  abort: () => new Refusal('abort', { errno: 600004 }),
  lost: () => new Refusal('-101:net::ERR_CONNECTION_RESET', { errno: 600001 }),
}

export function asked({ url, method = 'GET', header = {}, body, signal }) {
  const { host, pathname, search } = new URL(url)
  return fetch(pathname + search, { method, body, signal, headers: { ...header, 'x-forwarded-host': host }, cache: 'no-store', credentials: 'omit' })
}

export function createNetwork({ surroundings, files, life }) {
  const running = new Set()
  let hideTimer = 0
  const state = () => ({ isConnected: surroundings.online, networkType: surroundings.online ? 'wifi' : 'none' })

  // work(signal) does it; whatever ends it early says why.
  function carry(name, options, work) {
    const controller = new AbortController()
    const end = (why) => controller.abort(refusals[why]())
    const timer = setTimeout(end, options.timeout || TIMEOUT, 'timeout')
    running.add(end)
    answer(name, options, async () => {
      try {
        if (!surroundings.online) throw refusals.offline()
        return await work(controller.signal)
      } catch (error) {
        throw controller.signal.reason ?? (error instanceof Refusal ? error : refusals.lost())
      } finally {
        clearTimeout(timer)
        running.delete(end)
      }
    })
    return { abort: () => end('abort'), onHeadersReceived() {}, offHeadersReceived() {} }
  }

  function request(options) {
    return carry('request', options, async (signal) => {
      const { url, method = 'GET', data, dataType = 'json', responseType = 'text' } = options
      const header = Object.fromEntries(Object.entries(options.header ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
      const body = bodyOf(method, data)
      if (body !== undefined) header['content-type'] ??= 'application/json'
      const response = await asked({ url, method, header, body, signal })
      const text = responseType === 'arraybuffer' ? await response.arrayBuffer() : await response.text()
      return { statusCode: response.status, header: Object.fromEntries(response.headers), cookies: [], data: dataType === 'json' && typeof text === 'string' ? parsed(text) : text }
    })
  }

  function uploadFile(options) {
    const progress = []
    const task = carry('uploadFile', options, (signal) => new Promise((resolve, reject) => {
      const { host, pathname, search } = new URL(options.url)
      const form = new FormData()
      for (const [name, value] of Object.entries(options.formData ?? {})) form.append(name, value)
      form.append(options.name, files.open(options.filePath))
      const call = new XMLHttpRequest()
      call.open('POST', pathname + search)
      call.setRequestHeader('x-forwarded-host', host)
      call.upload.onprogress = ({ loaded, total }) => progress.forEach((listener) => listener({ progress: Math.floor((loaded * 100) / total), totalBytesSent: loaded, totalBytesExpectedToSend: total }))
      call.onload = () => resolve({ statusCode: call.status, data: call.responseText, header: headersOf(call) })
      call.onerror = () => reject(refusals.lost())
      signal.addEventListener('abort', () => {
        call.abort()
        reject(signal.reason)
      })
      call.send(form)
    }))
    return { ...task, onProgressUpdate: (listener) => void progress.push(listener), offProgressUpdate() {} }
  }

  return {
    api: {
      request,
      uploadFile,
      getNetworkType: (options) => answer('getNetworkType', options, () => ({ networkType: state().networkType })),
    },
    changed() {
      for (const end of [...running]) end(surroundings.online ? 'switched' : 'offline')
      life.emit('NetworkStatusChange', state())
    },
    visibilityChanged(visible) {
      clearTimeout(hideTimer)
      if (!visible) hideTimer = setTimeout(() => [...running].forEach((end) => end('interrupted')), BACKGROUND_MS)
    },
  }
}

function bodyOf(method, data) {
  if (method === 'GET' || method === 'HEAD' || data === undefined) return undefined
  if (typeof data === 'string' || Object.prototype.toString.call(data) === '[object ArrayBuffer]') return data
  return JSON.stringify(data)
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function headersOf(call) {
  return Object.fromEntries(call.getAllResponseHeaders().trim().split('\r\n').map((line) => line.split(/: (.*)/s, 2)))
}
