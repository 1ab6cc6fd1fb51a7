// One run of the queue, from a start to onUploadEnd: what became of its files.
import type { FileEvent } from './callbacks'

/** What a run has come to, for onUploadEnd. */
export interface RunSummary {
  succeeded: number
  failed: number
  canceled: number
}

const NOTHING: RunSummary = { succeeded: 0, failed: 0, canceled: 0 }

export class UploadRun {
  private summary = NOTHING
  /** onUploadEnd has been called and no file was added since. */
  private reported = false

  start(): void {
    this.summary = NOTHING
  }

  onFileAdded(): void {
    this.reported = false
  }

  onFileEnded({ type }: FileEvent): void {
    const { succeeded, failed, canceled } = this.summary
    this.summary = {
      succeeded: succeeded + Number(type === 'succeed'),
      failed: failed + Number(type === 'failed'),
      canceled: canceled + Number(type === 'canceled'),
    }
  }

  /**
   * The summary for onUploadEnd; undefined when it is not to be called: a start that finds nothing to do is no run of its own after
   * another, or an app that starts at the end would go on for ever.
   */
  end(hasFile: boolean): RunSummary | undefined {
    const summary = hasFile || !this.reported ? this.summary : undefined
    this.reported = true
    return summary
  }
}
