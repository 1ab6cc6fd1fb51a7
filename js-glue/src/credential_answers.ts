// What the app answers to onUploadstarted and onUploadTokenExpired.
import type { CredentialReminder } from './credential_reminder'
import type { Command, EngineConnection } from './engine/connection'
import type { FileEntry } from './file_entry'
import type { FileList } from './file_list'
import type { FileReporter } from './file_reporter'
import type { LateAnswers } from './late_answers'
import type { Log } from './log'
import type { Settings } from './options'

export class CredentialAnswers {
  constructor(
    private readonly settings: Settings,
    private readonly files: FileList,
    private readonly connection: EngineConnection,
    private readonly reminder: CredentialReminder,
    private readonly lateAnswers: LateAnswers,
    private readonly reporter: FileReporter,
    private readonly log: Log,
  ) {}

  /** onUploadstarted or onUploadTokenExpired was called. */
  onAwaited(entry: FileEntry, callback: string): void {
    if (this.settings.engine.credentials === 'callbacks' && !entry.answered) this.reminder.start(entry, callback)
  }

  /** Answers for a file that waits for a credential. `videoId`: that of the answer, if it has one. */
  answer(info: unknown, videoId: string, command: (fileId: number) => Command): boolean {
    const entry = this.files.find(info)
    if (!entry || !entry.known || !this.connection.send(command(entry.id))) {
      this.onRefused(info, videoId)
      return false
    }
    entry.answered = true
    this.reminder.stop(entry)
    return true
  }

  /** Answers the last onUploadTokenExpired. */
  renew(command: Command): boolean {
    const isTaken = this.connection.send(command)
    if (isTaken) this.reminder.stopAll()
    return isTaken
  }

  setPictureId(info: unknown, id: string): void {
    const entry = this.files.find(info)
    if (entry && entry.fields.isImage && id) this.reporter.update(entry, { videoId: id, imageId: id })
  }

  /** It came too late, or is for no file of this uploader. */
  private onRefused(info: unknown, videoId: string): void {
    const entry = this.files.find(info) || this.lateAnswers.find(info)
    if (!entry) {
      const message = 'The credential is for an uploadInfo that is none of this uploader: pass the one that onUploadstarted was called with.'
      this.log({ level: 'warn', event: 'unknown-upload-info', message })
    } else if (videoId && !entry.answered && !entry.known) {
      this.lateAnswers.remember(entry, JSON.stringify({ VideoId: videoId }))
    }
  }
}
