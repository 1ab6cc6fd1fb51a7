// Foreground, network and memory: one listener each for the whole app, from the first uploader on.
import type { World } from '../host'
import { api, type Wx } from './api'

export const world: World = { _hidden: false, _connected: true, _type: 'unknown' }

let watched: Wx | undefined

export function watch(changed: () => void, memory: (level: number) => void): void {
  const at = api()
  if (watched === at) return
  // Some tests and frameworks put another `wx` in place: what the former one said does not hold there.
  watched = at
  Object.assign(world, { _hidden: false, _connected: true, _type: 'unknown' })
  const visible = (hidden: boolean) => () => {
    if (watched !== at) return
    world._hidden = hidden
    changed()
  }
  const network = (status: any): void => {
    if (watched !== at) return
    const type = status && status.networkType
    if (typeof type === 'string') world._type = type
    // getNetworkType says only the type.
    world._connected = status && typeof status.isConnected === 'boolean' ? status.isConnected : world._type !== 'none'
    changed()
  }
  const attempt = (subscribe: () => void): void => {
    try {
      subscribe()
    } catch (_) {
      // Not on this client.
    }
  }
  attempt(() => at.onAppShow!(visible(false)))
  attempt(() => at.onAppHide!(visible(true)))
  attempt(() => at.onNetworkStatusChange!(network))
  attempt(() => at.getNetworkType!({ success: network }))
  attempt(() => at.onMemoryWarning!((warning) => memory((warning && +warning.level!) || 10)))
}
