// Type declarations of vod-upload-miniprogram. They need neither WeChat's typings nor the DOM's.
//
//   import VODUpload from 'vod-upload-miniprogram'
//   import { createUploader, UploadError } from 'vod-upload-miniprogram'
//   const VODUpload = require('vod-upload-miniprogram')

/**
 * Uploads videos, audio and images from a WeChat mini program to ApsaraVideo VOD: a list of files that are carried one after the other,
 * in parts, resumed after a stop, a lost network or a restart, and verified.
 *
 * Every method may be called from the first line after `new`: what comes before the wasm module is loaded is kept, in order.
 * No callback runs inside a call of a method.
 */
declare class VODUpload {
  /**
   * @throws {VODUpload.UploadError} `InvalidUserId` when `userId` is neither text nor a number, `InvalidOption` when an option is not of the allowed kind;
   * the message says which and what is allowed. The object is only read.
   */
  constructor(options: VODUpload.Options)

  /** This package's version and the commit it was built from, such as `0.1.0+3769cec2d1f0`. */
  static readonly version: string

  /**
   * Loads the wasm module ahead of its first use. It is begun by the first import anyway; call this to wait for it or to learn of a failure.
   * @param options the same `wasmPath` and `fallback` as given to the uploaders, if any
   * @returns rejects with {@link VODUpload.UploadError} `WasmLoadFailed`; the next use tries again
   */
  static load(options?: VODUpload.LoadOptions): Promise<void>

  /**
   * Puts a file at the end of the list, in state `Ready`.
   * @param file a path, `{url, coverUrl?, name?, size?, fileType?}`, or an entry of wx.chooseMedia, chooseVideo, chooseImage, chooseMessageFile as it comes
   * @param endpoint normally null; given, it wins over the upload address
   * @param bucket likewise
   * @param object likewise
   * @param paramData JSON text or an object, `{"Vod": {Title, Tags, Description, CateId, …}}`. In the STS flow its fields go to VOD; in every flow the whole of it goes to VOD with the file
   * @returns false: no path; or the path is in the list already and has not ended; or paramData is broken JSON (then onUploadFailed follows with `InvalidParamData`, saying where)
   */
  addFile(file: string | VODUpload.FileInput, endpoint?: string | null, bucket?: string | null, object?: string | null, paramData?: string | object | null): boolean

  /** Starts, or goes on: files that failed or were stopped become `Ready` again, and stored parts are not sent again. No effect while running or while a credential is awaited. */
  startUpload(): void

  /** Aborts the requests under way and keeps what is stored; the files in upload become `Stoped`. Harmless at any time. */
  stopUpload(): void

  /**
   * Cancels the file if need be (one in upload ends with onUploadCanceled) and takes it from the list; later indexes move down.
   * Added again, the same content is sent as the same video.
   * @returns false: no such index
   */
  deleteFile(index: number): boolean

  /**
   * Aborts the file's requests, and its multipart upload on the server; state `Canceled`, then onUploadCanceled. The next file goes on.
   * Its video stays: resumed, the file is sent from its start as the same video.
   * @returns false: no such index, or the file has succeeded or is canceled already
   */
  cancelFile(index: number): boolean

  /**
   * Aborts the file's requests and keeps what is stored; the file becomes `Stoped` and the queue goes on. startUpload and resumeFile take it up again.
   * @returns false: no such index, or the file is not in upload
   */
  pauseFile(index: number): boolean

  /**
   * Adds the file and starts, as {@link VODUpload.createUploader}'s upload does: one promise for the file. Needs the option `getAuth` or
   * `getSTSToken`, or `onUploadstarted`; without them it is rejected with `InvalidOption`.
   */
  upload(file: string | VODUpload.FileInput, options?: VODUpload.UploadOptions): VODUpload.UploadHandle

  /**
   * Makes a canceled or paused file `Ready` again. If the uploader runs, it is taken up.
   * @returns true only then
   */
  resumeFile(index: number): boolean

