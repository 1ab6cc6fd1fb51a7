// Foreground, network and memory: one listener each for the whole app, from the first uploader on.
import type { World } from '../host'
import { api } from './api'

export const world: World = { _hidden: false, _connected: true, _type: 'unknown' }

let watching = false

export function watch(changed: () => void, memory: (level: number) => void): void {
  if (watching) return
  watching = true
  const at = api()
  const visible = (hidden: boolean) => () => {
    world._hidden = hidden
    changed()
  }
  const network = (status: any): void => {
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
