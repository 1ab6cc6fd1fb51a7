// What the package needs of the app's platform. A new platform is a folder next to `wechat/` and an entry that calls createPackage.
import type { FileStat, FormUpload, HttpRequest, HttpResponse, RequestProgress } from '../engine/wasm'

export interface Platform {
  readonly http: Http
  readonly files: Files
  readonly storage: Storage
  readonly lifecycle: Lifecycle
  readonly wasm: Wasm
  readonly timers: Timers
}

export interface Http {
  /** Sends a request, at once or as soon as the platform has a connection free. */
  request(request: HttpRequest, body: string | ArrayBuffer, onProgress: OnProgress): RequestHandle
  /** Sends a whole file as a multipart/form-data POST, the file in the field `file` after all others. */
  uploadFile(form: FormUpload, onProgress: OnProgress): RequestHandle
}

/** Requests that start at once need not report it; a form reports the bytes that are sent if the platform shows them. */
export type OnProgress = (progress: RequestProgress) => void

export interface RequestHandle {
  /** Any HTTP status is a response. Rejected with a TransportError when there is none. */
  readonly response: Promise<HttpResponse>
  /** Rejects the response with the kind `abort`, whatever the platform does. */
  abort(): void
}

/** Methods are rejected with a FileError. */
export interface Files {
  stat(path: string): Promise<FileStat>
  /** An ArrayBuffer of its own with at most `length` bytes from `position`. */
  read(path: string, position: number, length: number): Promise<ArrayBuffer>
  /** In lower-case hex. */
  md5(path: string): Promise<string>
}

/** Small values that survive the end of the app, written before the call returns. No method throws. */
export interface Storage {
  /** '' when there is none. */
  get(key: string): string
  /** False when the value was not taken. */
  set(key: string, value: string): boolean
  remove(key: string): void
}

export interface AppState {
  hidden: boolean
  connected: boolean
  /** wifi, 5g, 4g, 3g, 2g, none or unknown */
  networkType: string
}

export interface Lifecycle {
  /** As of the last event or query. */
  readonly state: AppState
  /** Calls back after changes of the state and when memory is short. Called for each new uploader with the same functions. */
  watch(onChange: () => void, onMemoryWarning: () => void): void
  /** Brings `state` up to date: a change of the network may be reported after the requests that it broke. */
  refresh(): Promise<void>
}

export interface Wasm {
  /** Where the module lies if the app does not set wasmPath. */
  readonly defaultPath: string
  /** The exports of a new instance, or what has them as `exports` or `instance.exports`. */
  instantiate(path: string, imports: object): PromiseLike<unknown>
  /** Longest wait for instantiate, ms. */
  readonly timeoutMs: number
}

export interface Timers {
  /** Wall clock, ms since 1970. */
  now(): number
  setTimeout(task: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}
