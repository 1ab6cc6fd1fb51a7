// Which uploads could go on after a restart, for getCheckpoint and unfinished(). What is needed to go on is the engine's own checkpoint;
// this is what an app may see of it, and it can be read before the module is loaded.
import type { FileIdentity } from './file_input'
import type { Storage, Timers } from './platform/platform'
import { type InfoFields, isOfThisRun } from './upload_info'
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
  /** Trace id of the file that has last written the row. */
  writer: string
  /** That file was in upload then, and has not ended since. */
  sending: boolean
}

const KEY = 'vod-upload:unfinished'
/** The engine stores its checkpoints under this and their names. */
const CHECKPOINT_PREFIX = 'vod-upload:'
/** Rows of one scope: as many checkpoints as the engine keeps for it. */
const MAX_ROWS = 100

export class UploadJournal {
  constructor(
    private readonly storage: Storage,
    private readonly timers: Timers,
    private readonly scope: string,
  ) {}

  /** Newest first. `own`: the files of this uploader. */
  list(own: InfoFields[]): UnfinishedUpload[] {
    return this.ownRows()
      .filter((row) => {
        const writer = own.find(({ ri }) => ri === row.writer)
        // The row of a success is removed after the app's callback. What another uploader is sending goes on there.
        const goesOn = writer ? writer.state === 'Success' : row.sending && isOfThisRun(row.writer)
        return !goesOn && this.holds(row.record)
      })
      .map(({ name, size, url, videoId, loaded, total, savedAt }) => ({ name, size, url, videoId, loaded, total, savedAt }))
  }

  /** By path, else by name and size. */
  find({ path, name, size }: FileIdentity): Checkpoint | undefined {
    const rows = this.ownRows()
    const row = rows.find((one) => one.url === path) || rows.find((one) => one.name === name && one.size === size)
    return row && this.holds(row.record) ? toCheckpoint(row) : undefined
  }

  /** Whether the engine's checkpoint is stored. A row counts as long; the phone's clock has no say in this. */
  holds(record: string): boolean {
    return !!record && !!this.storage.get(CHECKPOINT_PREFIX + record)
  }

  save({ url, fileSize, videoId, ri, state }: InfoFields, { record, name, loaded }: Pick<Row, 'record' | 'name' | 'loaded'>): Checkpoint {
    const { scope, timers } = this
    const row: Row = {
      scope, record, url, name, videoId, loaded, size: fileSize, total: fileSize, savedAt: timers.now(), writer: ri, sending: state === 'Uploading',
    }
    this.write([row].concat(this.stored().filter((other) => !isSame(other, row))))
    return toCheckpoint(row)
  }

  /** The file is not in upload any more: its row is that of an unfinished upload. */
  release({ ri }: InfoFields): void {
    const rows = this.stored()
    const row = rows.find((one) => one.writer === ri && one.sending)
    if (!row) return
    row.sending = false
    this.write(rows)
  }

  /** Unless another file has written to the row since. */
  remove({ ri, url }: InfoFields, record: string): void {
    const rows = this.stored()
    const kept = rows.filter((row) => !isSame(row, { scope: this.scope, record, url }) || (row.writer !== ri && isOfThisRun(row.writer)))
    if (kept.length < rows.length) this.write(kept)
  }

  private ownRows(): Row[] {
    return this.stored().filter((row) => row.scope === this.scope)
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
