// The engine's Host over a platform.
import type { OnProgress, Platform, RequestHandle } from '../platform/platform'
import type { Host, RequestProgress, UploadEvent } from './wasm'

/** What the host passes on to an uploader. */
export interface EngineClient {
  onEvent(fileId: number, event: UploadEvent): void
  /** `undefined`: no timer any more. */
  onTimer(delayMs: number | undefined): void
  onProgress(requestId: number, progress: RequestProgress): void
  onIdle(): void
}

interface Instance {
  isAlive(): boolean
  onPanic(message: string): void
}

export interface OwnedHost extends Host {
  /** Nobody is left to wait for the requests under way. */
  abortAll(): void
}

export function createHost(platform: Platform, clients: Map<number, EngineClient>, { isAlive, onPanic }: Instance): OwnedHost {
  const { http, files, storage, timers } = platform
  const requests = new Map<string, RequestHandle>()

  /** A dead instance must not be called back. */
  const whileAlive = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      promise.then(
        (value) => isAlive() && resolve(value),
        (error) => isAlive() && reject(error),
      )
    })

  const send = (uploaderId: number, requestId: number, begin: (onProgress: OnProgress) => RequestHandle) => {
    const key = `${uploaderId}:${requestId}`
    const handle = begin((progress) => {
      const client = clients.get(uploaderId)
      if (client && isAlive()) client.onProgress(requestId, progress)
    })
    requests.set(key, handle)
    const forget = (): void => void requests.delete(key)
    handle.response.then(forget, forget)
    return whileAlive(handle.response)
  }

  return {
    now: () => timers.now(),
    request: (request, body) => send(request.uploaderId, request.id, (onProgress) => http.request(request, body, onProgress)),
    uploadFile: (form) => send(form.uploaderId, form.id, (onProgress) => http.uploadFile(form, onProgress)),
    abort(uploaderId, requestId) {
      const handle = requests.get(`${uploaderId}:${requestId}`)
      if (handle) handle.abort()
    },
    statFile: (path) => whileAlive(files.stat(path)),
    readFile: (path, position, length) => whileAlive(files.read(path, position, length)),
    fileMd5: (path) => whileAlive(files.md5(path).catch(() => '')),
    getItem: (key) => storage.get(key),
    setItem: (key, value) => storage.set(key, value),
    removeItem: (key) => storage.remove(key),
    setTimer(uploaderId, delayMs) {
      const client = clients.get(uploaderId)
      if (client) client.onTimer(delayMs)
    },
    onIdle(uploaderId) {
      const client = clients.get(uploaderId)
      if (client) client.onIdle()
    },
    emit(uploaderId, fileId, event) {
      const client = clients.get(uploaderId)
      if (client) client.onEvent(fileId, event)
    },
    onPanic,
    abortAll() {
      requests.forEach((handle) => handle.abort())
    },
  }
}
