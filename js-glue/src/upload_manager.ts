// The list of one uploader as the app sees it. The engine behind `connection` decides what becomes of the files.
import { Callbacks } from './callbacks'
import { CredentialAnswers } from './credential_answers'
import { CredentialProvider } from './credential_provider'
import { CredentialReminder } from './credential_reminder'
import { createDelivery } from './delivery'
import { type Domains, requiredDomains } from './domains'
import { EngineConnection, type EngineListener } from './engine/connection'
import type { EngineHub } from './engine/hub'
import type { UploadEvent } from './engine/wasm'
import type { ErrorFields, UploadError } from './errors'
import { createEntry, type FileEntry, isIn, type UploadObserver } from './file_entry'
import { readFileIdentity, readFileInput } from './file_input'
import { FileList } from './file_list'
import { FileReporter } from './file_reporter'
import { LateAnswers } from './late_answers'
import { createLog, type Log } from './log'
import { readOptions, type Settings } from './options'
import { readParamData } from './param_data'
import { ProgressRecorder } from './progress_recorder'
import { initialFields, type State } from './upload_info'
import { type Checkpoint, type UnfinishedUpload, UploadJournal } from './upload_journal'
import { UploadRun } from './upload_run'
import { toText } from './values'

/** MIME type of what has no known extension. */
const UNKNOWN_TYPE = 'application/octet-stream'

export class UploadManager implements EngineListener {
  readonly files = new FileList()
  readonly credentials: CredentialAnswers
  private readonly settings: Settings
  private readonly log: Log
  private readonly callbacks: Callbacks
  private readonly connection: EngineConnection
  private readonly provider: CredentialProvider
  private readonly journal: UploadJournal
  private readonly reporter: FileReporter
  private readonly lateAnswers: LateAnswers

