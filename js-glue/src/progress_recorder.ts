// Notes in the journal how far each file is, for unfinished() and getCheckpoint().
import { type FileEntry, isIn } from './file_entry'
import type { Checkpoint, UploadJournal } from './upload_journal'

/** Between two notes of a file's progress, ms: each is a write to the storage. */
const INTERVAL_MS = 1_000

export class ProgressRecorder {
  private readonly savedAt = new Map<FileEntry, number>()
  private readonly loadedBytes = new Map<FileEntry, number>()

  constructor(
    private readonly journal: UploadJournal,
    private readonly now: () => number,
    private readonly isEnabled: boolean,
  ) {}

  /** OSS has so many bytes of the file. What was noted, if it was. */
  noteLoaded(entry: FileEntry, loaded: number): Checkpoint | undefined {
    this.loadedBytes.set(entry, loaded)
    return this.save(entry, INTERVAL_MS)
  }

  /** The file was stopped or has failed: its progress stays as it is. What was noted, if it was. */
  noteEnd(entry: FileEntry): Checkpoint | undefined {
    return this.loadedBytes.has(entry) ? this.save(entry, 0) : undefined
  }

  /** The file has a video, which must be known after a restart. What was noted, if it was. */
  noteVideo(entry: FileEntry): Checkpoint | undefined {
    return this.save(entry, 0)
  }

  forget(entry: FileEntry): void {
    this.savedAt.delete(entry)
    this.loadedBytes.delete(entry)
    this.journal.remove(entry.fields, { record: entry.record, url: entry.fields.url })
  }

  private save(entry: FileEntry, intervalMs: number): Checkpoint | undefined {
    const { fields, input, record } = entry
    const now = this.now()
    // Pictures have no checkpoint, nor has a copy of a file that is being sent; a canceled file is not to go on.
    if (!this.isEnabled || !record || isIn(entry, 'Canceled')) return undefined
    if (now - (this.savedAt.get(entry) || 0) < intervalMs) return undefined
    this.savedAt.set(entry, now)
    const { url, fileSize: size, videoId } = fields
    return this.journal.save(fields, { record, url, name: input.name, size, videoId, loaded: this.loadedBytes.get(entry) || 0 })
  }
}
