// getAuth and getSTSToken: the app is asked once at a time, however many files and parts wait.
import type { EngineConnection } from './engine/connection'
import type { UploadEvent } from './engine/wasm'
import { errorMessage } from './errors'
import { type FileEntry, isIn } from './file_entry'
import type { Settings } from './options'
import type { Timers } from './platform/platform'
import { isText, textOrEmpty } from './values'
import { withTimeout } from './with_timeout'

type CredentialRequest = Extract<UploadEvent, { type: 'credential' }>

export class CredentialProvider {
  private turn: Promise<void> = Promise.resolve()

  constructor(
    private readonly settings: Settings,
    private readonly timers: Timers,
    private readonly connection: EngineConnection,
  ) {}

  request(entry: FileEntry, request: CredentialRequest): void {
    // The answer that is on its way will do.
    if (entry.asked === request.kind) return
    entry.asked = request.kind
    this.turn = this.turn.then(() => this.ask(entry, request))
  }

  private async ask(entry: FileEntry, request: CredentialRequest): Promise<void> {
    // It may have been stopped or canceled while others were asked for.
    const isAwaited = (): boolean => isIn(entry, 'Uploading')
    try {
      if (!isAwaited()) return
      const json = await this.call(entry, request)
      entry.asked = ''
      if (isAwaited()) this.connection.tell((uploader) => uploader.setCredential(entry.id, json))
    } catch (error) {
      entry.asked = ''
      // Without a code of its own the engine's is reported.
      const code = textOrEmpty((error as any) && (error as any).code)
      const message = errorMessage(error) || `${this.optionName} failed`
      if (isAwaited()) this.connection.tell((uploader) => uploader.rejectCredential(entry.id, code, message))
    } finally {
      entry.asked = ''
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
    const { app, engine } = this.settings
    // A promise of the app that never settles would hold up every other file.
    const given = await withTimeout(this.timers, engine.timeout, this.optionName, () => app[this.optionName](context))
    return isText(given) ? given : JSON.stringify(given) || 'null'
  }
}
