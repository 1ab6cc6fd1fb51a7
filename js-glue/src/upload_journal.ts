// Which uploads could go on after a restart, for getCheckpoint and unfinished(). What is needed to go on is the engine's own checkpoint;
// this is what an app may see of it, and it can be read before the module is loaded.
import type { FileIdentity } from './file_input'
import type { Storage, Timers } from './platform/platform'
import type { InfoFields } from './upload_info'
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
  /** Name of the engine's checkpoint. */
  record: string
}

const KEY = 'vod-upload:unfinished'
/** The engine stores its checkpoints under this and their names. */
const CHECKPOINT_PREFIX = 'vod-upload:'
/** Rows of one scope: as many checkpoints as the engine keeps for it. */
const MAX_ROWS = 100

/** A file whose row is written or removed. */
export type JournaledFile = Pick<Row, 'record' | 'url' | 'name' | 'size' | 'videoId' | 'loaded'>

export class UploadJournal {
  /** `writers`: the file that has last written to each row, by the row's record; shared by all uploaders of the app. */
  constructor(
    private readonly storage: Storage,
    private readonly timers: Timers,
    private readonly scope: string,
    private readonly writers: Map<string, InfoFields>,
  ) {}

  /** Newest first. `isOwn`: whether a file is one of this uploader's. */
  list(isOwn: (fields: InfoFields) => boolean): UnfinishedUpload[] {
    return this.ownRows()
      .filter((row) => {
        if (!this.hasCheckpoint(row)) return false
        const writer = this.writers.get(row.record)
        // What another uploader is sending goes on there. The row of a success is removed after the app's callback.
        return !writer || (writer.state !== 'Success' && (writer.state !== 'Uploading' || isOwn(writer)))
      })
      .map(({ name, size, url, videoId, loaded, total, savedAt }) => ({ name, size, url, videoId, loaded, total, savedAt }))
  }

  /** By path, else by name and size. */
  find({ path, name, size }: FileIdentity): Checkpoint | undefined {
    const rows = this.ownRows()
    const row = rows.find((one) => one.url === path) || rows.find((one) => one.name === name && one.size === size)
    return row && this.hasCheckpoint(row) ? toCheckpoint(row) : undefined
  }

  save(writer: InfoFields, file: JournaledFile): Checkpoint {
    const row: Row = Object.assign({ scope: this.scope, total: file.size, savedAt: this.timers.now() }, file)
    this.writers.set(row.record, writer)
    this.write([row].concat(this.stored().filter((other) => !isSame(other, row))))
    return toCheckpoint(row)
  }

  /** Unless another file has written to the row since. */
  remove(writer: InfoFields, { record, url }: Pick<Row, 'record' | 'url'>): void {
    const isOthers = (row: Pick<Row, 'record'>): boolean => {
      const last = this.writers.get(row.record)
      return !!last && last !== writer
    }
    if (isOthers({ record })) return
    this.writers.delete(record)
    const rows = this.stored()
    const kept = rows.filter((row) => !isSame(row, { scope: this.scope, record, url }) || isOthers(row))
    if (kept.length < rows.length) this.write(kept)
  }

  private ownRows(): Row[] {
    return this.stored().filter((row) => row.scope === this.scope)
  }

  /** A row counts while the engine has the checkpoint that it stands for. The phone's clock has no say in this. */
  private hasCheckpoint({ record }: Row): boolean {
    return !!record && !!this.storage.get(CHECKPOINT_PREFIX + record)
  }

  private stored(): Row[] {
    const text = this.storage.get(KEY)
    if (!text) return []
    try {
      const rows = JSON.parse(text)
      return Array.isArray(rows) ? rows.filter((row) => row && isText(row.url)) : []
    } catch (_) {
      return []
    }
  }

  /** The oldest rows of this scope go when there are too many; those of others stay. */
  private write(rows: Row[]): void {
    let count = 0
    const kept = rows.filter((row) => row.scope !== this.scope || ++count <= MAX_ROWS)
    if (kept.length) this.storage.set(KEY, JSON.stringify(kept))
    else this.storage.remove(KEY)
  }
}

/** The same content, or another one at the same path: a path leads to one file only. Name and size are no proof. */
const isSame = (row: Row, { scope, record, url }: Pick<Row, 'scope' | 'record' | 'url'>): boolean =>
  row.scope === scope && (row.record === record || row.url === url)

const toCheckpoint = ({ videoId, loaded, total, savedAt }: UnfinishedUpload): Checkpoint => ({ videoId, loaded, total, savedAt })
