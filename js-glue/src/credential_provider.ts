// getAuth and getSTSToken: the app is asked once at a time for each file, however many of its parts wait. How many files are asked
// for at the same time is up to the engine.
import type { CredentialCall, CredentialCalls } from './credential_calls'
import type { Command, EngineConnection } from './engine/connection'
import type { UploadEvent } from './engine/wasm'
import { type FileEntry, isIn } from './file_entry'
import type { LateAnswers } from './late_answers'
import type { Settings } from './options'
import type { Platform } from './platform/platform'
import { rejectionText } from './rejection'
import { isText } from './values'
import { withTimeout } from './with_timeout'

type CredentialRequest = Extract<UploadEvent, { type: 'credential' }>

export class CredentialProvider {
  constructor(
    private readonly settings: Settings,
    private readonly platform: Pick<Platform, 'timers' | 'lifecycle'>,
    private readonly connection: EngineConnection,
    private readonly calls: CredentialCalls,
    private readonly lateAnswers: LateAnswers,
  ) {}

  request(entry: FileEntry, request: CredentialRequest): void {
    // The answer that is on its way will do.
    if (entry.asked === request.kind) return
    entry.asked = request.kind
    entry.credentialTurn = entry.credentialTurn.then(() => this.ask(entry, request))
  }

  private async ask(entry: FileEntry, request: CredentialRequest): Promise<void> {
    if (this.isOutdated(entry)) return
    const { engine } = this.settings
    const { timers } = this.platform
    const meta = entry.observer && entry.observer.meta
    const file = JSON.stringify([this.optionName, engine.userScope, engine.region, entry.input.path, meta, request.kind])
    // A refreshed credential creates nothing: a second call is no harm, and the present one is at its end.
    const earlier = request.kind === 'refresh-video' ? undefined : this.calls.underWay(file)
    if (earlier) {
      // Of a call that took too long already the answer is still worth a wait: each call may create a video.
      const elapsed = earlier.timeouts ? 0 : Math.max(0, timers.now() - earlier.beganAt)
      if (await this.settle(entry, earlier, Math.max(0, engine.timeout - elapsed), () => Promise.resolve())) return
      // Its rejection or silence is that of an earlier start: the app is asked again, if the file still waits.
      if (this.isOutdated(entry)) return
    }
    await this.settle(entry, this.calls.begin(file, this.call(entry, request), timers.now()), engine.timeout, async (error) => {
      // The network's change is reported after the requests that it broke, the app's own included.
      await this.platform.lifecycle.refresh()
      entry.asked = ''
      this.connection.send((uploader) => uploader.rejectCredential(entry.id, rejectionText(error)))
    })
  }

  /** It may have been stopped, canceled or deleted since. */
  private isOutdated(entry: FileEntry): boolean {
    const isOutdated = !isIn(entry, 'Uploading')
    if (isOutdated) entry.asked = ''
    return isOutdated
  }

  /** Waits `ms` for a call and gives its answer to the engine. Whether there was one. */
  private async settle(entry: FileEntry, call: CredentialCall, ms: number, onFailure: (error: unknown) => Promise<void>): Promise<boolean> {
    try {
      // A promise of the app that never settles would hold up the file for ever.
      const json = await withTimeout(this.platform.timers, ms, this.optionName, () => call.answer)
      entry.asked = ''
      this.accept(entry, json, (uploader) => uploader.setCredential(entry.id, json))
      return true
    } catch (error) {
      call.timeouts++
      await onFailure(error)
      // After the time-out the answer may still come, and with it a video that exists. Its rejection says nothing new.
      call.answer.then((json) => this.accept(entry, json, (uploader) => uploader.setLateCredential(entry.id, json)), () => {})
      return false
    }
  }

  private accept(entry: FileEntry, json: string, command: Command): void {
    // What the engine does not take for a file that it has, it has kept or refused itself.
    const { known } = entry
    if (!this.connection.send(command) && !known) this.lateAnswers.remember(entry, json)
  }

  private get optionName(): string {
    return this.settings.app.getAuth ? 'getAuth' : 'getSTSToken'
  }

  private async call(entry: FileEntry, { kind, videoId }: CredentialRequest): Promise<string> {
    const { info, input, fields, observer } = entry
    const context = {
      kind,
      file: Object.assign({}, input.ownFields, { coverUrl: fields.coverUrl, name: input.name, size: fields.fileSize, url: input.path, type: entry.mimeType }),
      meta: observer && observer.meta,
      videoId: videoId || undefined,
      uploadInfo: info,
    }
    const given = await this.settings.app[this.optionName](context)
    return isText(given) ? given : JSON.stringify(given) || 'null'
  }
}
