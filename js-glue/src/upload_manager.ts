// The list of one uploader as the app sees it. The engine behind `connection` decides what becomes of the files.
import { Callbacks, type FileEvent, toLoadedPercent } from './callbacks'
import { CredentialProvider } from './credential_provider'
import { CredentialReminder } from './credential_reminder'
import { createDelivery } from './delivery'
import { type Domains, requiredDomains } from './domains'
import { type Command, EngineConnection, type EngineHub, type EngineListener } from './engine/connection'
import type { InfoPatch, UploadEvent } from './engine/wasm'
import { completeError, type ErrorFields, type UploadError } from './errors'
import { createEntry, type FileEntry, hasEnded, isIn, type UploadObserver } from './file_entry'
import { readFileIdentity, readFileInput } from './file_input'
import { FileList } from './file_list'
import { createLog, type Log } from './log'
import { readOptions, type Settings } from './options'
import { readParamData } from './param_data'
import { ProgressRecorder } from './progress_recorder'
import { type InfoFields, initialFields, type State, type UploadInfo } from './upload_info'
import { type Checkpoint, type UnfinishedUpload, UploadJournal } from './upload_journal'
import { UploadRun } from './upload_run'
import { toText } from './values'

/** MIME type of what has no known extension. */
const UNKNOWN_TYPE = 'application/octet-stream'

export class UploadManager implements EngineListener {
  private readonly settings: Settings
  private readonly log: Log
  private readonly callbacks: Callbacks
  private readonly connection: EngineConnection
  private readonly provider: CredentialProvider
  private readonly reminder: CredentialReminder
  private readonly journal: UploadJournal
  private readonly progress: ProgressRecorder

  private readonly files = new FileList()
  /** Also of files that have left the list, until the next start: the engine's last events are about them. */
  private byId = new Map<number, FileEntry>()
  private lastId = 0
  private running = false
  private readonly run = new UploadRun()
  /** Engines lost in a row without a file in upload to blame. */
  private crashesWithoutUpload = 0
  /** The engine lists files that failed and have left this list. Removed there, their stored parts would be thrown away. */
  private engineHasLeftovers = false
  private usesSts: boolean

  constructor(hub: EngineHub, options: object | undefined, needsUserId: boolean) {
    const settings = readOptions(options, needsUserId)
    const { app, engine, progressScale } = settings
    const { timers, storage } = hub.platform
    this.settings = settings
    const deliver = createDelivery()
    this.log = createLog(app, deliver)
    this.callbacks = new Callbacks(app, progressScale, deliver, {
      // A later upload of the same file goes on from its parts.
      onSettled: (entry) => this.drop(entry, isIn(entry, 'Failure')),
      onCredentialAwaited: (entry, callback) => this.remind(entry, callback),
    })
    this.journal = new UploadJournal(storage, timers, engine.userScope)
    this.reminder = new CredentialReminder(timers, this.log)
    this.usesSts = !!app.getSTSToken
    this.connection = new EngineConnection(hub, app, engine, this)
    this.provider = new CredentialProvider(settings, hub.platform, this.connection)
    this.progress = new ProgressRecorder(this.journal, () => timers.now(), engine.checkpoint)
    for (const warning of settings.warnings) {
      if (warning.level === 'error' && app.log) console.error('[vod-upload]', warning)
      this.log(warning)
    }
  }

  // ---- the list

