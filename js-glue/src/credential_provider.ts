// getAuth and getSTSToken: the app is asked once at a time for each file, however many of its parts wait. How many files are asked
// for at the same time is up to the engine.
import type { EngineConnection } from './engine/connection'
import type { UploadEvent } from './engine/wasm'
import { type FileEntry, isIn } from './file_entry'
import type { Settings } from './options'
import type { Platform } from './platform/platform'
import { readRejection } from './rejection'
import { isText } from './values'
import { withTimeout } from './with_timeout'

type CredentialRequest = Extract<UploadEvent, { type: 'credential' }>

export class CredentialProvider {
  constructor(
    private readonly settings: Settings,
    private readonly platform: Pick<Platform, 'timers' | 'lifecycle'>,
    private readonly connection: EngineConnection,
  ) {}

  request(entry: FileEntry, request: CredentialRequest): void {
    // The answer that is on its way will do.
    if (entry.asked === request.kind) return
    entry.asked = request.kind
    entry.credentialTurn = entry.credentialTurn.then(() => this.ask(entry, request))
  }

  private async ask(entry: FileEntry, request: CredentialRequest): Promise<void> {
    // It may have been stopped or canceled since.
    if (!isIn(entry, 'Uploading')) {
      entry.asked = ''
      return
    }
    const { timers, lifecycle } = this.platform
    const answer = this.call(entry, request)
    try {
      // A promise of the app that never settles would hold up the file for ever.
      const json = await withTimeout(timers, this.settings.engine.timeout, this.optionName, () => answer)
      entry.asked = ''
      // Also for a file that was stopped meanwhile: the engine keeps the VideoId of an answer that it no longer awaits.
      this.connection.send((uploader) => uploader.setCredential(entry.id, json))
    } catch (error) {
      // The network's change is reported after the requests that it broke, the app's own included.
      await lifecycle.refresh()
      entry.asked = ''
      const { code, message } = readRejection(error)
      this.connection.send((uploader) => uploader.rejectCredential(entry.id, code, message || `${this.optionName} failed`))
      // After the time-out the answer may still come, and with it a video that exists. Its rejection says nothing new.
      answer.then((json) => this.connection.send((uploader) => uploader.setLateCredential(entry.id, json)), () => {})
    }
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
