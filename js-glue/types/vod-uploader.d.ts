// Types of <vod-uploader>: its properties, its events and its files. Slots: `trigger` stands in place of the add button, `file` in place of the list.
//
//   import type { UploaderFile, SuccessEvent } from 'vod-upload-miniprogram/vod-uploader/index'

import type VODUpload = require('./index')

/** What can be chosen: `video`, `image` or both (`media`) from album and camera, `file` from a chat. */
export type Accept = 'video' | 'image' | 'media' | 'file'

/**
 * `waiting`: in line, or, with `autoUpload` off, not started yet. `paused`: what is stored is kept. `failed`: `code` and `message` say why;
 * with code `FileNotFound` WeChat has cleared the temporary file, and the upload goes on once the file is chosen again.
 */
export type Status = 'waiting' | 'uploading' | 'paused' | 'done' | 'failed'

/** A file of the list, as events and the `files` property have it. */
export interface UploaderFile {
  /** Identifies the file in this list; given by the component when the app gives none. */
  uid: string
  /** Path on the phone, or an address for a file that was uploaded before. */
  url: string
  /** With an extension. The album tells no name: the component then makes one, such as `video-1.mp4`. */
  name: string
  /** Bytes; 0 when unknown. */
  size: number
  type: 'video' | 'image' | 'audio' | 'file'
  /** Path of the picture that is shown; '' without one. */
  thumb: string
  status: Status
  /** 0…100, a whole number. */
  percent: number
  /** One sentence for the user, in the component's language; '' unless failed. */
  message: string
  /** Stable error code; '' unless failed. */
  code: string
  /** Video and audio, once it is known. */
  videoId: string
  /** Pictures, once it is known. */
  imageId: string
  /** Pictures, once it is known. */
  imageUrl: string
  /** 0 when unknown. */
  bytesPerSecond: number
  /** 0 when unknown. */
  secondsLeft: number
}

/** What the app may put into `files`: a path to be uploaded, or, with status `done`, something uploaded earlier. */
export type GivenFile = Partial<UploaderFile> & { url: string }

/** Properties of the tag. */
export interface Properties {
  /**
   * Files to begin with. Later changes are applied by comparison with the value before: new entries are added, entries left out are removed.
   * An app that stores `event.detail.files` of `bind:change` here has the list always up to date. Default: `[]`.
   */
  files?: GivenFile[]
  /** Default: `video`. */
  accept?: Accept
  /** Most files in the list; 0 means any number. Default: 0. */
  max?: number
  /** Most bytes of one file; 0 means any size. Larger ones are refused, see `bind:oversize`. Default: 0. */
  maxSize?: number
  /** Default: `['original']`. */
  sizeType?: Array<'original' | 'compressed'>
  /** Default: `['album', 'camera']`. */
  sourceType?: Array<'album' | 'camera'>
  /** Default: `back`. */
  camera?: 'back' | 'front'
  /** Whether chosen and restored files start by themselves. Default: true. */
  autoUpload?: boolean
  /** No choosing, pausing and removing. What is being uploaded goes on. Default: false. */
  disabled?: boolean
  /** Whether files have a remove button. Default: true. */
  removable?: boolean
  /** Asks the app's server for a credential, as in createUploader. Without it, `bind:auth` is asked. */
  getAuth?: ((context: VODUpload.AuthContext) => VODUpload.Auth | Promise<VODUpload.Auth>) | null
  /** Handed to getAuth or `bind:auth` with each file. */
  meta?: any
  /**
   * Options of createUploader. `wasmPath` is by default that of the module in the folder around the component's own. A change holds once nothing
   * is being uploaded. `userScope` counts when the tag is attached, for that is when unfinished files are shown again: an app that learns it later
   * shows the tag later, with `wx:if`.
   */
  options?: VODUpload.UploaderOptions
  /** Default: the language of WeChat. */
  lang?: 'zh-CN' | 'en' | ''
}

/** What every handler gets. */
export interface ComponentEvent<Detail> {
  detail: Detail
}

export interface FileDetail {
  file: UploaderFile
  index: number
}

export interface FilesDetail {
  files: UploaderFile[]
}

/** `bind:add`: files have been chosen and put in the list. */
export type AddEvent = ComponentEvent<FilesDetail>
/** `bind:change`: the list or a status is different now. */
export type ChangeEvent = ComponentEvent<FilesDetail>
/** `bind:progress`: at most five times a second. */
export type ProgressEvent = ComponentEvent<FileDetail>
/** `bind:success` */
export type SuccessEvent = ComponentEvent<FileDetail>
/** `bind:fail`; `error` is what upload() was rejected with. */
export type FailEvent = ComponentEvent<FileDetail & { error: VODUpload.UploadError }>
/** `bind:remove`: the user has removed a file. */
export type RemoveEvent = ComponentEvent<FileDetail>
/** `bind:click`: a file was tapped. */
export type ClickEvent = ComponentEvent<FileDetail>
/** `bind:oversize`: chosen files that are larger than `maxSize`, and not in the list. */
export type OversizeEvent = ComponentEvent<FilesDetail & { maxSize: number }>
/** `bind:error`: no file's failure: choosing failed (`ChooseFailed`), or `options` are wrong. */
export type ErrorEvent = ComponentEvent<{ code: string; message: string }>
/** `bind:complete`: every file of the list has ended. */
export type CompleteEvent = ComponentEvent<FilesDetail>
/** `bind:auth`: give `callback` the VOD API's answer, a promise of it, or an Error. */
export type AuthEvent = ComponentEvent<VODUpload.AuthContext & {
  callback: (answer: VODUpload.Auth | Promise<VODUpload.Auth> | Error) => void
}>

/** What `this.selectComponent('#id')` gives. */
export interface Instance {
  /** Opens the chooser. */
  choose(): void
  /** Starts what waits, is paused or has failed. */
  start(): void
  /** Pauses everything. */
  pause(): void
}
