// Answers for files that do not wait for them any more: canceled, deleted, or forgotten with their engine. Each may have brought a video
// into being, which is remembered for the file's content: it is refreshed when the file is added again.
import type { EngineConnection } from './engine/connection'
import { type FileEntry, isIn } from './file_entry'
import { findEntry } from './file_list'

/** Files that have left the list and may still be answered. */
const MAX_DEPARTED = 20

export class LateAnswers {
  private departed: FileEntry[] = []

  constructor(private readonly connection: EngineConnection) {}

  /** The file leaves the list. */
  onDeparture(entry: FileEntry): void {
    if (entry.record && !entry.answered) this.departed = [entry].concat(this.departed).slice(0, MAX_DEPARTED)
  }

  /** A file that has left the list, by its uploadInfo. */
  find(info: unknown): FileEntry | undefined {
    return findEntry(this.departed, info)
  }

  /** `answer`: JSON text with a VideoId, for a file that the engine does not have. */
  remember(entry: FileEntry, answer: string): void {
    const { record, fields } = entry
    // Pictures have no record: each credential is for another address.
    if (!record || isIn(entry, 'Success')) return
    this.connection.run((uploader) => uploader.rememberVideo({ record, size: fields.fileSize, answer }))
  }
}
