// Warns when the app gives no credential: without one the upload waits for ever, silently.
import type { FileEntry } from './file_entry'
import type { Log } from './log'
import type { Timers } from './platform/platform'

/** Between onUploadstarted or onUploadTokenExpired and the first warning, and between warnings. */
const INTERVAL_MS = 60_000

export class CredentialReminder {
  private readonly waiting = new Map<FileEntry, unknown>()

  constructor(
    private readonly timers: Timers,
    private readonly log: Log,
  ) {}

  /** This callback has reported to the app that the file needs a credential. */
  start(entry: FileEntry, callback: string): void {
    this.stop(entry)
    const awaited =
      callback === 'onUploadstarted'
        ? 'setUploadAuthAndAddress, setSTSToken or setSTSTokenDirectlyUpload'
        : 'resumeUploadWithAuth or resumeUploadWithSTSToken'
    const warn = (): void => {
      this.waiting.set(entry, this.timers.setTimeout(warn, INTERVAL_MS))
      const message = `${entry.input.name} still waits for a credential: call ${awaited} in or after ${callback}.`
      this.log({ level: 'warn', event: 'credential-missing', name: entry.input.name, message })
    }
    this.waiting.set(entry, this.timers.setTimeout(warn, INTERVAL_MS))
  }

  /** It has one, or needs none any more. */
  stop(entry: FileEntry): void {
    this.timers.clearTimeout(this.waiting.get(entry))
    this.waiting.delete(entry)
  }

  stopAll(): void {
    Array.from(this.waiting.keys()).forEach((entry) => this.stop(entry))
  }
}