  /** The live list, in order, of the same objects that the callbacks get. Do not change it. */
  listFiles(): VODUpload.UploadInfo[]

  /** What is stored of a file, which is found by its path, else by name and size. Without secrets. */
  getCheckpoint(file: string | VODUpload.FileInput | VODUpload.UploadInfo): VODUpload.Checkpoint | undefined

  /**
   * The uploads of this `userScope` that are stored and not finished, at most 100, so that an app can offer to continue after a restart.
   * What another uploader is sending at this moment is not among them.
   */
  unfinished(): VODUpload.UnfinishedUpload[]

  /** Stops, and empties the list: onUploadCanceled for every file that was started, and onUploadEnd if a run was on. What is stored stays for a later upload of the same file. */
  cleanList(): void

  /**
   * Gives the credential that your server got from CreateUploadVideo, RefreshUploadVideo or CreateUploadImage, in or after onUploadstarted. Starts the transfer.
   * @param videoId VideoId of the same answer; may be left out for images
   * @returns false: the file does not wait for it; or the text is invalid (then onUploadFailed follows with `InvalidUploadAuth` or `InvalidUploadAddress`)
   */
  setUploadAuthAndAddress(uploadInfo: VODUpload.UploadInfo, uploadAuth: string, uploadAddress: string, videoId?: string): boolean

  /**
   * Gives a new credential after onUploadTokenExpired; the upload goes on with its parts. The callback names one file at a
   * time: this goes to that one if it still waits, else to the next that does.
   * @returns false and without effect when nothing waits for one
   */
  resumeUploadWithAuth(uploadAuth: string | { UploadAuth: string }): boolean

  /**
   * Gives an STS token, in or after onUploadstarted. The package itself then calls CreateUploadVideo, RefreshUploadVideo (when `uploadInfo.videoId` is known) or CreateUploadImage.
   * @param expireTime when known: a date (ISO 8601, a Date, or seconds or milliseconds since 1970), or the seconds that are left
   * @returns false: the file does not wait for it
   */
  setSTSToken(uploadInfo: VODUpload.UploadInfo, accessKeyId: string, accessKeySecret: string, secretToken: string, expireTime?: string | number | Date): boolean

  /**
   * Gives a new STS token after onUploadTokenExpired.
   * @returns false and without effect when nothing waits for one
   */
  resumeUploadWithSTSToken(accessKeyId: string, accessKeySecret: string, secretToken: string, expireTime?: string | number | Date): boolean

  /** The web SDK's name of resumeUploadWithSTSToken. */
  resumeUploadWithToken(accessKeyId: string, accessKeySecret: string, secretToken: string, expireTime?: string | number | Date): boolean

  /** Does nothing but print what to use instead; kept for old code. */
  init(...ignored: any[]): void

  /**
   * Uploads to the endpoint, bucket and object given to addFile, without the VOD API.
   * @returns false: the file does not wait for it
   */
  setSTSTokenDirectlyUpload(uploadInfo: VODUpload.UploadInfo, accessKeyId: string, accessKeySecret: string, secretToken: string, expireTime?: string | number | Date): boolean

  /**
   * What to put on the mini program's domain lists, as far as known now: the bucket hosts of the files that have an address (with none yet,
   * the pattern `https://{bucket}.oss-<region>.aliyuncs.com`), and `https://vod.<region>.aliyuncs.com` once STS is used.
   */
  requiredDomains(): VODUpload.Domains
}

declare namespace VODUpload {
  /** `Stoped` is the field's spelling. */
  export type State = 'Ready' | 'Uploading' | 'Success' | 'Failure' | 'Canceled' | 'Stoped'

