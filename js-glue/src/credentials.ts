// getAuth and getSTSToken: the app is asked once at a time, however many files and parts wait.
import { within } from './deadline'
import type { Entry } from './entry'
import type { Core, Payload } from './host'
import type { Link } from './link'
import type { Settings } from './options'
import { words } from './upload_error'

export class Credentials {
  private _turn: Promise<void> = Promise.resolve()

  constructor(
    private _settings: Settings,
    private _link: Link,
  ) {}

  _ask(entry: Entry, wanted: Payload): void {
    // The answer that is on its way will do.
    if (entry._asked === wanted.kind) return
    entry._asked = wanted.kind
    this._turn = this._turn.then(() => {
      // Stopped or canceled while others were asked for.
      if (entry._info.state !== 'Uploading') {
        entry._asked = ''
        return
      }
      const answer = <M extends 'credential' | 'credential_failed'>(method: M, ...args: Parameters<Core[M]>): void => {
        entry._asked = ''
        if (entry._info.state === 'Uploading') this._link._tell(method, ...args)
      }
      return this._call(entry, wanted).then(
        (json) => answer('credential', entry._id, json),
        (error) => {
          const code = error && typeof error.code === 'string' ? error.code : this._settings._app.getAuth ? 'InvalidUploadAuth' : 'InvalidSTSToken'
          answer('credential_failed', entry._id, code, words(error))
        },
      )
    })
  }

  private _call(entry: Entry, wanted: Payload): Promise<string> {
    const { _app: app, _core: core } = this._settings
    const info = entry._info
    const context = {
      kind: wanted.kind,
      file: Object.assign({ coverUrl: info.coverUrl }, info.file),
      meta: entry._hooks && entry._hooks._meta,
      videoId: wanted.videoId || undefined,
      uploadInfo: info,
    }
    const name = app.getAuth ? 'getAuth' : 'getSTSToken'
    // A promise of the app that never settles would hold up every other file.
    return within(core.timeout, name, () => app[name](context)).then((given) => (typeof given === 'string' ? given : JSON.stringify(given) || 'null'))
  }
}