  /** Also of files that have left the list, until the next start: the engine's last events are about them. */
  private byId = new Map<number, FileEntry>()
  private lastId = 0
  private running = false
  private readonly run = new UploadRun()
  /** Successes whose callback is still to come: their checkpoints are kept until then. */
  private readonly unreported = new Set<FileEntry>()
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
      onSuccessReported: (entry, isPromise) => {
        // The app hears of a promise after the tasks that are due now.
        if (isPromise) timers.setTimeout(() => this.onSuccessReported(entry), 0)
        else this.onSuccessReported(entry)
      },
      onCredentialAwaited: (entry, callback) => this.credentials.onAwaited(entry, callback),
    })
    this.journal = new UploadJournal(storage, timers, engine.userScope)
    const reminder = new CredentialReminder(timers, this.log)
    this.usesSts = !!app.getSTSToken
    this.connection = new EngineConnection(hub, app, engine, this)
    this.lateAnswers = new LateAnswers(this.connection)
    this.provider = new CredentialProvider(settings, hub.platform, this.connection, hub.credentialCalls, this.lateAnswers)
    const progress = new ProgressRecorder(this.journal, () => timers.now(), engine.checkpoint)
    this.reporter = new FileReporter(this.files, this.callbacks, progress, reminder, this.run, progressScale)
    this.credentials = new CredentialAnswers(settings, this.files, this.connection, reminder, this.lateAnswers, this.reporter, this.log)
    for (const warning of settings.warnings) {
      if (warning.level === 'error' && app.log) console.error('[vod-upload]', warning)
      this.log(warning)
    }
  }

  // ---- the list

  /** Undefined when the file is not taken. */
  add(file: unknown, target: unknown[], paramData: unknown, observer?: UploadObserver): FileEntry | undefined {
    const input = readFileInput(file)
    if (!input || this.files.isPending(input.path)) {
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
        if (!entry.known && !entry.held && isIn(entry, 'Ready', 'Failure', 'Stoped') && !this.files.isAddedAgain(entry)) this.resume(entry)
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
    const uploading = this.files.entries.filter((entry) => isIn(entry, 'Uploading'))
    this.setRunning(false)
    this.connection.dropPending()
    this.connection.send((uploader) => uploader.clear())
    for (const entry of this.files.entries) {
      entry.known = false
      this.lateAnswers.onDeparture(entry)
      this.reporter.abandon(entry, uploading.indexOf(entry) >= 0)
    }
    this.files.clear()
    // With them the run has ended, too.
    if (uploading.length) this.endRun()
  }

  // ---- one file

  drop(entry: FileEntry, keepParts = false): void {
    if (!this.files.has(entry)) return
    const isUnreported = this.unreported.has(entry)
    if (!this.isKnown(entry)) this.connection.dropPending(entry.id)
    else if (keepParts) this.engineHasLeftovers = true
    else if (!isUnreported) this.connection.send((uploader) => uploader.removeFile(entry.id))
    if (!keepParts && !isUnreported) this.reporter.forgetProgress(entry)
    this.files.remove(entry)
    entry.known = false
    this.lateAnswers.onDeparture(entry)
    this.reporter.abandon(entry, isIn(entry, 'Uploading'))
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

  /** Takes up a canceled or paused file, unless its path was added again. */
  resumeFile(entry: FileEntry): boolean {
    const isResumable = isIn(entry, 'Canceled') ? !this.files.isPending(entry.fields.url) : entry.paused
    if (isResumable) this.resume(entry)
    return isResumable
  }

  resume(entry: FileEntry): void {
    entry.held = entry.paused = false
    if (!entry.known) {
      this.reporter.update(entry, { state: 'Ready' })
      this.ensureAdded(entry)
    } else if (isIn(entry, 'Stoped') && !this.running) this.reporter.update(entry, { state: 'Ready' })
    else this.connection.run((uploader) => uploader.resumeFile(entry.id), { fileId: entry.id })
  }

  // ---- options

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
    return this.journal.list(this.files.entries.map((entry) => entry.fields))
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
        return this.endRun()
    }
    if (!entry) return
    switch (event.type) {
      case 'added':
        // The extension counts, else the type that the app gave.
        return this.files.setMimeType(entry, event.contentType || entry.input.mimeType || UNKNOWN_TYPE)
      case 'identified':
        entry.record = event.record
        return
      case 'patch':
        if ('state' in event && event.state === 'Uploading') this.crashesWithoutUpload = 0
        return this.reporter.onPatch(entry, event)
      case 'credential':
        return this.provider.request(entry, event)
      case 'started':
      case 'expired':
        return this.reporter.onCredentialNeeded(entry, event)
      case 'progress':
        return this.reporter.onProgress(entry, event)
      case 'succeed':
        this.unreported.add(entry)
    }
    this.reporter.end(entry, event)
  }

  onEngineCrashed(message: string): void {
    this.log({ level: 'error', event: 'engine-crashed', version: __VERSION__, message })
    const error: ErrorFields = {
      code: 'InternalError',
      message: `The upload engine ${__VERSION__} broke (${message}). What is stored is kept: start the file again.`,
      retryable: true,
    }
    const broken = this.files.entries.filter((entry) => isIn(entry, 'Uploading'))
    let hasReady = false
    for (const entry of this.files.entries) entry.known = false
    for (const entry of broken) this.reporter.fail(entry, error)
    // With no file to blame a second time, what is left would break the next engine, too.
    this.crashesWithoutUpload = broken.length ? 0 : this.crashesWithoutUpload + 1
    for (const entry of this.files.entries) {
      if (!isIn(entry, 'Ready') || this.crashesWithoutUpload > 1) continue
      hasReady = true
      this.ensureAdded(entry)
    }
    if (!hasReady) this.failReady(error)
    else if (this.running) this.connection.run((uploader) => uploader.start(), { key: 'start' })
  }

  onEngineUnavailable(error: UploadError): void {
    this.failReady(error)
  }

  isDisposable(): boolean {
    return !this.unreported.size && this.files.entries.every((entry) => isIn(entry, 'Success') || (isIn(entry, 'Canceled') && this.hasNothingToKeep(entry)))
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
      (uploader) => uploader.addFile({ id, path, name, kind, endpoint, bucket, object, paramData: param.text, cover }),
      { fileId: id },
    )
  }

  /** No engine knows the file: what was to be sent about it is not. */
  private detach(entry: FileEntry, state: State): void {
    this.connection.dropPending(entry.id)
    entry.known = false
    this.reporter.update(entry, { state })
  }

  /** A canceled file has its video, if there is one, from the checkpoint, unless the storage has refused that. */
  private hasNothingToKeep({ record, fields }: FileEntry): boolean {
    return record ? this.journal.holds(record) : fields.isImage || !fields.videoId
  }

  private onSuccessReported(entry: FileEntry): void {
    if (!this.unreported.delete(entry)) return
    this.reporter.forgetProgress(entry)
    this.connection.send((uploader) => (this.files.has(entry) ? uploader.successReported(entry.id) : uploader.removeFile(entry.id)))
  }

  private endRun(): void {
    this.setRunning(false)
    this.reporter.endRun()
  }

  private failReady(error: ErrorFields): void {
    for (const entry of this.files.entries) {
      entry.known = false
      if (this.running && isIn(entry, 'Ready')) this.reporter.fail(entry, error)
    }
    if (this.running) this.endRun()
  }

  /** The message comes from the module's parser, because it has line and column and JSON.parse's differs between clients. */
  private refuseParamData(entry: FileEntry): void {
    const { text, error } = entry.param
    const fail = (where: string | undefined): void =>
      this.reporter.fail(entry, {
        code: 'InvalidParamData',
        message: `paramData is not valid JSON (${where || error}). Write it with JSON.stringify, or pass the object itself.`,
      })
    this.connection.loadInstance().then(
      (instance) => fail(text ? instance.guard(() => instance.runtime.jsonError(text)) : undefined),
      () => fail(undefined),
    )
  }
}
