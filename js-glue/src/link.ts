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

export interface Link {
  /** Now, or when there is an engine. */
  _run<M extends keyof Core>(method: M, ...args: Args<M>): void
  /** Now or not at all. */
  _tell<M extends keyof Core>(method: M, ...args: Args<M>): ReturnType<Core[M]> | undefined
  /** Whether there is an engine; one whose instance died while this uploader was idle is noticed here. */
  _ready(): boolean
  /** Drops what waits, for one file or at all. */
  _unqueue(id?: number): void
  /** Only who follows the app's life hears of it, and only running uploaders do, so that an idle one can be collected. */
  _follow(on: boolean): void
}

interface Follower {
  _sync(): void
  _memory(level: number): void
  /** Notices that its engine is dead. */
  _ready(): boolean
}

const followers: Follower[] = []

function everyone(task: (follower: Follower) => void): void {
  followers.slice().forEach(task)
}

whenTrapped(() => everyone((follower) => follower._ready()))

export function createLink(where: Loading, options: CoreOptions, owner: Owner): Link {
  let core: any
  let instance: Instance | undefined
  let host: OwnedHost
  let loading = false
  let waiting: [keyof Core, any[]][] = []
  let told: World

  const unqueue = (id?: number): void => {
    waiting = waiting.filter(([, args]) => id && args[0] !== id)
  }

  const ready = (): boolean => {
    const error = instance && instance._dead
    if (error) {
      instance = core = undefined
      host._dispose()
      unqueue()
      owner._lost(error)
    }
    return !!core
  }

  const guarded = (task: () => any): any => {
    const result = instance!._guard(task)
    ready()
    return result
  }

  const tell = (method: keyof Core, ...args: any[]): any => ready() && guarded(() => core[method](...args))

  /** Tells the engine what has changed since it was last told. */
  const sync = (): void => {
    if (!core) return
    const before = told
    told = Object.assign({}, world)
    if (before._connected !== world._connected || before._type !== world._type) tell('network', world._connected, world._type)
    if (before._hidden !== world._hidden) tell(world._hidden ? 'hide' : 'show')
  }

  const begin = (loaded: Instance): void => {
    instance = loaded
    const own = (host = createHost(
      (id, sent) => {
        if (host !== own) return
        if (id) tell('upload_progress', id, sent)
        else tell('tick')
      },
      (kind, id, payload) => owner._emitted(kind, id, payload),
    ))
    told = { _hidden: false, _connected: true, _type: world._type }
    const commands = waiting
    waiting = []
    guarded(() => {
      core = new loaded._api.Core(
        host,
        Object.assign({}, options, {
          networkType: world._type,
          seed: Math.floor(Math.random() * 2e15),
        }),
      )
    })
    sync()
    // After a trap none of these arrives: the owner has been asked what is still wanted.
    for (const [method, args] of commands) tell(method, ...args)
  }

  const start = (): void => {
    if (loading) return
    loading = true
    load(where).then(
      (loaded) => {
        loading = false
        if (loaded._dead) start()
        else begin(loaded)
      },
      (error) => {
        loading = false
        unqueue()
        owner._unloadable(error)
      },
    )
  }

  const follower: Follower = { _sync: sync, _memory: (level) => tell('memory', level), _ready: ready }
  watch(
    () => everyone((f) => f._sync()),
    (level) => everyone((f) => f._memory(level)),
  )
  start()

  return {
    _tell: tell,
    _ready: ready,
    _unqueue: unqueue,
    _run(method, ...args) {
      if (ready()) tell(method, ...args)
      else {
        // One start does for all that came before it: each of two would make an end of its own.
        if (method === 'start') waiting = waiting.filter(([queued]) => queued !== method)
        waiting.push([method, args])
        start()
      }
    },
    _follow(on) {
      const at = followers.indexOf(follower)
      if (at >= 0) followers.splice(at, 1)
      if (on) {
        followers.push(follower)
        sync()
      }
    },
  }
}