  /** Our own codes. A server's code (`AccessDenied`, `NoSuchBucket`, `InvalidVideo.NotFound`, …) passes through unchanged. */
  export type ErrorCode =
    | 'InvalidUserId'
    | 'InvalidOption'
    | 'InvalidParamData'
    | 'InvalidUploadAuth'
    | 'InvalidUploadAddress'
    | 'InvalidSTSToken'
    | 'EmptyFile'
    | 'FileNotFound'
    | 'FileChanged'
    | 'FileReadFailed'
    | 'FileTooLarge'
    | 'Canceled'
    | 'DomainNotAllowed'
    | 'NetworkError'
    | 'RequestTimeout'
    | 'IntegrityError'
    | 'ClockSkew'
    | 'WasmLoadFailed'
    | 'InternalError'

  /** What addFile and upload take: a path under any one of its three names, and what else is known. An entry of WeChat's choosers as it comes. */
  export type FileInput = FileDetails & (FileByUrl | FileByTempFilePath | FileByPath)

  /** A file by its path. */
  export interface FileByUrl {
    /** Path of the file. */
    url: string
  }

  /** A file as chooseMedia and chooseVideo give it. */
  export interface FileByTempFilePath {
    /** Path of the file. */
    tempFilePath: string
  }

  /** A file as chooseImage and chooseMessageFile give it. */
  export interface FileByPath {
    /** Path of the file. */
    path: string
  }

  /** What may be given of a file besides its path. */
  export interface FileDetails {
    /** Path of a local cover: uploaded first in the STS flow, left to the app in the credential flow. */
    coverUrl?: string
    /** The cover, as chooseMedia calls it. */
    thumbTempFilePath?: string
    /** The cover, as upload components call it. */
    thumb?: string
    /** Default: the last segment of the path. Without an extension it takes the path's. */
    name?: string
    /** Bytes; a hint only. */
    size?: number
    /** `image`, `video` or `audio`, or a MIME type. Counts only where neither name nor path has a known extension. */
    fileType?: string
    /** The same, as chooseMessageFile calls it. */
    type?: string
    /** Seconds; a chooser's, not read. */
    duration?: number
    /** Pixels; a chooser's, not read. */
    width?: number
    /** Pixels; a chooser's, not read. */
    height?: number
    /** Seconds since 1970; chooseMessageFile's, not read. */
    time?: number
  }

  /** A file of the list. Plain, live, safe for JSON.stringify, and without secrets. */
  export interface UploadInfo {
    /** Path of the file. */
    readonly url: string
    /** Path of the cover; '' without one. */
    readonly coverUrl: string
    /** `size` in bytes; right from onUploadstarted on, before that the chooser's hint or 0. `type`: a MIME type. Also the primitive fields that the app put on its file. */
    readonly file: { readonly name: string; readonly size: number; readonly url: string; readonly type: string; readonly [field: string]: any }
    /** Bytes; as `file.size`. */
    readonly fileSize: number
    /** MD5 in hex, once it is known; '' until then. */
    readonly fileHash: string
    /** By the extension, else by `fileType`. Pictures go by CreateUploadImage, all else by CreateUploadVideo. */
    readonly isImage: boolean
    /** Moves on as the upload does; changed by nobody else. */
    readonly state: State
    /** On the same scale as loadedPercent. */
    readonly loaded: number
    /** '' until known. Set before onUploadstarted for a file that is met again after a restart: refresh its credential then, instead of creating a second video. */
    readonly videoId: string
    /** Images: '' until known. */
    readonly imageId: string
    /** Images: '' until known. */
    readonly imageUrl: string
    /** Where the file goes, with `https://`: what addFile was given, else the upload address's; '' until known. */
    readonly endpoint: string
    /** The bucket: what addFile was given, else the upload address's; '' until known. */
    readonly bucket: string
    /** The object's name in the bucket: what addFile was given, else the upload address's; '' until known. */
    readonly object: string
    /** The same as `endpoint`. */
    readonly Endpoint: string
    /** The same as `bucket`. */
    readonly Bucket: string
    /** The same as `object`. */
    readonly Object: string
    /** The credential's Region, else the uploader's. */
    readonly region: string
    /** Trace id of this upload. */
    readonly ri: string
    /** paramData in base64; '' without one. */
    readonly userData: string
    /** The `Vod` level of paramData; `{}` without one. */
    readonly videoInfo: { readonly [field: string]: any }
    /** What is stored of this upload; `{}` when nothing is. */
    readonly checkpoint: Partial<Checkpoint>
  }

