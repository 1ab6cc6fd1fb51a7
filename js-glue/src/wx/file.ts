// FileSystemManager: facts, slices and the digest of a file.
import type { FileFacts, Said } from '../host'
import { within } from '../deadline'
import { assign, promised } from '../short'
import { api, type Files } from './api'
import { said } from './errors'

/** The slowest call is the digest of some megabytes; a read of 100 MB may take seconds. */
const PATIENCE_MS = 60_000

function call<T>(method: keyof Files, options: object, take: (result: any) => T, otherwise = (said: Said): T | Said => said): Promise<T | Said> {
  const answer = new Promise<T>((resolve, reject) => {
    const success = (result: any): void => promised(() => take(result)).then(resolve, reject) as any
    api().getFileSystemManager!()[method]!(assign({ success, fail: reject }, options))
  })
  // A callback that never comes must not hold the upload up for ever.
  return within(PATIENCE_MS, method, () => answer).catch((error) => otherwise(said(error)))
}

/** Only a true ArrayBuffer crosses the bridge, or becomes one; a view of one would arrive as JSON, or bring more than its bytes. */
export const exact = (data: any): any => (data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data)

export type Found = FileFacts | Said

export const stat = (path: string): Promise<Found> => call<FileFacts>(
  'stat',
  { path },
  (result) => {
    // A list of {path, stats} is what some clients answer, as for a folder.
    const given = result.stats
    const stats = Array.isArray(given) ? given[0].stats || given[0] : given
    return [+stats.size, +stats.lastModifiedTime || 0]
  },
)

export const read = (options: object): Promise<ArrayBuffer | Said> => call<ArrayBuffer>(
  'readFile',
  options,
  ({ data }) => (data.byteLength >= 0 ? exact(data) : 'no bytes'),
)

export const digest = (filePath: string): Promise<string> => call(
  'getFileInfo',
  { filePath, digestAlgorithm: 'md5' },
  (result) => String(result.digest || '').toLowerCase(),
  () => '',
)
