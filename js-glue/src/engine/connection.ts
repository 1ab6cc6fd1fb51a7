// An uploader's line to its engine: keeps commands until the module is loaded, and finds a new engine after a crash.
import type { UploadError } from '../errors'
import type { AppState } from '../platform/platform'
import { MAX_DELAY_MS } from '../with_timeout'
import type { EngineHub } from './hub'
import type { EngineClient, Instance } from './instance'
import type { LoadOptions } from './loader'
import type { Uploader, UploaderOptions, UploadEvent } from './wasm'

export interface EngineListener {
  /** Called inside calls of the engine: must not send commands. `fileId` 0: about no single file. */
  onEvent(fileId: number, event: UploadEvent): void
  /** The engine is gone with all it knew. */
  onEngineCrashed(message: string): void
  /** There is no engine to be had; the commands that waited for it are dropped. */
  onEngineUnavailable(error: UploadError): void
  /** Whether an idle engine knows nothing that a new one would not: then its memory is given back. */
  isDisposable(): boolean
  /** An idle engine's memory was given back. */
  onEngineDisposed(): void
}

export type Command = (uploader: Uploader) => boolean | void

interface PendingCommand {
  /** Dropped by `dropPending` of this file. */
  fileId?: number
  /** Replaces the pending commands with the same key. */
  key?: string
}

export class EngineConnection {
  private uploader: Uploader | undefined
  private uploaderId = 0
  private instance: Instance | undefined
  private loading = false
  private pending: [Command, PendingCommand][] = []
  private timer: unknown
  private reported: AppState | undefined
  private idle = true
  /** Commands that waited for the engine are being sent: it is not given back in between. */
  private sending = false
  private running = false

  constructor(
    private readonly hub: EngineHub,
    private readonly loadOptions: LoadOptions,
    private readonly options: Omit<UploaderOptions, 'seed' | 'networkType'>,
    private readonly listener: EngineListener,
  ) {
    hub.watch()
    this.load()
  }

  /** Whether there is an engine. */
  isConnected(): boolean {
    return !!this.uploader && this.instance!.crash === undefined
  }

  /** Lets go of an engine that has crashed. */
  noticeCrash(): void {
    const { instance } = this
    if (!instance || instance.crash === undefined) return
    this.disconnect()
    this.listener.onEngineCrashed(instance.crash)
  }

  /** An instance of the module, for what concerns no upload. */
  loadInstance(): Promise<Instance> {
    return this.hub.loader.load(this.loadOptions)
  }

  /** Sends a command if there is an engine; whether it had an effect. */
  send(command: Command): boolean {
    this.noticeCrash()
    if (!this.isConnected()) return false
    const instance = this.instance!
    instance.clients.set(this.uploaderId, this.client)
    this.idle = false
    const effective = instance.guard(() => command(this.uploader!))
    this.noticeCrash()
    this.settle()
    return !!effective
  }

  /** Sends a command now, or when there is an engine. */
  run(command: Command, pending: PendingCommand = {}): void {
    this.noticeCrash()
    if (this.isConnected()) {
      this.send(command)
      return
    }
    const { key } = pending
    if (key) this.pending = this.pending.filter(([, other]) => other.key !== key)
    this.pending.push([command, pending])
    const instance = this.hub.loader.loaded(this.loadOptions)
    if (instance) this.connect(instance)
    else this.load()
  }

  /** Drops the commands that wait, of one file or all. */
  dropPending(fileId?: number): void {
    this.pending = fileId === undefined ? [] : this.pending.filter(([, pending]) => pending.fileId !== fileId)
  }

  /** Between start and end of a run the engine hears of the app's life. */
  setRunning(running: boolean): void {
    this.running = running
    if (running) {
      this.hub.running.add(this)
      this.reportAppState()
    } else {
      this.hub.running.delete(this)
      this.settle()
    }
  }

  /** Reports to the engine what has changed since the last report. */
  reportAppState(): void {
    this.noticeCrash()
    if (!this.isConnected()) return
    const before = this.reported!
    const now = Object.assign({}, this.hub.platform.lifecycle.state)
    this.reported = now
    if (before.connected !== now.connected || before.networkType !== now.networkType) {
      this.send((uploader) => uploader.networkChanged(now.connected, now.networkType))
    }
    if (before.hidden !== now.hidden) this.send((uploader) => (now.hidden ? uploader.appHidden() : uploader.appShown()))
  }

  private load(): void {
    if (this.loading || this.uploader) return
    this.loading = true
    this.hub.loader.load(this.loadOptions).then(
      (instance) => {
        this.loading = false
        if (instance.crash !== undefined) this.load()
        else if (this.pending.length && !this.uploader) this.connect(instance)
      },
      (error) => {
        this.loading = false
        this.dropPending()
        this.listener.onEngineUnavailable(error)
      },
    )
  }

  private connect(instance: Instance): void {
    const { networkType } = this.hub.platform.lifecycle.state
    const options: UploaderOptions = Object.assign({}, this.options, { networkType, seed: Math.random() * 2 ** 51 })
    const id = instance.nextUploaderId()
    // After a crash none of these arrives: the listener is asked what is still wanted.
    const commands = this.pending
    this.pending = []
    this.instance = instance
    this.uploaderId = id
    this.reported = { hidden: false, connected: true, networkType }
    this.sending = true
    this.uploader = instance.guard(() => instance.runtime.createUploader(id, options))
    this.reportAppState()
    for (const [command] of commands) this.send(command)
    this.sending = false
    this.settle()
  }

  private disconnect(): void {
    const { instance } = this
    if (instance) instance.clients.delete(this.uploaderId)
    this.hub.platform.timers.clearTimeout(this.timer)
    this.instance = this.uploader = undefined
    this.dropPending()
  }

  /** What the engine reports through the host. */
  private readonly client: EngineClient = {
    onEvent: (fileId, event) => this.listener.onEvent(fileId, event),
    onTimer: (delayMs) => {
      const { timers } = this.hub.platform
      timers.clearTimeout(this.timer)
      this.idle = false
      if (delayMs === undefined) return
      this.timer = timers.setTimeout(() => this.send((uploader) => uploader.handleTimeout()), Math.min(delayMs, MAX_DELAY_MS))
    },
    onProgress: (requestId, progress) => void this.send((uploader) => uploader.requestProgress(requestId, progress)),
    onIdle: () => {
      this.idle = true
      // Not inside the engine's call.
      Promise.resolve().then(() => this.settle())
    },
  }

  /** The host holds an uploader only while it runs or has work; the memory of one that has nothing left to go on with is given back. */
  private settle(): void {
    const { uploader, instance } = this
    if (!uploader || !instance || this.running || this.sending || !this.idle) return
    instance.clients.delete(this.uploaderId)
    if (!this.listener.isDisposable()) return
    instance.guard(() => uploader.free())
    this.disconnect()
    this.listener.onEngineDisposed()
  }
}

