// Foreground, network and memory: one listener each for the whole app, from the first uploader on.
import type { AppState, Lifecycle } from '../platform'
import { isText } from '../../values'
import type { NetworkMeanwhile } from './errors'
import { timers } from './timers'
import { currentWx, tryCall, type Wx, type WxNetworkStatus } from './wx'

const INITIAL: AppState = { hidden: false, connected: true, networkType: 'unknown' }

const state: AppState = Object.assign({}, INITIAL)

/** Asked about a lost request, a phone answers in milliseconds. */
const TIMEOUT_MS = 1_000

/** The `wx` whose events are listened to. Some frameworks put another one in place: what the former reports is ignored then. */
let watched: Wx | undefined
let notify = (): void => {}
/** Changes of the network that were reported: an answer of getNetworkType that was asked for before the last one is out of date. */
let changes = 0

export const lifecycle: Lifecycle = {
  state,
  watch(onChange, onMemoryWarning) {
    const source = currentWx()
    if (watched === source) return
    watched = source
    notify = onChange
    Object.assign(state, INITIAL)
    const onVisibility = (hidden: boolean) => (): void => {
      if (watched !== source) return
      state.hidden = hidden
      onChange()
    }
    tryCall(() => source.onAppShow!(onVisibility(false)))
    tryCall(() => source.onAppHide!(onVisibility(true)))
    tryCall(() =>
      source.onNetworkStatusChange!((status) => {
        changes++
        takeNetwork(source, status)
      }),
    )
    askNetwork(source, () => {})
    tryCall(() => source.onMemoryWarning!(onMemoryWarning))
  },
  refresh: () => new Promise((resolve) => networkAfterFailure(() => resolve())),
}

/** A request failed: what has become of the network? Phones report a change after the requests that it broke. */
export function networkAfterFailure(report: (network: NetworkMeanwhile) => void): void {
  const before = state.networkType
  let reported = false
  const finish = (): void => {
    if (reported) return
    reported = true
    timers.clearTimeout(timer)
    report(!state.connected ? 'offline' : state.networkType === before ? 'same' : 'changed')
  }
  const timer = timers.setTimeout(finish, TIMEOUT_MS)
  if (!askNetwork(currentWx(), finish)) finish()
}

/** False when the client cannot be asked. */
function askNetwork(source: Wx, onAnswer: () => void): boolean {
  const asked = changes
  return tryCall(() =>
    source.getNetworkType!({
      success(status) {
        if (asked === changes) takeNetwork(source, status)
        onAnswer()
      },
      fail: onAnswer,
    }),
  )
}

function takeNetwork(source: Wx, status: WxNetworkStatus | undefined): void {
  if (watched !== source) return
  if (status && isText(status.networkType)) state.networkType = status.networkType
  // getNetworkType gives the type only.
  state.connected = status && typeof status.isConnected === 'boolean' ? status.isConnected : state.networkType !== 'none'
  notify()
}
