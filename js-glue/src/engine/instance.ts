// One instance of the wasm module, and the guard around every call into it.
import createBindings from 'wasm-glue'
import { errorMessage } from '../errors'
import type { Platform } from '../platform/platform'
import { createHost, type EngineClient, type OwnedHost } from './host'
import type { Runtime } from './wasm'

export type { EngineClient }

/**
 * Whatever is thrown out of the module has ended the instance: its memory may be half written. It is not called any more, promises that it
 * awaits stay unsettled, and the loader makes another one.
 */
export class Instance {
  /** Listeners of uploaders, by their id: only while they have work, so that an idle one can be collected with its page. */
  readonly clients = new Map<number, EngineClient>()
  /** Why it cannot be used any more. */
  crash: string | undefined
  private host: OwnedHost | undefined
  private runtime_: Runtime | undefined
  private readonly bindings = createBindings((task) => void Promise.resolve().then(() => this.guard(task)))
  private lastUploaderId = 0
  /** Message and source line of a panic; the trap that follows has no message of its own. */
  private panic: string | undefined

  constructor(
    private readonly platform: Platform,
    private readonly onCrash: (instance: Instance) => void,
  ) {}

  get imports(): object {
    return { [__IMPORTS_MODULE__]: this.bindings }
  }

  get runtime(): Runtime {
    return this.runtime_!
  }

  /** Takes the exports that were made with `imports`. */
  start(exports: object): void {
    this.bindings.__wbg_set_wasm(exports)
    this.host = createHost(this.platform, this.clients, {
      isAlive: () => this.crash === undefined,
      onPanic: (message) => (this.panic = message),
    })
    this.runtime_ = new this.bindings.Runtime(this.host)
  }

  nextUploaderId(): number {
    return ++this.lastUploaderId
  }

  /** Runs what calls into the module; undefined when that has crashed or crashes now. */
  guard<T>(task: () => T): T | undefined {
    if (this.crash !== undefined) return undefined
    try {
      return task()
    } catch (error) {
      this.crash = this.panic || errorMessage(error) || 'unknown error'
      if (this.host) this.host.abortAll()
      this.onCrash(this)
      return undefined
    }
  }
}
