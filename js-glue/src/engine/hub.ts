// What all uploaders of a platform share.
import { CredentialCalls } from '../credential_calls'
import type { Platform } from '../platform/platform'
import type { EngineConnection } from './connection'
import { createLoader, type Loader } from './loader'

export class EngineHub {
  readonly loader: Loader
  /** Running uploaders: only they follow the app's life, and only they are held from here. */
  readonly running = new Set<EngineConnection>()
  readonly credentialCalls = new CredentialCalls()

  constructor(readonly platform: Platform) {
    this.loader = createLoader(platform)
    this.loader.onCrash(() => this.forEachRunning((connection) => connection.noticeCrash()))
  }

  /** Listens to the app's life, with functions that hold no uploader. */
  watch(): void {
    this.platform.lifecycle.watch(this.onChange, this.onMemoryWarning)
  }

  private readonly onChange = (): void => this.forEachRunning((connection) => connection.reportAppState())
  private readonly onMemoryWarning = (): void => this.forEachRunning((connection) => connection.send((uploader) => uploader.memoryWarning()))

  private forEachRunning(task: (connection: EngineConnection) => void): void {
    Array.from(this.running).forEach(task)
  }
}
