// The part of WeChat's interface that the component calls.

interface Callbacks<Result> {
  success?(result: Result): void
  fail?(error: { errMsg: string }): void
}

/** An entry of chooseMedia or chooseMessageFile. */
export interface ChosenFile {
  tempFilePath?: string
  path?: string
  size: number
  name?: string
  /** chooseMedia's. */
  fileType?: string
  /** chooseMessageFile's. */
  type?: string
  thumbTempFilePath?: string
}

interface WeChat {
  chooseMedia(options: object & Callbacks<{ tempFiles: ChosenFile[] }>): void
  chooseMessageFile(options: object & Callbacks<{ tempFiles: ChosenFile[] }>): void
  previewMedia(options: { sources: Array<{ url: string; type: string; poster?: string }> } & Callbacks<unknown>): void
  showModal(options: { content: string; confirmText: string; cancelText: string } & Callbacks<{ confirm: boolean }>): void
  getFileSystemManager(): { access(options: { path: string } & Callbacks<unknown>): void }
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  // Not in every host of mini programs, and no upload needs them.
  onNetworkStatusChange?(listener: (state: { isConnected: boolean }) => void): void
  offNetworkStatusChange?(listener: (state: { isConnected: boolean }) => void): void
  setKeepScreenOn?(options: { keepScreenOn: boolean } & Callbacks<unknown>): void
  /** From base library 2.20.1. */
  getAppBaseInfo?(): AppInfo
  getSystemInfoSync(): AppInfo
}

interface AppInfo {
  language?: string
  /** Of the user's text size in WeChat, against the usual one. */
  fontSizeScaleFactor?: number
}

declare const wx: WeChat
declare const getCurrentPages: undefined | (() => Array<{ route: string }>)

export const wechat = wx

export function appInfo(): AppInfo {
  return (wx.getAppBaseInfo || wx.getSystemInfoSync)()
}

/** Path of the page on top; '' without one. */
export function currentRoute(): string {
  const pages = typeof getCurrentPages === 'function' ? getCurrentPages() : []
  return pages.length ? pages[pages.length - 1]!.route : ''
}
