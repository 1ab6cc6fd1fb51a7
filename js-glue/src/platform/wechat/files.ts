// WeChat's FileSystemManager.
import type { FileStat } from '../../engine/wasm'
import type { Files } from '../platform'
import { attempt, ignoreRejection } from '../../values'
import { withTimeout } from '../../with_timeout'
import { toFileError } from './errors'
import { timers } from './timers'
import { currentWx, type WxFileSystemManager } from './wx'

/** The slowest call is the digest of some megabytes; a read of 100 MB may take seconds. */
const TIMEOUT_MS = 60_000

export const files: Files = {
  stat: (path) =>
    call('stat', { path }, (result) => {
      // Some clients answer with a list of {path, stats}, as for a folder.
      const given = result.stats
      return toStat(Array.isArray(given) ? given[0].stats || given[0] : given)
    }).catch((error) => {
      // Some hosts have no stat.
      if (error.kind !== 'other') throw error
      return call('getFileInfo', { filePath: path }, toStat)
    }),
  read: (filePath, position, length) =>
    call('readFile', { filePath, position, length }, ({ data }) => {
      if (!data || !(data.byteLength >= 0)) throw new Error('no bytes')
      // WeChat's bridge takes an exact ArrayBuffer only: a view would arrive as JSON, or bring more than its bytes.
      return data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data
    }),
  md5: (filePath) => call('getFileInfo', { filePath, digestAlgorithm: 'md5' }, (result) => String(result.digest || '').toLowerCase()),
}

function toStat(given: any): FileStat {
  const size = Number(given.size)
  if (!(size >= 0)) throw new Error('no size')
  return { size, modifiedAt: Number(given.lastModifiedTime) || 0 }
}

/** A callback that never comes must not hold the upload up for ever. */
function call<T>(method: keyof WxFileSystemManager, options: object, read: (result: any) => T): Promise<T> {
  const start = (): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let succeeded = false
      const success = (result: unknown): void => {
        succeeded = true
        attempt(() => read(result)).then(resolve, reject)
      }
      const fail = (error: unknown): void => {
        if (!succeeded) reject(error)
      }
      const invoke = (): unknown => currentWx().getFileSystemManager!()[method]!(Object.assign({}, options, { success, fail }))
      ignoreRejection(retryThrown(invoke))
    })
  return withTimeout(timers, TIMEOUT_MS, method, start).catch((error) => {
    throw toFileError(error)
  })
}

/** Once more when it throws: it has not begun. */
function retryThrown<T>(task: () => T): T {
  try {
    return task()
  } catch (_) {
    return task()
  }
}
