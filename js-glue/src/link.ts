// An uploader's line to its engine: keeps commands until the module is there, and finds a new engine when one has trapped.
import type { Core, CoreOptions, EmitKind, Payload, World } from './host'
import { type Instance, load, type Loading, whenTrapped } from './loader'
import { createHost, type OwnedHost } from './wx/host'
import { watch, world } from './wx/lifecycle'

export interface Owner {
  _emitted(kind: EmitKind, id: number, payload: Payload): void
  /** The engine is gone with everything it knew. */
  _lost(error: unknown): void
  /** There is no engine to be had; the commands that waited for it are dropped. */
  _unloadable(error: any): void
}

type Args<M extends keyof Core> = Parameters<Core[M]>

/** Ids of requests never meet, whichever engine they are of. */
const IDS_PER_ENGINE = 1e6
let engines = 0

/** Those whose uploader runs. Only they follow the app's life, so that an idle uploader can be collected. */
const active: Link[] = []

function everyone(task: (link: Link) => void): void {
  active.slice().forEach(task)
}

whenTrapped((dead, error) => everyone((link) => link._die(dead, error)))

export class Link {
  private _core: Core | undefined
  private _instance: Instance | undefined
  private _host: OwnedHost | undefined
  private _loading = false
  private _waiting: [keyof Core, any[]][] = []
  private _told: World = world

  constructor(
    private _where: Loading,
    private _options: CoreOptions,
    private _owner: Owner,
  ) {
    watch(
      () => everyone((link) => link._sync()),
      (level) => everyone((link) => link._tell('memory', level)),
    )
    this._load()
  }

  /** Now, or when there is an engine. */
  _run<M extends keyof Core>(method: M, ...args: Args<M>): void {
    if (this._ready()) this._tell(method, ...args)
    else {
      this._waiting.push([method, args])
      this._load()
    }
  }

  /** Now or not at all. */
  _tell<M extends keyof Core>(method: M, ...args: Args<M>): ReturnType<Core[M]> | undefined {
    const instance = this._instance
    if (!this._ready()) return
    try {
      return (this._core as any)[method](...args)
    } catch (error) {
      instance!._trap(error)
      this._die(instance!, error)
    }
  }

  /** Whether there is an engine; one whose instance died while this uploader was idle is noticed here. */
  _ready(): boolean {
    if (this._instance && this._instance._dead) this._die(this._instance, '')
    return !!this._core
  }

  /** Drops what waits, for one file or at all. */
  _unqueue(id?: number): void {
    this._waiting = this._waiting.filter(([, args]) => id && args[0] !== id)
  }

  _follow(on: boolean): void {
    const at = active.indexOf(this)
    if (at >= 0) active.splice(at, 1)
    if (on) {
      active.push(this)
      this._sync()
    }
  }

  _die(dead: Instance, error: unknown): void {
    if (this._instance !== dead) return
    this._instance = this._core = undefined
    this._host!._dispose()
    this._unqueue()
    this._owner._lost(error)
  }

  private _load(): void {
    if (this._loading) return
    this._loading = true
    load(this._where).then(
      (instance) => {
        this._loading = false
        if (instance._dead) this._load()
        else this._begin(instance)
      },
      (error) => {
        this._loading = false
        this._unqueue()
        this._owner._unloadable(error)
      },
    )
  }

  private _begin(instance: Instance): void {
    const host = (this._host = createHost(
      (id, sent) => {
        if (this._host !== host) return
        if (id) this._tell('upload_progress', id, sent)
        else this._tell('tick')
      },
      (kind, id, payload) => this._owner._emitted(kind, id, payload),
    ))
    this._instance = instance
    this._told = { _hidden: false, _connected: true, _type: world._type }
    try {
      this._core = new instance._api.Core(
        host,
        Object.assign({}, this._options, {
          networkType: world._type,
          seed: Math.floor(Math.random() * 2e15),
          firstId: IDS_PER_ENGINE * ++engines,
        }),
      )
    } catch (error) {
      instance._trap(error)
      return this._die(instance, error)
    }
    const waiting = this._waiting
    this._waiting = []
    this._sync()
    // A trap among them ends it: the owner is asked what is still wanted.
    for (const [method, args] of waiting) if (this._instance === instance) (this as any)._tell(method, ...args)
  }

  /** Tells the engine what has changed since it was last told. */
  private _sync(): void {
    const told = this._told
    if (!this._core) return
    this._told = Object.assign({}, world)
    if (told._connected !== world._connected || told._type !== world._type) this._tell('network', world._connected, world._type)
    if (told._hidden !== world._hidden) this._tell(world._hidden ? 'hide' : 'show')
  }
}
