// An uploader's line to its engine: keeps commands until the module is there, and finds a new engine when one has trapped.
import { type Arguments, Command, type CoreOptions, type EmitKind, type Host, type Payload, type Tell, type World } from './host'
import { type Instance, load, type Loading, whenTrapped } from './loader'
import { assign, setPrototypeOf } from './short'
import { createHost, type OwnedHost } from './wx/host'
import { watch, world } from './wx/lifecycle'

export interface Owner {
  _emitted(kind: EmitKind, id: number, payload: Payload): void
  /** The engine is gone with everything it knew. */
  _lost(error: unknown): void
  /** There is no engine to be had; the commands that waited for it are dropped. */
  _unloadable(error: any): void
}

export interface Link {
  /** Now, or when there is an engine. */
  _run<C extends keyof Arguments>(command: C, ...args: Arguments[C]): void
  /** Now or not at all. */
  _tell: Tell
  /** Whether there is an engine; one whose instance died while this uploader was idle is noticed here. */
  _ready(): boolean
  /** Drops what waits, for one file or at all. */
  _unqueue(id?: number): void
  /** Only who follows the app's life hears of it, and only running uploaders do. */
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

// Not made by an uploader: who listens for ever would keep it.
const changed = (): void => everyone((follower) => follower._sync())
const warned = (level: number): void => everyone((follower) => follower._memory(level))

export function createLink(where: Loading, options: CoreOptions, owner: Owner): Link {
  /** Its number. */
  let core: number | undefined
  let instance: Instance | undefined
  let host: OwnedHost | undefined
  let loading = false
  let waiting: [Command, any[]][] = []
  let told: World
  /** What the module is given as its host and never lets go: the host itself only while there is work, else nothing, so that an idle uploader, and the page whose callbacks it has, can be collected. */
  let door: Host
  let depth = 0

  const unqueue = (id?: number): void => {
    waiting = waiting.filter(([, args]) => id && args[0] !== id)
  }

  const ready = (): boolean => {
    const error = instance && instance._dead
    if (error) {
      const dead = host!
      // Who is not the present host is not heard.
      instance = core = host = undefined
      dead._dispose()
      unqueue()
      owner._lost(error)
    }
    return !!core
  }

  const guarded = (task: () => any): any => {
    const given = door
    setPrototypeOf(given, host!)
    depth++
    const result = instance!._guard(task)
    // What the host does at once may tell something in turn.
    if (!--depth && followers.indexOf(follower) < 0) setPrototypeOf(given, null)
    ready()
    return result
  }

  const tell = (command: Command, ...args: any[]): any => ready() && guarded(() => instance!._api.tell(core!, command, args))

  /** Tells the engine what has changed since it was last told. */
  const sync = (): void => {
    if (!core) return
    const before = told
    told = assign({}, world)
    if (before._connected !== world._connected || before._type !== world._type) tell(Command.Network, world._connected, world._type)
    if (before._hidden !== world._hidden) tell(world._hidden ? Command.Hide : Command.Show)
  }

  const begin = (loaded: Instance): void => {
    instance = loaded
    const own: OwnedHost = (host = createHost(
      (command: Command, ...args: unknown[]) => host === own && tell(command, ...args),
      (kind, id, payload) => host === own && owner._emitted(kind, id, payload || {}),
    ))
    told = { _hidden: false, _connected: true, _type: world._type }
    const commands = waiting
    waiting = []
    door = {} as Host
    guarded(() => {
      core = loaded._api.open(
        door,
        assign({}, options, {
          networkType: world._type,
          seed: Math.random() * 2e15,
        }),
      )
    })
    sync()
    // After a trap none of these arrives: the owner has been asked what is still wanted.
    for (const [command, args] of commands) tell(command, ...args)
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

  const follower: Follower = { _sync: sync, _memory: (level) => tell(Command.Memory, level), _ready: ready }
  watch(changed, warned)
  start()

  return {
    _tell: tell,
    _ready: ready,
    _unqueue: unqueue,
    _run(command, ...args) {
      if (ready()) tell(command, ...args)
      else {
        // One start does for all that came before it: each of two would make an end of its own.
        if (command === Command.Start) waiting = waiting.filter(([queued]) => queued !== command)
        waiting.push([command, args])
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
