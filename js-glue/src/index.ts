import { createPackage } from './create_package'
import { wechat } from './platform/wechat'

const entry = createPackage(wechat) as { load(): Promise<void> }

module.exports = entry

// Ahead of its use, but not in the way of the app's start. A failure shows when somebody uploads.
wechat.timers.setTimeout(() => void entry.load().catch(() => {}), 0)