  /** Undefined when the file is not taken. */
  add(file: unknown, target: unknown[], paramData: unknown, observer?: UploadObserver): FileEntry | undefined {
    const input = readFileInput(file)
    const isListed = !!input && this.files.entries.some((other) => other.fields.url === input.path && !hasEnded(other))
    if (!input || isListed) {
      const message = input ? 'The file is in the list already and has not ended.' : 'The file has no path: give one, or an object with url, tempFilePath or path.'
      if (observer) observer.onFailure({ code: 'InvalidOption', message })
      return undefined
    }
    const param = readParamData(paramData)
    const givenTarget = target.map(toText)
    const fields = initialFields(input, param, this.settings.engine.region, givenTarget)
    fields.checkpoint = this.journal.find(input) || {}
    const entry = createEntry(++this.lastId, { input, param, target: givenTarget, fields, observer })
    if (param.error) {
      this.refuseParamData(entry)
      return undefined
    }
    if (param.text && !param.vod) {
      const message = `paramData of ${input.name} has no level Vod, so VOD takes nothing from it: write {"Vod":{"Title":"…"}}.`
      this.log({ level: 'warn', event: 'param-data-without-vod', name: input.name, message })
    }
    this.files.add(entry)
    this.byId.set(entry.id, entry)
    this.run.onFileAdded()
    this.callbacks.call('addFileSuccess', entry.info)
    this.ensureAdded(entry)
    return entry
  }

  shownList(): UploadInfo[] {
    return this.files.infos
  }

  at(index: unknown): FileEntry | undefined {
    return this.files.at(index)
  }

  find(info: unknown): FileEntry | undefined {
    return this.files.find(info)
  }

  isListed(entry: FileEntry): boolean {
    return this.files.has(entry)
  }

  // ---- runs

  start(): void {
    if (!this.running) {
      this.run.start()
      const hasLeftovers = this.engineHasLeftovers
      if (hasLeftovers) this.connection.send((uploader) => uploader.clear())
      this.engineHasLeftovers = false
      this.byId.clear()
      for (const entry of this.files.entries) {
        this.byId.set(entry.id, entry)
        if (hasLeftovers) entry.known = false
        if (!entry.known && !entry.held && isIn(entry, 'Ready', 'Failure', 'Stoped')) this.resume(entry)
      }
    } else {
      for (const entry of this.files.entries) if (entry.paused && !entry.held) this.resume(entry)
    }
    this.setRunning(true)
    this.connection.run((uploader) => uploader.start(), { key: 'start' })
    for (const entry of this.files.entries) {
      if (entry.held && entry.known) this.connection.run((uploader) => uploader.pauseFile(entry.id), { fileId: entry.id })
    }
  }

  stop(): void {
    this.setRunning(false)
    this.connection.run((uploader) => uploader.stop())
  }

  clear(): void {
    let last: FileEntry | undefined
    for (const entry of this.files.entries) if (isIn(entry, 'Uploading')) last = entry
    this.setRunning(false)
    this.connection.dropPending()
    this.connection.send((uploader) => uploader.clear())
    this.files.entries.forEach((entry) => this.abandon(entry))
    this.files.clear()
    // With them the run has ended, too.
    if (last) this.endRun(last)
  }

  // ---- one file

  drop(entry: FileEntry, keepParts = false): void {
    if (!this.isListed(entry)) return
    if (!this.isKnown(entry)) this.connection.dropPending(entry.id)
    else if (keepParts) this.engineHasLeftovers = true
    else this.connection.send((uploader) => uploader.removeFile(entry.id))
    if (!keepParts) this.forgetProgress(entry)
    this.files.remove(entry)
    this.abandon(entry)
  }

  cancel(entry: FileEntry): boolean {
    if (isIn(entry, 'Success', 'Canceled')) return false
    entry.held = false
    if (this.isKnown(entry)) this.connection.send((uploader) => uploader.cancelFile(entry.id))
    else {
      // A failed file has had its end.
      if (!isIn(entry, 'Failure')) this.onEvent(entry.id, { type: 'canceled' })
      this.detach(entry, 'Canceled')
    }
    return true
  }

  pause(entry: FileEntry): boolean {
    if (!isIn(entry, 'Ready', 'Uploading')) return false
    if (this.isKnown(entry)) this.connection.send((uploader) => uploader.pauseFile(entry.id))
    else this.detach(entry, 'Stoped')
    entry.paused = true
    return true
  }

  /** Like pause, but a start of the other files leaves it. */
  hold(entry: FileEntry): void {
    entry.held = true
    this.pause(entry)
  }

