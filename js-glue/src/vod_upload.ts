// The interface of the vendor's SDK, name for name.
import type { EngineHub } from './engine/hub'
import type { StsToken } from './engine/wasm'
import type { Domains } from './domains'
import type { FileEntry } from './file_entry'
import { UploadManager } from './upload_manager'
import type { UploadInfo } from './upload_info'
import type { Checkpoint, UnfinishedUpload } from './upload_journal'
import { rejectionText } from './rejection'
import { type UploadHandle, type UploadOptions, upload } from './upload_promise'
import { isText, toExpiration, toText } from './values'

/** Not a property: whatever copies, serialises, observes or freezes the uploader must not drag its state along. */
const managers = new WeakMap<VODUpload, UploadManager>()

export const managerOf = (uploader: VODUpload): UploadManager => managers.get(uploader)!

export class VODUpload {
  constructor(hub: EngineHub, options: object | undefined, needsUserId = true) {
    managers.set(this, new UploadManager(hub, options, needsUserId))
    // Methods are own and bound: setData and Vue copy own properties, and call them on the copy or its proxy.
    for (const name of Object.getOwnPropertyNames(VODUpload.prototype)) {
      if (name === 'constructor') continue
      const method: Function = this[name as keyof this] as any
      Object.defineProperty(this, name, { value: method.bind(this), enumerable: true, configurable: true, writable: true })
    }
  }

  init(): void {
    managerOf(this).warn('init', 'init() has no effect: pass the options to new VODUpload({…}).')
  }

  addFile(file: unknown, endpoint?: unknown, bucket?: unknown, object?: unknown, paramData?: unknown): boolean {
    return !!managerOf(this).add(file, [endpoint, bucket, object], paramData)
  }

  startUpload(): void {
    managerOf(this).start()
  }

  stopUpload(): void {
    managerOf(this).stop()
  }

  deleteFile(index: number): boolean {
    return withFile(this, index, (manager, entry) => {
      manager.drop(entry)
      return true
    })
  }

  cancelFile(index: number): boolean {
    return withFile(this, index, (manager, entry) => manager.cancel(entry))
  }

  resumeFile(index: number): boolean {
    return withFile(this, index, (manager, entry) => manager.resumeFile(entry))
  }

  pauseFile(index: number): boolean {
    return withFile(this, index, (manager, entry) => manager.pause(entry))
  }

  listFiles(): UploadInfo[] {
    return managerOf(this).files.infos
  }

  cleanList(): void {
    managerOf(this).clear()
  }

  setUploadAuthAndAddress(info: unknown, uploadAuth: unknown, uploadAddress: unknown, videoId?: unknown): boolean {
    // Instead of UploadAuth some apps pass on the error of their server.
    // Some apps pass on their server's refusal in its place: the engine reads it as it reads what getAuth is rejected with.
    const given = { uploadAuth: rejectionText(uploadAuth), uploadAddress: toText(uploadAddress), videoId: toText(videoId).trim() }
    const { credentials } = managerOf(this)
    const isTaken = credentials.answer(info, given.videoId, (fileId) => (uploader) => uploader.setUploadAuth(fileId, given))
    if (isTaken) credentials.setPictureId(info, given.videoId)
    return isTaken
  }

  resumeUploadWithAuth(given: unknown): boolean {
    const manager = managerOf(this)
    let uploadAuth = given
    if (given && typeof given === 'object') {
      // What RefreshUploadVideo answers.
      uploadAuth = (given as any).UploadAuth
      if (!isText(uploadAuth)) {
        manager.warn('upload-auth', `resumeUploadWithAuth was given an object with ${Object.keys(given).join(', ') || 'no fields'}: pass the text UploadAuth of the VOD API's answer, or that answer.`)
        return false
      }
    }
    return manager.credentials.renew((uploader) => uploader.renewUploadAuth(toText(uploadAuth)))
  }

  setSTSToken(info: unknown, accessKeyId: unknown, accessKeySecret: unknown, secretToken: unknown, expireTime?: unknown): boolean {
    const manager = managerOf(this)
    manager.noteStsIsUsed()
    const token = toStsToken(accessKeyId, accessKeySecret, secretToken, expireTime)
    return manager.credentials.answer(info, '', (fileId) => (uploader) => uploader.setStsToken(fileId, token, videoIdOf(info)))
  }

  resumeUploadWithSTSToken(accessKeyId: unknown, accessKeySecret: unknown, secretToken: unknown, expireTime?: unknown): boolean {
    const token = toStsToken(accessKeyId, accessKeySecret, secretToken, expireTime)
    return managerOf(this).credentials.renew((uploader) => uploader.renewStsToken(token))
  }

  /** The web SDK's name. */
  resumeUploadWithToken(accessKeyId: unknown, accessKeySecret: unknown, secretToken: unknown, expireTime?: unknown): boolean {
    return this.resumeUploadWithSTSToken(accessKeyId, accessKeySecret, secretToken, expireTime)
  }

  setSTSTokenDirectlyUpload(info: unknown, accessKeyId: unknown, accessKeySecret: unknown, secretToken: unknown, expireTime?: unknown): boolean {
    const token = toStsToken(accessKeyId, accessKeySecret, secretToken, expireTime)
    return managerOf(this).credentials.answer(info, '', (fileId) => (uploader) => uploader.setDirectToken(fileId, token))
  }

  /** One call and one promise for a file, as in the vendor's web SDK 2.0. */
  upload(file: unknown, options?: UploadOptions): UploadHandle {
    return upload(managerOf(this), file, options || {})
  }

  getCheckpoint(file: unknown): Checkpoint | undefined {
    return managerOf(this).checkpointOf(file)
  }

  unfinished(): UnfinishedUpload[] {
    return managerOf(this).unfinished()
  }

  requiredDomains(): Domains {
    return managerOf(this).requiredDomains()
  }
}

/** False when the list has no such index. */
function withFile(uploader: VODUpload, index: unknown, task: (manager: UploadManager, entry: FileEntry) => boolean): boolean {
  const manager = managerOf(uploader)
  const entry = manager.files.at(index)
  return !!entry && task(manager, entry)
}

const toStsToken = (accessKeyId: unknown, accessKeySecret: unknown, securityToken: unknown, expiration: unknown): StsToken => ({
  accessKeyId: toText(accessKeyId),
  accessKeySecret: toText(accessKeySecret),
  securityToken: toText(securityToken),
  expiration: toExpiration(expiration),
})

/** One that the app knows from elsewhere may stand in its uploadInfo. */
function videoIdOf(info: any): string {
  try {
    return toText(info.videoId)
  } catch (_) {
    return ''
  }
}
