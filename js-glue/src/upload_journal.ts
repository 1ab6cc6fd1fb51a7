// Which uploads could go on after a restart, for getCheckpoint and unfinished(). What is needed to go on is the engine's own checkpoint;
// this is what an app may see of it, and it can be read before the module is loaded.
import type { FileIdentity } from './file_input'
import type { Storage, Timers } from './platform/platform'
import { isText } from './values'

export interface Checkpoint {
  videoId: string
  /** Bytes. */
  loaded: number
  /** Bytes. */
  total: number
  /** ms since 1970 */
  savedAt: number
}

export interface UnfinishedUpload extends Checkpoint {
  name: string
  size: number
  url: string
}

interface Row extends UnfinishedUpload {
  scope: string
}

const KEY = 'vod-upload:unfinished'
/** As many as the engine keeps. */
const MAX_ROWS = 20
/** As long as the engine keeps a record: the VideoId outlives the upload, which OSS removes after a week. */
const LIFE_MS = 30 * 24 * 3_600_000

export class UploadJournal {
  constructor(
    private readonly storage: Storage,
    private readonly timers: Timers,
    private readonly scope: string,
  ) {}

  /** Newest first. */
  list(): UnfinishedUpload[] {
    return this.rows()
      .filter((row) => row.scope === this.scope)
      .map(({ name, size, url, videoId, loaded, total, savedAt }) => ({ name, size, url, videoId, loaded, total, savedAt }))
  }

  /** By path, else by name and size. */
  find({ path, name, size }: FileIdentity): Checkpoint | undefined {
    const rows = this.list()
    const row = rows.find((one) => one.url === path) || rows.find((one) => one.name === name && one.size === size)
    return row && toCheckpoint(row)
  }

  save(upload: { name: string; size: number; url: string; videoId: string; loaded: number }): Checkpoint {
    const row: Row = Object.assign({ scope: this.scope, total: upload.size, savedAt: this.timers.now() }, upload)
    this.write([row].concat(this.rows().filter((other) => !isSame(other, row))))
    return toCheckpoint(row)
  }

  remove(url: string, name: string, size: number): void {
    const rows = this.rows()
    const kept = rows.filter((row) => !isSame(row, { scope: this.scope, url, name, size }))
    if (kept.length < rows.length) this.write(kept)
  }

  private rows(): Row[] {
    const text = this.storage.get(KEY)
    if (!text) return []
    try {
      const rows = JSON.parse(text)
      return Array.isArray(rows) ? rows.filter((row) => row && isText(row.url) && this.timers.now() - row.savedAt < LIFE_MS) : []
    } catch (_) {
      return []
    }
  }

  private write(rows: Row[]): void {
    if (rows.length) this.storage.set(KEY, JSON.stringify(rows.slice(0, MAX_ROWS)))
    else this.storage.remove(KEY)
  }
}

/** A file chosen again after a restart has another path. */
const isSame = (row: Row, { scope, url, name, size }: Pick<Row, 'scope' | 'url' | 'name' | 'size'>): boolean =>
  row.scope === scope && (row.url === url || (row.name === name && row.size === size))

const toCheckpoint = ({ videoId, loaded, total, savedAt }: UnfinishedUpload): Checkpoint => ({ videoId, loaded, total, savedAt })