  /** What is stored of an upload. */
  export interface Checkpoint {
    /** '' when VOD has not named the video yet. */
    videoId: string
    /** Bytes stored at OSS. */
    loaded: number
    /** Bytes of the file. */
    total: number
    /** Milliseconds since 1970, by the phone's clock. */
    savedAt: number
  }

  /** An upload that was begun and has not ended, as {@link VODUpload.unfinished} lists it. */
  export interface UnfinishedUpload extends Checkpoint {
    /** The file's name. */
    name: string
    /** Bytes. */
    size: number
    /** Path at the time; WeChat may have cleared the file since. */
    url: string
  }

  /** How the files of a run ended. */
  export interface Summary {
    /** Files that ended with onUploadSucceed. */
    succeeded: number
    /** Files that ended with onUploadFailed. */
    failed: number
    /** Files that ended with onUploadCanceled. */
    canceled: number
  }

  /** How far a file is. */
  export interface ProgressDetail {
    /** Exact; loadedPercent is this without its fraction. */
    percent: number
    /** Bytes that OSS has confirmed, and a cautious estimate of those under way. */
    loaded: number
    /** Bytes. */
    total: number
    /** Measured over the last seconds, for all files together; 0 until measured. */
    bytesPerSecond: number
    /** What the speed makes of the bytes that are left; 0 when unknown, and at the end. */
    secondsLeft: number
  }

  /** What getAuth and getSTSToken receive. */
  export interface AuthContext {
    /** Which call of the VOD API the credential is for. */
    kind: 'create-video' | 'refresh-video' | 'create-image'
    /** The file; `size` in bytes. */
    file: { name: string; size: number; url: string; coverUrl: string }
    /** What upload() was given as `meta`. */
    meta: any
    /** For `refresh-video`: the video whose credential is to be renewed. */
    videoId?: string
    /** The file's live info. */
    uploadInfo: UploadInfo
  }

  /** The VOD API's JSON, as your server got it. */
  export interface Auth {
    /** The credential, in base64 as VOD gave it. */
    UploadAuth: string
    /** Endpoint, bucket and object, in base64 as VOD gave them. */
    UploadAddress: string
    /** CreateUploadVideo's and RefreshUploadVideo's. */
    VideoId?: string
    /** CreateUploadImage's. */
    ImageId?: string
    /** CreateUploadImage's. */
    ImageURL?: string
    [field: string]: any
  }

  /** What AssumeRole gave your server. */
  export interface STSToken {
    /** Begins with `STS.`. */
    AccessKeyId: string
    /** Never logged, never stored. */
    AccessKeySecret: string
    /** Never logged, never stored. */
    SecurityToken: string
    /** ISO 8601: a new token is asked for ahead of it. */
    Expiration: string
    [field: string]: any
  }

  /** One line of the log; free of secrets. */
  export interface LogEvent {
    /** As the first argument. */
    level: LogLevel
    /** What happened, in a stable word: `retry`, `restart`, `cover`, `domain`, … */
    event: string
    [detail: string]: any
  }

  /** Without the `log` option, `warn` and `error` go to the console. */
  export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

  /** Where the engine comes from. */
  export interface LoadOptions {
    /** Path of the module in the code package. Default: `miniprogram_npm/vod-upload-miniprogram/vod_upload.wasm.br`. Needed in sub-packages and with bundlers that put it elsewhere. */
    wasmPath?: string
    /**
     * The engine in JavaScript, used where WXWebAssembly is missing, refuses the module or does not answer in 20 s:
     * `() => require('vod-upload-miniprogram/fallback')`, or, when a copy of `fallback/index.js` lies in a sub-package (`npx vod-upload-miniprogram copy <folder> --fallback`), `() => require.async('../packageA/fallback.js')`.
     * Also taken: the module or a promise of it, its `default`, or any function `(imports) => exports`.
     */
    fallback?: unknown
  }

