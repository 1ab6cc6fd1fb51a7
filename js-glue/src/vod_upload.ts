// The interface of the vendor's SDK, name for name. It holds the list the app sees; the engine behind `_link` decides.
import { type Callbacks, createCallbacks } from './callbacks'
import { chosenFile } from './chosen_file'
import { expiryText, text } from './codec'
import { createAsking } from './credentials'
import { requiredDomains } from './domains'
import { ended, type Entry, type Hooks, isIn } from './entry'
import { type Answer, Command, type CoreOptions, type EmitKind, type Payload } from './host'
import { createLink, type Link, type Owner } from './link'
import { load } from './loader'
import { isKnownRegion, type Options, readOptions } from './options'
import { type ErrorFacts, UploadError, words } from './upload_error'
import { makeInfo, patchInfo, readParamData, type UploadInfo } from './upload_info'

export class VODUpload implements Owner {
  static version = __VERSION__

  private _options: Options
  private _core: CoreOptions
  /** The engine's percent times this is what the app sees. */
  private _scale: number
  private _entries: Entry[] = []
  private _list: UploadInfo[] = []
  private _byId: { [id: number]: Entry } = {}
  private _lastId = 0
  private _running = false
  /** onUploadEnd has been told, and no file was added since. */
  private _over = false
  /** Engines lost in a row without a file in upload to blame. */
  private _blind = 0
  /** The engine still lists files that failed and left our list: had they been removed there, their stored parts would be thrown away. */
  private _stale = false
  private _usesSts: boolean
  private _app: Callbacks
  private _ask: (entry: Entry, wanted: Payload) => void
  private _link: Link

  constructor(options?: Options, needsUser = true) {
    const settings = readOptions(options, needsUser)
    const { _app, _core } = settings
    this._options = _app
    this._core = _core
    this._scale = settings._scale
    // A later upload of the same file goes on from its parts.
    this._app = createCallbacks(_app, settings._scale, (entry) => this._drop(entry, isIn(entry, 'Failure')))
    this._usesSts = !!_app.getSTSToken
    this._link = createLink(_app, _core, this)
    this._ask = createAsking(settings, this._link)
    if (!isKnownRegion(_core.region)) this._app._log({ level: 'warn', event: 'region-unknown', region: _core.region })
  }

  static load(options?: Options): Promise<void> {
    return load(options || {}).then(() => {})
  }

  addFile(file: unknown, endpoint?: string | null, bucket?: string | null, object?: string | null, paramData?: unknown): boolean {
    return !!this._add(file, [endpoint, bucket, object], paramData)
  }

  startUpload(): void {
    if (!this._running) {
      const stale = this._stale
      if (stale) this._link._tell(Command.Clean)
      this._stale = false
      // Those that left the list were kept for the engine's last words on them.
      this._byId = {}
      for (const entry of this._entries) {
        this._byId[entry._id] = entry
        if (stale) entry._known = false
        if (!entry._known && !entry._paused && /Ready|Failure|Stoped/.test(entry._info.state)) this._resume(entry)
      }
    }
    this._run(true)
    this._link._run(Command.Start)
    for (const entry of this._entries) if (entry._paused && entry._known) this._link._run(Command.Pause, entry._id)
  }

  stopUpload(): void {
    this._run(false)
    this._link._run(Command.Stop)
  }

  deleteFile(index: number): boolean {
    const entry = this._at(index)
    if (entry) this._drop(entry)
    return !!entry
  }

  cancelFile(index: number): boolean {
    const entry = this._at(index)
    return !!entry && this._cancel(entry)
  }

  resumeFile(index: number): boolean {
    const entry = this._at(index)
    if (!entry || !isIn(entry, 'Canceled')) return false
    this._resume(entry)
    return true
  }

  listFiles(): UploadInfo[] {
    return this._list
  }

