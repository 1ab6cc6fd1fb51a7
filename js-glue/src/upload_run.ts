// One run of the queue, from a start to onUploadEnd: what became of its files.
import type { FileEvent } from './callbacks'
import type { FileEntry } from './file_entry'

/** What a run has come to, for onUploadEnd. */
interface RunSummary {
  succeeded: number
  failed: number
  canceled: number
}

const NOTHING: RunSummary = { succeeded: 0, failed: 0, canceled: 0 }

export class UploadRun {
  private summary = NOTHING
  /** The file that has ended last. */
  private last: FileEntry | undefined
  /** onUploadEnd has been called and no file was added since. */
  private reported = false

  start(): void {
    this.summary = NOTHING
    this.last = undefined
  }

  onFileAdded(): void {
    this.reported = false
  }

  onFileEnded(entry: FileEntry, { type }: FileEvent): void {
    const { succeeded, failed, canceled } = this.summary
    this.last = entry
    this.summary = {
      succeeded: succeeded + Number(type === 'succeed'),
      failed: failed + Number(type === 'failed'),
      canceled: canceled + Number(type === 'canceled'),
    }
  }

  /**
   * What onUploadEnd is called with; undefined when it is not to be called: a start that finds nothing to do is no run of its own after
   * another, or an app that starts at the end would go on for ever.
   */
  end(): { last: FileEntry | undefined; summary: RunSummary } | undefined {
    const { last, summary } = this
    const isReported = this.reported && !last
    this.reported = true
    return isReported ? undefined : { last, summary }
  }
}
