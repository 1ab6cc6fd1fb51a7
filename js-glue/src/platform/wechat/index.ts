import type { Platform } from '../platform'
import { files } from './files'
import { http } from './http'
import { lifecycle } from './lifecycle'
import { storage } from './storage'
import { timers } from './timers'

export const wechat: Platform = {
  http,
  files,
  storage,
  lifecycle,
  wasm: {
    defaultPath: __WASM_PATH__,
    // A path inside the code package is all that it takes.
    instantiate: (path, imports) => WXWebAssembly!.instantiate(path, imports),
    // iPhones that refuse a module have been seen to say so after 176 s.
    timeoutMs: 20_000,
  },
  timers,
}
