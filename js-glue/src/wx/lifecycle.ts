// Foreground, network and memory: one listener each for the whole app, from the first uploader on.
import { NoAnswer, type World } from '../host'
import { assign, isText } from '../short'
import { api, type Wx } from './api'
import { attempt } from './attempt'

const AT_FIRST: World = { _hidden: false, _connected: true, _type: 'unknown' }

export const world = assign({}, AT_FIRST)

/** Asked about a lost request, the phone answers in milliseconds. */
const PATIENCE_MS = 1_000

let watched: Wx | undefined
let changed = (): void => {}

/** Some tests and frameworks put another `wx` in place: what the former one said does not hold there. */
const network = (at: Wx) => (status: any): void => {
  if (watched !== at) return
  const type = status && status.networkType
  if (isText(type)) world._type = type
  // getNetworkType says only the type.
  world._connected = status && typeof status.isConnected === 'boolean' ? status.isConnected : world._type !== 'none'
  changed()
}

/** A request failed: because of the network? It is told of later than its requests. */
export function explain(say: (how: NoAnswer) => void): void {
  const before = world._type
  const tell = (): void => say(world._connected ? +(world._type !== before) : NoAnswer.Offline)
  setTimeout(tell, PATIENCE_MS)
  const hear = network(api())
  const asked = attempt('getNetworkType', {
    success(status: any) {
      hear(status)
      tell()
    },
    fail: tell,
  })
  if (!asked.length) tell()
}

export function watch(onChange: () => void, memory: (level: number) => void): void {
  const at = api()
  if (watched === at) return
  watched = at
  changed = onChange
  assign(world, AT_FIRST)
  const visible = (hidden: boolean) => () => {
    if (watched !== at) return
    world._hidden = hidden
    onChange()
  }
  attempt('onAppShow', visible(false))
  attempt('onAppHide', visible(true))
  attempt('onNetworkStatusChange', network(at))
  attempt('getNetworkType', { success: network(at) })
  attempt('onMemoryWarning', (warning?: { level?: number }) => memory((warning && +warning.level!) || 10))
}
