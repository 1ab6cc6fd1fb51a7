// What an app gets when it requires the package, for one platform.
import { EngineHub } from './engine/hub'
import type { LoadOptions } from './engine/loader'
import { UploadError } from './errors'
import type { AppOptions } from './options'
import type { Platform } from './platform/platform'
import { createUploader } from './promise_api'
import { VODUpload } from './vod_upload'

export function createPackage(platform: Platform): object {
  const hub = new EngineHub(platform)

  /** A function, so that a call without `new` is answered in clear words. */
  function PlatformVODUpload(options?: object): VODUpload {
    if (!new.target) throw new UploadError({ code: 'InvalidOption', stage: 'options', message: 'VODUpload is a class: write new VODUpload({…}).' })
    return Reflect.construct(VODUpload, [hub, options], new.target)
  }
  PlatformVODUpload.prototype = Object.create(VODUpload.prototype, { constructor: { value: PlatformVODUpload, configurable: true, writable: true } })

  return Object.assign(PlatformVODUpload, {
    version: __VERSION__,
    load: (options?: LoadOptions): Promise<void> => hub.loader.load(options || {}).then(() => {}),
    __esModule: true,
    default: PlatformVODUpload,
    VODUpload: PlatformVODUpload,
    createUploader: (options?: AppOptions) => createUploader(hub, options),
    UploadError,
    VODUploadError: UploadError,
  })
}
