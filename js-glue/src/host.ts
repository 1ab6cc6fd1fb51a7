// Every seam between the engine and the world, in one place. The engine decides; what is here acts.
// `src/wx/` implements these over WeChat; tests and other hosts may implement them otherwise.

/** What WeChat says of a failure, as `said` in wx/errors.ts quotes it, or our own words. src/wechat.rs makes sense of it. */
export type Said = string

/** How a request got no answer; stands for the status. src/wechat.rs has the same list. */
export const enum NoAnswer {
  Unexplained,
  /** Meanwhile the phone uses another network. */
  Switched,
  /** The phone has no network. */
  Offline,
  /** The client threw. */
  Unsent,
  /** By us: nothing was said. */
  Aborted,
}

/** `headers`: "name: value\n" lines, names in lower case. */
export type HttpAnswer = [status: number, headers: string, body: string] | [how: NoAnswer, said?: Said]

/** `mtime`: seconds since 1970; 0 when unknown. */
export type FileFacts = [size: number, mtime: number]

/** What an engine instance may ask for. No method throws; what takes time is told to the engine later, with the number it came with.
 */
export interface Host {
  now(): number
  /** Ends in the command that `Asks` says, with the same id. */
  ask<A extends keyof Asks>(what: A, id: number, options: Asks[A], number: number): void
  /** '' when missing. */
  get(key: string): string
  /** false: the store refused. */
  set(key: string, value: string): boolean
  /** Called inside `tell`: the receiver may note things down, nothing more. */
  emit(kind: EmitKind, id: number, payload: Payload | undefined): void
  copy(buffer: ArrayBuffer, at: number, to: Uint8Array): void
}

/** What the engine asks for. src/wasm/host.rs has the same list. */
export const enum Ask { Request, Upload, Abort, Stat, Read, Digest, Remove, Timer }

/** Options are WeChat's, without callbacks and what is always the same. */
export interface Asks {
  /** Command.Answer */
  [Ask.Request]: { url: string; method: string; header: object; data: ArrayBuffer | string; timeout: number }
  /** A form POST of a whole file. Command.Answer */
  [Ask.Upload]: { url: string; filePath: string; formData: object; timeout: number }
  /** The request is answered as one that we have aborted; harmless when there is no such request. */
  [Ask.Abort]: undefined
  /** A path. Command.Stat */
  [Ask.Stat]: string
  /** The bytes, then the file's facts: what was just read belongs to a file of this size. `number` is handed back with them. Command.Read */
  [Ask.Read]: { filePath: string; position: number; length: number }
  /** MD5 in hex of the file at a path; '' when it can't be had. Command.Digest */
  [Ask.Digest]: string
  /** A key of the store. */
  [Ask.Remove]: string
  /** The one timer: after `number` ms, none when negative; replaces the former one. Command.Tick */
  [Ask.Timer]: undefined
}

export type EmitKind =
  | 'patch' | 'progress' | 'end' | 'credential' | 'log'
  // As the callbacks' names end, behind onUpload.
  | 'started' | 'Succeed' | 'Failed' | 'Canceled' | 'TokenExpired'

export interface Payload {
  [field: string]: any
}

/** What the engine is told. src/wasm/core.rs has the same list. */
export const enum Command {
  Add, Start, Stop, Clean, Remove, Cancel, Resume, Pause, SetAuth, ResumeAuth, SetSts, ResumeSts, SetDirect, Credential, CredentialFailed,
  Hide, Show, Network, Memory, Tick, UploadProgress, Answer, Stat, Read, Digest,
}

/** '' stands for what is absent. */
export interface Arguments {
  [Command.Add]: [
    id: number, path: string, name: string, kind: number, endpoint: string, bucket: string, object: string, paramData: string,
    coverPath: string,
  ]
  [Command.Start]: []
  [Command.Stop]: []
  [Command.Clean]: []
  [Command.Remove]: [id: number]
  [Command.Cancel]: [id: number]
  [Command.Resume]: [id: number]
  [Command.Pause]: [id: number]
  [Command.SetAuth]: [id: number, uploadAuth: string, uploadAddress: string, videoId: string]
  [Command.ResumeAuth]: [uploadAuth: string]
  [Command.SetSts]: [id: number, keyId: string, secret: string, token: string, expiration: string, videoId: string]
  [Command.ResumeSts]: [keyId: string, secret: string, token: string, expiration: string]
  [Command.SetDirect]: [id: number, keyId: string, secret: string, token: string, expiration: string]
  [Command.Credential]: [id: number, json: string]
  [Command.CredentialFailed]: [id: number, code: string, message: string]
  [Command.Hide]: []
  [Command.Show]: []
  [Command.Network]: [connected: boolean, type: string]
  [Command.Memory]: [level: number]
  [Command.Tick]: []
  /** `sent`: bytes; -1: the request waits for one of WeChat's slots, 0: it begins now. */
  [Command.UploadProgress]: [id: number, sent: number]
  [Command.Answer]: [id: number, ...answer: HttpAnswer]
  [Command.Stat]: [op: number, found: FileFacts | Said]
  [Command.Read]: [op: number, bytes: ArrayBuffer | Said, found: FileFacts | Said, uses: number]
  [Command.Digest]: [id: number, md5: string]
}

/** Whether it had an effect. */
export type Tell = <C extends keyof Arguments>(command: C, ...args: Arguments[C]) => boolean

/** Commands by which the app answers for a file. */
export type Answer = Command.SetAuth | Command.SetSts | Command.SetDirect

/** Who gives credentials. src/options.rs says more. */
export const enum Credentials { Callbacks, Auth, Sts }

/** What is left out is the engine's default: adaptive, one file at a time, v4, checked by CRC, remembered. */
export interface CoreOptions {
  userId: string
  region: string
  retryCount: number
  /** s */
  retryDuration: number
  /** ms */
  timeout: number
  /** Bytes; 0: adaptive. */
  partSize?: number
  /** 0: adaptive. */
  parallel?: number
  parallelFiles?: number
  cname: boolean
  signature?: 'v4' | 'v1'
  integrity?: 'crc64' | 'off'
  checkpoint?: boolean
  transport?: 'auto' | 'request' | 'uploadFile'
  credentials: Credentials
  /** Somebody answers when a credential has expired. */
  expiredHandled: boolean
  seed: number
  networkType: string
}

/** The bindings of one instance of the module. */
export interface Glue {
  /** A new engine; its number, which is never 0. */
  open(host: Host, options: CoreOptions): number
  tell(core: number, command: Command, args: unknown[]): boolean
  json_error(text: string): string
  __wbg_set_wasm(exports: object): void
}

/** The app's surroundings, as last heard of. */
export interface World {
  _hidden: boolean
  _connected: boolean
  _type: string
}
