// What an app gets when it requires the package, for one platform.
import { EngineHub } from './engine/connection'
import type { LoadOptions } from './engine/loader'
import { UploadError } from './errors'
import type { AppOptions } from './options'
import type { Platform } from './platform/platform'
import { createUploader } from './promise_api'
import { VODUpload } from './vod_upload'

export function createPackage(platform: Platform): object {
  const hub = new EngineHub(platform)

  class PlatformVODUpload extends VODUpload {
    static version = __VERSION__

    constructor(options?: object) {
      super(hub, options)
    }

    static load(options?: LoadOptions): Promise<void> {
      return hub.loader.load(options || {}).then(() => {})
    }
  }

  return Object.assign(PlatformVODUpload, {
    __esModule: true,
    default: PlatformVODUpload,
    VODUpload: PlatformVODUpload,
    createUploader: (options?: AppOptions) => createUploader(hub, options),
    UploadError,
    VODUploadError: UploadError,
  })
}
