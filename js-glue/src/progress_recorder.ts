// Notes in the journal how far each file is, for unfinished() and getCheckpoint().
import { type FileEntry, isIn } from './file_entry'
import type { Checkpoint, UploadJournal } from './upload_journal'

/** Between two notes of a file's progress, ms: each is a write to the storage. */
const INTERVAL_MS = 1_000

export class ProgressRecorder {
  constructor(
    private readonly journal: UploadJournal,
    private readonly now: () => number,
    private readonly isEnabled: boolean,
  ) {}

  /** OSS has so many bytes of the file. What was noted, if it was. */
  noteLoaded(entry: FileEntry, loaded: number): Checkpoint | undefined {
    entry.storedBytes = loaded
    return this.now() - entry.notedAt < INTERVAL_MS ? undefined : this.save(entry)
  }

  /** The file is not in upload any more: its progress stays as it is. What was noted, if it was. */
  noteEnd(entry: FileEntry): Checkpoint | undefined {
    const saved = entry.storedBytes === undefined ? undefined : this.save(entry)
    if (!saved) this.journal.release(entry.fields)
    return saved
  }

  /** The file has a video, which must be known after a restart. What was noted, if it was. */
  noteVideo(entry: FileEntry): Checkpoint | undefined {
    return this.save(entry)
  }

  forget(entry: FileEntry): void {
    entry.storedBytes = undefined
    entry.notedAt = 0
    this.journal.remove(entry.fields, entry.record)
  }

  private save(entry: FileEntry): Checkpoint | undefined {
    const { fields, input, record, storedBytes = 0 } = entry
    // Pictures have no checkpoint, nor has a copy of a file that is being sent; a canceled file is not to go on.
    if (!this.isEnabled || !record || isIn(entry, 'Canceled')) return undefined
    entry.notedAt = this.now()
    return this.journal.save(fields, { record, name: input.name, loaded: storedBytes })
  }
}