  resume(entry: FileEntry): void {
    entry.held = entry.paused = false
    if (!entry.known) {
      this.update(entry, { state: 'Ready' })
      this.ensureAdded(entry)
    } else if (isIn(entry, 'Stoped') && !this.running) this.update(entry, { state: 'Ready' })
    else this.connection.run((uploader) => uploader.resumeFile(entry.id), { fileId: entry.id })
  }

  // ---- credentials

  /** Answers for a file that waits for a credential. */
  answer(info: unknown, command: (fileId: number) => Command): boolean {
    const entry = this.find(info)
    if (!entry || !this.isKnown(entry) || !this.connection.send(command(entry.id))) return false
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
    const entry = this.find(info)
    if (entry && entry.fields.isImage && id) this.update(entry, { videoId: id, imageId: id })
  }

  /** Whether the app has set anything that is called when a file needs a credential. */
  hasCredentialSource(): boolean {
    const { getAuth, getSTSToken, onUploadstarted } = this.settings.app
    return !!(getAuth || getSTSToken || onUploadstarted)
  }

  noteStsIsUsed(): void {
    this.usesSts = true
  }

  warn(event: string, message: string): void {
    this.log({ level: 'warn', event, message })
  }

  // ---- what is stored and what is needed

  checkpointOf(file: unknown): Checkpoint | undefined {
    return this.journal.find(readFileIdentity(file))
  }

  unfinished(): UnfinishedUpload[] {
    return this.journal.list()
  }

  requiredDomains(): Domains {
    return requiredDomains(this.settings.engine, this.files.entries.map((entry) => entry.fields), this.usesSts)
  }

  // ---- events of the engine

  onEvent(fileId: number, event: UploadEvent): void {
    const entry = this.byId.get(fileId)
    switch (event.type) {
      case 'log':
        return this.log({ level: event.level, event: event.event, detail: event.detail })
      case 'end':
        return this.endRun(entry)
      case 'added':
        return
    }
    if (!entry) return
    switch (event.type) {
      case 'patch':
        return this.patch(entry, event)
      case 'credential':
        return this.provider.request(entry, event)
      case 'started':
      case 'expired':
        entry.answered = false
        return this.callbacks.report(entry, event)
      case 'progress':
        this.showCheckpoint(entry, this.progress.noteLoaded(entry, event.loaded))
        return this.callbacks.report(entry, event)
      default:
        return this.endFile(entry, event)
    }
  }

  onEngineCrashed(message: string): void {
    this.log({ level: 'error', event: 'engine-crashed', message })
    const error: ErrorFields = {
      code: 'InternalError',
      message: `The upload engine broke (${message}). What is stored is kept: start the file again.`,
      retryable: true,
    }
    let last: FileEntry | undefined
    let hasReady = false
    for (const entry of this.files.entries) {
      entry.known = false
      if (isIn(entry, 'Uploading')) this.fail((last = entry), error)
    }
    // With no file to blame a second time, what is left would break the next engine, too.
    this.crashesWithoutUpload = last ? 0 : this.crashesWithoutUpload + 1
    for (const entry of this.files.entries) {
      if (!isIn(entry, 'Ready') || this.crashesWithoutUpload > 1) continue
      hasReady = true
      this.ensureAdded(entry)
    }
    if (!hasReady) this.failReady(error, last)
    else if (this.running) this.connection.run((uploader) => uploader.start(), { key: 'start' })
  }

  onEngineUnavailable(error: UploadError): void {
    this.failReady(error)
  }

  isDisposable(): boolean {
    return this.files.entries.every((entry) => isIn(entry, 'Success', 'Canceled'))
  }

  onEngineDisposed(): void {
    this.engineHasLeftovers = false
    for (const entry of this.files.entries) entry.known = false
  }

  // ---- inside

  private setRunning(running: boolean): void {
    this.running = running
    this.connection.setRunning(running)
  }

  private isKnown(entry: FileEntry): boolean {
    return this.connection.isConnected() && entry.known
  }