  /** What both interfaces take. */
  export interface CommonOptions extends LoadOptions {
    /** Whose uploads these are, such as the logged-in user's id. What is stored is kept apart by it. Default: `userId`. */
    userScope?: string | number
    /** A VOD region id; an unknown one is a warning, and a credential's own Region wins. Default: `cn-shanghai`. */
    region?: string
    /** Attempts after the first, per request, on a network exception. A whole number from 0, which means none. Default: 3. */
    retryCount?: number
    /** Seconds before the first retry; later ones wait longer. Default: 2. */
    retryDuration?: number
    /** Whole milliseconds per request, and the longest wait for getAuth or getSTSToken. WeChat may cap it at 60000. Default: 60000. */
    timeout?: number
    /** Bytes per part, from 102400. Default: 0, by the measured speed. */
    partSize?: number
    /** Parts at once, counted over all uploaders up to 8. Default: 0, by the measured speed. */
    parallel?: number
    /** Files at once, from 1. Default: 1 with callbacks; with getAuth or getSTSToken small files go up to four at once. */
    parallelFiles?: number
    /** The endpoint is a domain of your own, without the bucket's name before it. Default: false. */
    cname?: boolean
    /** Signature version of OSS requests. Default: `v4`. */
    signature?: 'v4' | 'v1'
    /** Whether every part and the whole object are compared by CRC64. Default: `crc64`. */
    integrity?: 'crc64' | 'off'
    /** Whether an upload survives a restart of the mini program. Default: true. */
    checkpoint?: boolean
    /** `request`: parts, through wx.request. `uploadFile`: one form POST a file. `auto`: the first, and the second where only the uploadFile domain list has the host. Default: `auto`. */
    transport?: 'auto' | 'request' | 'uploadFile'
    /** Scale of loadedPercent and uploadInfo.loaded: 0…100, or 0…1 as in the web SDK. Default: 100. */
    progressScale?: 100 | 1
    /** Asks your server for a credential; replaces setUploadAuthAndAddress and onUploadTokenExpired. One call at a time. A rejection fails the file with its message. */
    getAuth?: (context: AuthContext) => Auth | Promise<Auth>
    /** Asks your server for an STS token; not together with getAuth. One call at a time. A rejection fails the file with its message. */
    getSTSToken?: (context: AuthContext) => STSToken | Promise<STSToken>
    /** Receives every log line. Without it, warnings and errors go to the console. */
    log?: (level: LogLevel, event: LogEvent) => void

    /** A file is in the list. */
    addFileSuccess?: (uploadInfo: UploadInfo) => void
    /** A file's turn has come: give its credential, now or later. Also accepted: onUploadStarted. */
    onUploadstarted?: (uploadInfo: UploadInfo) => void
    /** The same as onUploadstarted, which wins when both are given. */
    onUploadStarted?: (uploadInfo: UploadInfo) => void
    /** Ends a file. */
    onUploadSucceed?: (uploadInfo: UploadInfo) => void
    /** Ends a file. `code` is stable, `message` says in one sentence what happened and what to do. */
    onUploadFailed?: (uploadInfo: UploadInfo, code: ErrorCode | (string & {}), message: string) => void
    /** Ends a file: it was canceled, or deleted while in upload. */
    onUploadCanceled?: (uploadInfo: UploadInfo) => void
    /** `totalSize` in bytes; `loadedPercent` never goes back, and is full only when OSS has confirmed the object. */
    onUploadProgress?: (uploadInfo: UploadInfo, totalSize: number, loadedPercent: number, detail: ProgressDetail) => void
    /** The credential has expired: the upload waits for a resumeUploadWith… call. Once per expiry. */
    onUploadTokenExpired?: (uploadInfo: UploadInfo) => void
    /** The last file of a run has ended, in whatever way. Undefined when `startUpload` found nothing to do; that is reported only if no end was reported since the last `addFile`. */
    onUploadEnd?: (uploadInfo: UploadInfo | undefined, summary: Summary) => void
    /** The vendor's; accepted, without effect: nothing is reported to anybody. */
    enableUploadProgress?: boolean
    /** The vendor's; accepted, without effect: see `checkpoint`. */
    localCheckpoint?: boolean
  }

