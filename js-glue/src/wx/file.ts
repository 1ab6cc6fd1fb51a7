// FileSystemManager: facts, slices and the digest of a file.
import type { FileFacts, FileFailure } from '../host'
import { api, type Files } from './api'
import { fileFailure } from './errors'

function call<T>(method: keyof Files, options: object, take: (result: any) => T, otherwise: (failure: FileFailure) => T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const success = (result: any): void => new Promise<T>((taken) => taken(take(result))).then(resolve, reject) as any
    api().getFileSystemManager!()[method]!(Object.assign({ success, fail: reject }, options))
  }).catch((error) => otherwise(fileFailure(error)))
}

export function stat(path: string): Promise<FileFacts> {
  return call<FileFacts>(
    'stat',
    { path },
    (result) => {
      // A list of {path, stats} is what some clients answer, as for a folder.
      const given = result.stats
      const stats = Array.isArray(given) ? given[0].stats || given[0] : given
      return { size: +stats.size, mtime: +stats.lastModifiedTime || 0, failure: '', detail: '' }
    },
    (f) => ({ size: 0, mtime: 0, failure: f.failure, detail: f.detail }),
  )
}

export function read(filePath: string, position: number, length: number): Promise<ArrayBuffer | FileFailure> {
  return call<ArrayBuffer | FileFailure>(
    'readFile',
    { filePath, position, length },
    (result) => (result.data.byteLength >= 0 ? result.data : fileFailure('no bytes')),
    (failure) => failure,
  )
}

export function digest(filePath: string): Promise<string> {
  return call(
    'getFileInfo',
    { filePath, digestAlgorithm: 'md5' },
    (result) => String(result.digest || '').toLowerCase(),
    () => '',
  )
}