  cleanList(): void {
    let last: Entry | undefined
    for (const entry of this._entries)
      if (isIn(entry, 'Uploading')) {
        (last = entry)._open = true
        // The end of an earlier turn, if it is still to be told, would close it.
        this._app._after(() => (entry._open = true))
      }
    this._run(false)
    this._link._unqueue()
    this._link._tell(Command.Clean)
    this._entries.forEach((entry) => this._app._abandon(entry))
    this._entries.length = this._list.length = 0
    // With them the run has ended, too.
    if (last) this._emitted('end', last._id, {})
  }

  setUploadAuthAndAddress(info: UploadInfo, ...credential: string[]): boolean {
    return this._answer(Command.SetAuth, info, credential)
  }

  resumeUploadWithAuth(uploadAuth: string): boolean {
    return !!this._link._tell(Command.ResumeAuth, uploadAuth)
  }

  setSTSToken(info: UploadInfo, keyId: string, secret: string, token: string, expiration?: unknown): boolean {
    this._usesSts = true
    return this._answer(Command.SetSts, info, [keyId, secret, token, expiryText(expiration), info && info.videoId])
  }

  resumeUploadWithSTSToken(keyId: string, secret: string, token: string, expiration?: unknown): boolean {
    return !!this._link._tell(Command.ResumeSts, keyId, secret, token, expiryText(expiration))
  }

  setSTSTokenDirectlyUpload(info: UploadInfo, keyId: string, secret: string, token: string, expiration?: unknown): boolean {
    return this._answer(Command.SetDirect, info, [keyId, secret, token, expiryText(expiration)])
  }

  requiredDomains(): { request: string[]; uploadFile: string[] } {
    return requiredDomains(this._core, this._list, this._usesSts)
  }

  // ---- for createUploader

  _add(file: unknown, target: unknown[], paramData: unknown, hooks?: Hooks): Entry | undefined {
    const chosen = chosenFile(file)
    const refused = !chosen
      ? 'The file has no path: give one, or an object with url, tempFilePath or path.'
      : this._entries.some((other) => other._info.url === chosen._url && !ended(other)) && 'The file is in the list already and has not ended.'
    if (!chosen || refused) {
      if (hooks) hooks._fail(new UploadError({ code: 'InvalidOption', message: refused as string }))
      return
    }
    const param = readParamData(paramData)
    const info = makeInfo(chosen, param, this._core.region, target.map(text))
    const entry: Entry = { _id: ++this._lastId, _info: info, _file: chosen, _param: param, _hooks: hooks, _known: false, _paused: false, _asked: '', _open: false }
    if (param._broken) {
      this._refuse(entry)
      return
    }
    if (param._text && !param._vod) this._app._log({ level: 'warn', event: 'param-data-without-vod', name: chosen._name })
    this._entries.push(entry)
    this._list.push(info)
    this._byId[entry._id] = entry
    this._over = false
    this._app._call('addFileSuccess', info)
    this._need(entry)
    return entry
  }

  _cancel(entry: Entry): boolean {
    if (/Success|Canceled/.test(entry._info.state)) return false
    entry._paused = false
    if (this._knows(entry)) this._link._tell(Command.Cancel, entry._id)
    else {
      // A failed file has had its end.
      if (!isIn(entry, 'Failure')) this._emitted('Canceled', entry._id, {})
      this._forget(entry, 'Canceled')
    }
    return true
  }

  _pause(entry: Entry): void {
    entry._paused = true
    if (this._knows(entry)) this._link._tell(Command.Pause, entry._id)
    else this._forget(entry, 'Stoped')
  }

  _resume(entry: Entry): void {
    entry._paused = false
    if (entry._known) this._link._run(Command.Resume, entry._id)
    else {
      entry._info.state = 'Ready'
      this._need(entry)
    }
  }

  // ---- what the engine says

