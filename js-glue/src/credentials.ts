// getAuth and getSTSToken: the app is asked once at a time, however many files and parts wait.
import { within } from './deadline'
import { type Entry, isIn } from './entry'
import { type Arguments, Command, type Payload } from './host'
import type { Link } from './link'
import type { Settings } from './options'
import { assign, isText, textOf } from './short'
import { words } from './upload_error'

export function createAsking({ _app: app, _core: core }: Settings, link: Link): (entry: Entry, wanted: Payload) => void {
  const name = app.getAuth ? 'getAuth' : 'getSTSToken'
  let turn: Promise<void> = Promise.resolve()

  const call = (entry: Entry, { kind, videoId }: Payload): Promise<string> => {
    const info = entry._info
    const context = {
      kind,
      file: assign({ coverUrl: info.coverUrl }, info.file),
      meta: entry._hooks && entry._hooks._meta,
      videoId: videoId || undefined,
      uploadInfo: info,
    }
    // A promise of the app that never settles would hold up every other file.
    return within(core.timeout, name, () => app[name](context)).then((given) => (isText(given) ? given : JSON.stringify(given) || 'null'))
  }

  return (entry, wanted) => {
    // The answer that is on its way will do.
    if (entry._asked === wanted.kind) return
    entry._asked = wanted.kind
    const answer = <C extends Command.Credential | Command.CredentialFailed>(command: C, ...args: Arguments[C]): void => {
      entry._asked = ''
      if (isIn(entry, 'Uploading')) link._tell(command, ...args)
    }
    turn = turn.then(() => {
      // Stopped or canceled while others were asked for.
      if (!isIn(entry, 'Uploading')) {
        entry._asked = ''
        return
      }
      return call(entry, wanted).then(
        (json) => answer(Command.Credential, entry._id, json),
        (error) => {
          // Without a code of its own the engine's is told.
          answer(Command.CredentialFailed, entry._id, textOf(error && error.code), words(error || `${name} failed`))
        },
      )
    })
  }
}