  /** Sees to it that the engine has the file, this one or the next. */
  private ensureAdded(entry: FileEntry): void {
    const { id, input, param } = entry
    entry.known = true
    const { path, name, kind, coverUrl: cover } = input
    const [endpoint, bucket, object] = entry.target
    this.connection.run(
      (uploader, { runtime }) => {
        // The extension of the name counts, else that of the path, else the type that the app gave.
        const known = [name, path].map((text) => runtime.contentType(text)).find((type) => type !== UNKNOWN_TYPE)
        this.files.setMimeType(entry, known || input.mimeType || UNKNOWN_TYPE)
        return uploader.addFile({ id, path, name, kind, endpoint, bucket, object, paramData: param.text, cover })
      },
      { fileId: id },
    )
  }

  /** No engine knows the file: what was to be sent about it is not. */
  private detach(entry: FileEntry, state: State): void {
    this.connection.dropPending(entry.id)
    entry.known = false
    this.update(entry, { state })
  }

  private abandon(entry: FileEntry): void {
    this.reminder.stop(entry)
    // It is in upload, was stopped, or waits for another turn; what the engine has canceled is canceled already. A start that the app has
    // not received is not reported any more.
    if ((entry.open || isIn(entry, 'Uploading')) && !hasEnded(entry)) this.update(entry, { state: 'Canceled' })
    this.callbacks.abandon(entry)
  }

  private patch(entry: FileEntry, patch: InfoPatch): void {
    const changes: Partial<InfoFields> = {}
    for (const name of Object.keys(patch)) if (name !== 'type') (changes as any)[name] = (patch as any)[name]
    if (changes.loaded !== undefined) changes.loaded = toLoadedPercent(changes.loaded, this.settings.progressScale)
    if (changes.state === 'Uploading') this.crashesWithoutUpload = 0
    else if (changes.state) this.reminder.stop(entry)
    this.update(entry, changes)
    if (changes.videoId) this.showCheckpoint(entry, this.progress.noteVideo(entry))
  }

  private update(entry: FileEntry, changes: Partial<InfoFields>): void {
    if (changes.state) entry.paused = false
    this.files.update(entry, changes)
  }

  private endFile(entry: FileEntry, event: FileEvent): void {
    this.run.onFileEnded(event)
    this.reminder.stop(entry)
    if (event.type !== 'failed') this.forgetProgress(entry)
    this.callbacks.report(entry, event)
  }

  private endRun(last: FileEntry | undefined): void {
    this.setRunning(false)
    const summary = this.run.end(!!last)
    if (summary) this.callbacks.call('onUploadEnd', last && last.info, Object.assign({}, summary))
  }

  private fail(entry: FileEntry, error: ErrorFields): void {
    this.update(entry, { state: 'Failure' })
    this.endFile(entry, Object.assign({ type: 'failed' as const }, completeError(error)))
  }

  private failReady(error: ErrorFields, last?: FileEntry): void {
    for (const entry of this.files.entries) {
      entry.known = false
      if (this.running && isIn(entry, 'Ready')) this.fail((last = entry), error)
    }
    if (this.running) this.endRun(last)
  }

  private remind(entry: FileEntry, callback: string): void {
    if (this.settings.engine.credentials === 'callbacks' && !entry.answered) this.reminder.start(entry, callback)
  }

  /** The message comes from the module's parser, because it has line and column and JSON.parse's differs between clients. */
  private refuseParamData(entry: FileEntry): void {
    const { text, error } = entry.param
    const fail = (where: string | undefined): void =>
      this.fail(entry, {
        code: 'InvalidParamData',
        message: `paramData is not valid JSON (${where || error}). Write it with JSON.stringify, or pass the object itself.`,
      })
    this.connection.loadInstance().then(
      (instance) => fail(text ? instance.guard(() => instance.runtime.jsonError(text)) : undefined),
      () => fail(undefined),
    )
  }

  private showCheckpoint(entry: FileEntry, checkpoint: Checkpoint | undefined): void {
    if (checkpoint) this.update(entry, { checkpoint })
  }

  private forgetProgress(entry: FileEntry): void {
    this.progress.forget(entry)
    this.update(entry, { checkpoint: {} })
  }
}