  _emitted(kind: EmitKind, id: number, payload: Payload): void {
    const entry = this._byId[id]
    if (kind === 'log') this._app._log(payload)
    else if (kind === 'end') {
      this._run(false)
      // A start that finds nothing to do is no run of its own after another: an app that starts at the end, then or later, would go on for ever.
      if (entry || !this._over) this._app._call('onUploadEnd', entry && entry._info)
      this._over = true
    } else if (!entry) return
    else if (kind === 'patch') {
      patchInfo(entry._info, payload, this._scale)
      if (payload.state === 'Uploading') this._blind = 0
    } else if (kind === 'credential') this._ask(entry, payload)
    else this._app._tell(kind, entry, payload)
  }

  _lost(error: unknown): void {
    let last: Entry | undefined
    let ready = false
    const facts = { code: 'InternalError', message: `The upload engine broke (${words(error)}). What is stored is kept: start the file again.`, retryable: true }
    for (const entry of this._entries) {
      entry._known = false
      if (isIn(entry, 'Uploading')) this._fail((last = entry), facts)
    }
    // With no file to blame a second time, what is left would break the next engine too.
    this._blind = last ? 0 : this._blind + 1
    for (const entry of this._entries)
      if (isIn(entry, 'Ready') && this._blind < 2) {
        ready = true
        this._need(entry)
      }
    if (!ready) this._unloadable(facts, last)
    else if (this._running) this._link._run(Command.Start)
  }

  _unloadable(error: ErrorFacts, last?: Entry): void {
    for (const entry of this._entries) {
      entry._known = false
      if (this._running && isIn(entry, 'Ready')) this._fail((last = entry), error)
    }
    if (this._running) this._emitted('end', last ? last._id : 0, {})
  }

  // ---- inside

  /** A page's dataset gives an index as text; 'length' is none. */
  private _at(index: number): Entry | undefined {
    const entry = this._entries[index]
    return entry && entry._info && entry
  }

  private _run(on: boolean): void {
    this._running = on
    this._link._follow(on)
  }

  /** Sees to it that the engine has the file, this one or the next. */
  private _need(entry: Entry): void {
    const { _file, _info, _param } = entry
    entry._known = true
    this._link._run(
      Command.Add, entry._id, _file._url, _file._name, _file._kind, _info.endpoint, _info.bucket, _info.object, _param._text, _file._coverUrl,
    )
  }

  private _knows(entry: Entry): boolean {
    return this._link._ready() && entry._known
  }

  /** No engine knows it: what was to be said of it is not. */
  private _forget(entry: Entry, state: UploadInfo['state']): void {
    this._link._unqueue(entry._id)
    entry._known = false
    entry._info.state = state
  }

  private _drop(entry: Entry, keepParts = false): void {
    const index = this._entries.indexOf(entry)
    if (index < 0) return
    if (!this._knows(entry)) this._link._unqueue(entry._id)
    else if (keepParts) this._stale = true
    else this._link._tell(Command.Remove, entry._id)
    this._entries.splice(index, 1)
    this._list.splice(index, 1)
    this._app._abandon(entry)
  }

  private _fail(entry: Entry, facts: ErrorFacts): void {
    entry._info.state = 'Failure'
    this._app._tell('Failed', entry, facts)
  }

  private _answer(command: Answer, info: UploadInfo, credential: string[]): boolean {
    // A copy will do too: apps keep uploadInfo in their page's data.
    const entry = this._entries.find((e) => e._info === info || (!!info && e._info.ri === info.ri))
    return !!entry && this._knows(entry) && !!(this._link._tell as Function)(command, entry._id, ...credential)
  }

  private _refuse(entry: Entry): void {
    const { _text, _broken } = entry._param
    load(this._options)
      .then((instance) => _text && instance._guard(() => instance._api.json_error(_text)))
      .catch(() => '')
      .then((where) =>
        this._fail(entry, {
          code: 'InvalidParamData',
          message: `paramData is not valid JSON (${where || _broken}). Write it with JSON.stringify, or pass the object itself.`,
        }),
      )
  }
}
