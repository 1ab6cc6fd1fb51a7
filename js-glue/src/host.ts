// Every seam between the engine and the world, in one place. The engine decides; what is here acts.
// `src/wx/` implements these over WeChat; tests and other hosts may implement them otherwise.

/** Why a request got no answer; '' when it got one. */
export type HttpFailure =
  | ''
  | 'timeout'
  | 'abort'
  | 'interrupted' // the app was in the background
  | 'domain' // the host is not on the mini program's domain list
  | 'tls'
  | 'offline'
  | 'switched' // WeChat fails everything under way when the network changes
  | 'busy' // too many requests at once
  | 'toolarge' // over the bridge's limit
  | 'badurl'
  | 'network' // all else, worth a retry

export interface HttpAnswer {
  /** 0: no answer, see `failure`. */
  status: number
  /** "name: value\n" lines, names in lower case. */
  headers: string
  body: string
  failure: HttpFailure
  /** WeChat's own words, without the query of any address. */
  detail: string
}

export type FileFailureKind = 'missing' | 'denied' | 'range' | 'interrupted' | 'toolarge' | 'other'

export interface FileFacts {
  size: number
  /** Seconds since 1970; 0 when unknown. */
  mtime: number
  failure: FileFailureKind | ''
  detail: string
}

export interface FileFailure {
  failure: FileFailureKind
  detail: string
}

/** What an engine instance may ask for. No method throws, no promise rejects. */
export interface Host {
  now(): number
  request(id: number, method: string, url: string, headers: string, body: ArrayBuffer | string | undefined, timeoutMs: number): Promise<HttpAnswer>
  /** A form POST of a whole file; `fields` are "name: value\n" lines. */
  upload(id: number, url: string, path: string, fields: string, timeoutMs: number): Promise<HttpAnswer>
  /** The request's promise settles at once with the failure 'abort'; harmless when there is no such request. */
  abort(id: number): void
  stat(path: string): Promise<FileFacts>
  read(path: string, position: number, length: number): Promise<ArrayBuffer | FileFailure>
  /** MD5 in hex; '' when it can't be had. */
  digest(path: string): Promise<string>
  /** '' when missing. */
  get(key: string): string
  /** false: the store refused. */
  set(key: string, value: string): boolean
  remove(key: string): void
  /** The one timer: replaces the former one, none when negative. Ends in `Core.tick()`. */
  timer(delayMs: number): void
  /** Called inside methods of `Core`: the receiver may note things down, nothing more. */
  emit(kind: EmitKind, id: number, payload: Payload | undefined): void
}

export type EmitKind =
  | 'patch' | 'added' | 'started' | 'progress' | 'succeed' | 'canceled' | 'expired' | 'failed' | 'end' | 'credential' | 'log'

export interface Payload {
  [field: string]: any
}

/** Methods by which the app answers for a file. */
export type Answer = 'set_auth' | 'set_sts' | 'set_direct'

/** The engine, as the wasm module exports it. '' stands for what is absent. */
export interface Core {
  add(
    id: number, path: string, name: string, kind: number, endpoint: string, bucket: string, object: string,
    paramData: string, coverPath: string,
  ): void
  start(): void
  stop(): void
  clean(): void
  remove(id: number): void
  cancel(id: number): void
  resume(id: number): void
  pause(id: number): void
  set_auth(id: number, uploadAuth: string, uploadAddress: string, videoId: string): boolean
  resume_auth(uploadAuth: string): boolean
  set_sts(id: number, keyId: string, secret: string, token: string, expiration: string, videoId: string): boolean
  resume_sts(keyId: string, secret: string, token: string, expiration: string): boolean
  set_direct(id: number, keyId: string, secret: string, token: string, expiration: string): boolean
  credential(id: number, json: string): void
  credential_failed(id: number, code: string, message: string): void
  hide(): void
  show(): void
  network(connected: boolean, type: string): void
  memory(level: number): void
  tick(): void
  upload_progress(id: number, sent: number): void
}

export interface CoreOptions {
  userId: string
  region: string
  retryCount: number
  /** s */
  retryDuration: number
  /** ms */
  timeout: number
  /** Bytes; 0: adaptive. */
  partSize: number
  /** 0: adaptive. */
  parallel: number
  parallelFiles: number
  cname: boolean
  signature: 'v4' | 'v1'
  crc: boolean
  checkpoint: boolean
  transport: 'auto' | 'request' | 'uploadFile'
  credentials: 'callbacks' | 'auth' | 'sts'
  /** Somebody answers when a credential has expired. */
  expiredHandled: boolean
  seed: number
  networkType: string
}

/** The bindings of one instance of the module. */
export interface Glue {
  _imports: object
  _api: {
    Core: new (host: Host, options: CoreOptions) => Core
    json_error(text: string): string
  }
  _bind(exports: object): void
}

/** The app's surroundings, as last heard of. */
export interface World {
  _hidden: boolean
  _connected: boolean
  _type: string
}
