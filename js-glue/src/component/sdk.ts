// What the component uses of the package: its public interface alone.
import type VODUpload = require('../../types/index')

/** What is stored of an upload that has not ended. */
export interface StoredUpload {
  name: string
  size: number
  url: string
  videoId: string
  loaded: number
  total: number
}

export interface UploadHandle extends Promise<VODUpload.UploadInfo> {
  pause(): void
  resume(): void
  cancel(): void
}

export interface Uploader {
  upload(file: object, options: { meta: unknown; onProgress(progress: VODUpload.ProgressDetail): void }): UploadHandle
  readonly uploader: { unfinished(): StoredUpload[]; stopUpload(): void }
}

export interface Sdk {
  createUploader(options: object): Uploader
}

export type Options = VODUpload.UploaderOptions
export type AuthContext = VODUpload.AuthContext
export type UploadInfo = VODUpload.UploadInfo
export type Progress = VODUpload.ProgressDetail
export type UploadError = VODUpload.UploadError