  /** Options of `new VODUpload`. */
  export interface Options extends CommonOptions {
    /** Id of the Alibaba Cloud account, or your own id of the user. Without it an error `InvalidUserId` is logged, and the upload works. */
    userId: string | number
  }

  /** Options of createUploader. */
  export interface UploaderOptions extends CommonOptions {
    /** Id of the Alibaba Cloud account. Keeps apart what is remembered for several of them. */
    userId?: string | number
  }

  /** Hosts with `https://`, as WeChat's console wants them. */
  export interface Domains {
    /** For the list "request legal domains". */
    request: string[]
    /** For the list "uploadFile legal domains". */
    uploadFile: string[]
  }

  /** The part of an AbortSignal that is used. */
  export interface Signal {
    /** Aborted before the upload: it never begins. */
    readonly aborted: boolean
    /** Called once, with `abort`. */
    addEventListener(type: 'abort', listener: () => void): void
  }

  /** Options of upload() besides the file. */
  export interface UploadOptions {
    /** Handed to getAuth and getSTSToken. */
    meta?: any
    /** Called with each step of this upload; never backwards. */
    onProgress?: (progress: ProgressDetail) => void
    /** Cancels the upload when it aborts. */
    signal?: Signal
    /** As in {@link VODUpload.addFile}. */
    paramData?: string | object | null
    /** As in {@link VODUpload.addFile}. */
    endpoint?: string | null
    /** As in {@link VODUpload.addFile}. */
    bucket?: string | null
    /** As in {@link VODUpload.addFile}. */
    object?: string | null
  }

  /** Resolves with the file's info (`videoId`, or `imageId` and `imageUrl`), rejects with {@link UploadError}. Either way the file has left the list. */
  export interface UploadHandle extends Promise<UploadInfo> {
    /** Keeps what is stored; other files go on. */
    pause(): void
    /** Goes on after pause(). */
    resume(): void
    /** Rejects with code `Canceled`. */
    cancel(): void
  }

  /** What createUploader gives. */
  export interface Uploader {
    /** Adds the file and starts. Safe to call for many files: they wait for each other. */
    upload(file: string | FileInput, options?: UploadOptions): UploadHandle
    /** As {@link VODUpload.requiredDomains}. */
    requiredDomains(): Domains
    /** The uploader beneath. */
    readonly uploader: Whole
  }

  /** The promise interface, of the same shape as the vendor's web SDK 2.0. Throws as {@link VODUpload} does. */
  export function createUploader(options?: UploaderOptions): Uploader

  /** An Error with the facts of a failure. */
  export class UploadError extends Error {
    /** Stable: one of {@link ErrorCode}, or the server's own. */
    readonly code: ErrorCode | (string & {})
    /** Where in the upload it happened; '' when that means nothing. */
    readonly stage: string
    /** 0: no answer was had. */
    readonly httpStatus: number
    /** The server's id of the request, for a support ticket; '' without one. */
    readonly requestId: string
    /** 1-based; 0 when no part is to blame. */
    readonly part: number
    /** Whether starting the file again may help. */
    readonly retryable: boolean
    private constructor()
  }

  /** The same class. */
  export const VODUploadError: typeof UploadError

  /** The class itself, with its types, for `import { VODUpload } from …` and `import VODUpload from …`. */
  export import VODUpload = Whole
  export { Whole as default }
}

import Whole = VODUpload

export = VODUpload
