// The part of `wx` that is used, declared here so that the package does not depend on WeChat's typings. Any of it may be missing.
import { ignoreRejection } from '../../values'

export interface Wx {
  request?(options: object): WxTask | undefined
  uploadFile?(options: object): WxUploadTask | undefined
  getFileSystemManager?(): WxFileSystemManager
  getStorageSync?(key: string): unknown
  setStorageSync?(key: string, value: string): void
  removeStorageSync?(key: string): void
  onAppShow?(listener: () => void): void
  onAppHide?(listener: () => void): void
  onNetworkStatusChange?(listener: (status: WxNetworkStatus) => void): void
  getNetworkType?(options: { success(status: WxNetworkStatus): void; fail?(): void }): void
  onMemoryWarning?(listener: () => void): void
}

export interface WxNetworkStatus {
  isConnected?: boolean
  networkType?: string
}

export interface WxTask {
  abort?(): void
}

interface WxUploadTask extends WxTask {
  onProgressUpdate?(listener: (progress: { totalBytesSent?: number }) => void): void
  onHeadersReceived?(listener: (received: { header?: object }) => void): void
}

export interface WxFileSystemManager {
  stat?(options: object): void
  readFile?(options: object): void
  getFileInfo?(options: object): void
}

/** Calls a function that the client may lack, and that may throw: then it is false. */
export function tryCall(call: () => unknown): boolean {
  try {
    ignoreRejection(call())
    return true
  } catch (_) {
    return false
  }
}

/** Looked up at each use: some frameworks put `wx` in place late, or wrap it so that its functions return promises. */
export const currentWx = (): Wx => (typeof wx === 'undefined' || !wx ? {} : wx)
