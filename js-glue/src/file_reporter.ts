// What becomes of a file, as the app sees it: in its uploadInfo, its callbacks and the journal.
import { Callbacks, type FileEvent, toLoadedPercent } from './callbacks'
import type { CredentialReminder } from './credential_reminder'
import type { InfoPatch, Progress } from './engine/wasm'
import { completeError, type ErrorFields } from './errors'
import { type FileEntry, hasEnded, isIn } from './file_entry'
import type { FileList } from './file_list'
import type { ProgressRecorder } from './progress_recorder'
import type { InfoFields } from './upload_info'
import type { Checkpoint } from './upload_journal'
import type { UploadRun } from './upload_run'

export class FileReporter {
  constructor(
    private readonly files: FileList,
    private readonly callbacks: Callbacks,
    private readonly progress: ProgressRecorder,
    private readonly reminder: CredentialReminder,
    private readonly run: UploadRun,
    private readonly progressScale: number,
  ) {}

  update(entry: FileEntry, changes: Partial<InfoFields>): void {
    this.files.update(entry, changes)
    if (!changes.state) return
    entry.paused = false
    if (isIn(entry, 'Stoped', 'Failure', 'Canceled')) this.showCheckpoint(entry, this.progress.noteEnd(entry))
  }

  /** The engine has changed a field. */
  onPatch(entry: FileEntry, patch: InfoPatch): void {
    const changes = Object.assign({}, patch as Partial<InfoFields>)
    delete (changes as { type?: string }).type
    if (changes.loaded !== undefined) changes.loaded = toLoadedPercent(changes.loaded, this.progressScale)
    if (changes.state && changes.state !== 'Uploading') this.reminder.stop(entry)
    this.update(entry, changes)
    if (changes.videoId) this.showCheckpoint(entry, this.progress.noteVideo(entry))
    // None is known of this content, or it is gone.
    else if (changes.videoId === '') this.forgetProgress(entry)
  }

  onProgress(entry: FileEntry, event: Progress & { type: 'progress' }): void {
    this.showCheckpoint(entry, this.progress.noteLoaded(entry, event.loaded))
    this.callbacks.report(entry, event)
  }

  /** The app is asked for a credential. */
  onCredentialNeeded(entry: FileEntry, event: FileEvent): void {
    entry.answered = false
    this.callbacks.report(entry, event)
  }

  end(entry: FileEntry, event: FileEvent): void {
    this.run.onFileEnded(entry, event)
    this.reminder.stop(entry)
    // The checkpoint of a success is deleted after the app's callback.
    if (event.type === 'canceled') this.forgetProgress(entry)
    else if (event.type === 'succeed') this.update(entry, { checkpoint: {} })
    this.callbacks.report(entry, event)
  }

  fail(entry: FileEntry, error: ErrorFields): void {
    this.update(entry, { state: 'Failure' })
    this.end(entry, Object.assign({ type: 'failed' as const }, completeError(error)))
  }

  endRun(): void {
    const end = this.run.end()
    if (end) this.callbacks.call('onUploadEnd', end.last && end.last.info, Object.assign({}, end.summary))
  }

  /** The file has left the list. `wasUploading`: it was in upload until then. */
  abandon(entry: FileEntry, wasUploading: boolean): void {
    this.reminder.stop(entry)
    // What was stopped, or waits for another turn, is canceled, too; what the engine has canceled is so already. A start that the app has
    // not received is not reported any more.
    if ((entry.open || wasUploading) && !hasEnded(entry)) {
      this.update(entry, { state: 'Canceled' })
      this.run.onFileEnded(entry, { type: 'canceled' })
    }
    this.callbacks.abandon(entry)
  }

  forgetProgress(entry: FileEntry): void {
    this.progress.forget(entry)
    this.update(entry, { checkpoint: {} })
  }

  private showCheckpoint(entry: FileEntry, checkpoint: Checkpoint | undefined): void {
    if (checkpoint) this.update(entry, { checkpoint })
  }
}
