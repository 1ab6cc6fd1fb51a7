// The part of `wx` that is used, declared here so that the package does not depend on WeChat's typings. Any of it may be missing.

export interface Wx {
  request?(options: object): Task | undefined
  uploadFile?(options: object): UploadTask | undefined
  getFileSystemManager?(): Files
  getStorageSync?(key: string): unknown
  setStorageSync?(key: string, value: string): void
  removeStorageSync?(key: string): void
  onAppShow?(listener: () => void): void
  onAppHide?(listener: () => void): void
  onNetworkStatusChange?(listener: (status: { isConnected?: boolean; networkType?: string }) => void): void
  getNetworkType?(options: object): void
  onMemoryWarning?(listener: (warning?: { level?: number }) => void): void
}

export interface Task {
  abort?(): void
}

export interface UploadTask extends Task {
  onProgressUpdate?(listener: (progress: { totalBytesSent?: number }) => void): void
  onHeadersReceived?(listener: (received: { header?: object }) => void): void
}

export interface Files {
  stat?(options: object): void
  readFile?(options: object): void
  getFileInfo?(options: object): void
}

/** Looked up at each use: tests and some frameworks put `wx` in place late. */
export const api = (): Wx => (typeof wx === 'undefined' || !wx ? {} : wx)
