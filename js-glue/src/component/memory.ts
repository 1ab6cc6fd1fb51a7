// What is remembered across a kill: the files of each tag that have not been uploaded.
import type { UploaderFile } from '../../types/vod-uploader'
import { wechat } from './wechat'

const KEY = 'vod-uploader'
/** Files remembered for one tag; storage is 10 MB in all, and belongs to the app. */
const MOST_FILES = 50

export interface Remembered {
  files: UploaderFile[]
  /** Paths of stored uploads that the user has removed from the list. */
  removed: string[]
}

interface Storage {
  [owner: string]: Remembered
}

function load(): Storage {
  try {
    return (wechat.getStorageSync(KEY) as Storage) || {}
  } catch (error) {
    return {}
  }
}

/** `owner` names the tag: whose uploads, on which page, with which id. */
export function recall(owner: string): Remembered {
  return load()[owner] || { files: [], removed: [] }
}

/** Whether any other tag has this file in its list. */
export function belongsToOther(owner: string, url: string): boolean {
  const storage = load()
  return Object.keys(storage).some((other) => other !== owner && storage[other]!.files.some((file) => file.url === url))
}

export function remember(owner: string, { files, removed }: Remembered): void {
  const storage = load()
  delete storage[owner]
  if (files.length || removed.length) storage[owner] = { files: files.slice(-MOST_FILES), removed }
  try {
    wechat.setStorageSync(KEY, storage)
  } catch (error) {
    // A full storage: the list is lost with a kill, the upload itself is not.
  }
}
