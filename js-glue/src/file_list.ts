// The files of one uploader, and the list of uploadInfo objects that the app holds of them. The app may sort, empty or freeze the list and
// freeze, copy or proxy its objects: what counts are the entries.
import { type FileEntry, hasEnded, isIn } from './file_entry'
import { type InfoFields, showFields, thawed, type UploadInfo, writeFile } from './upload_info'

export class FileList {
  private files: FileEntry[] = []
  private shown: UploadInfo[] = []

  get entries(): readonly FileEntry[] {
    return this.files
  }

  /** What listFiles() gives. */
  get infos(): UploadInfo[] {
    return this.shown
  }

  has(entry: FileEntry): boolean {
    return this.files.indexOf(entry) >= 0
  }

  /** Whether a file with this path is in the list and has not ended. */
  isPending(path: string): boolean {
    return this.files.some((entry) => entry.fields.url === path && !hasEnded(entry))
  }

  /** Whether the app has added a failed file once more, to be sent in its stead. */
  isAddedAgain(entry: FileEntry): boolean {
    const isSame = (other: FileEntry): boolean => other.fields.url === entry.fields.url && other.param.text === entry.param.text && String(other.target) === String(entry.target)
    return isIn(entry, 'Failure') && this.files.some((other) => other.id > entry.id && isSame(other) && !isIn(other, 'Canceled'))
  }

  add(entry: FileEntry): void {
    this.files.push(entry)
    this.show((infos) => infos.concat(entry.info))
  }

  remove(entry: FileEntry): void {
    this.files = this.files.filter((other) => other !== entry)
    this.show((infos) => infos.filter((info) => info !== entry.info && !isCopy(info, entry)))
  }

  clear(): void {
    this.files = []
    this.show(() => [])
  }

  /** The file that the app's list shows at this index now. A page's dataset gives an index as text. */
  at(index: unknown): FileEntry | undefined {
    return this.find(this.shown[index as number])
  }

  /** A file by its uploadInfo or a copy of it: apps keep it in the data of their pages. */
  find(info: any): FileEntry | undefined {
    return findEntry(this.files, info)
  }

  /** Changes fields of a file and shows them. */
  update(entry: FileEntry, changes: Partial<InfoFields>): void {
    Object.assign(entry.fields, changes)
    showFields(this.writableInfo(entry), changes)
  }

  setMimeType(entry: FileEntry, mimeType: string): void {
    entry.mimeType = mimeType
    writeFile(this.writableInfo(entry), 'type', mimeType)
  }

  /**
   * An uploadInfo that the app has frozen is replaced by a new object, in the list and for the callbacks to come: an app that did not
   * see its videoId would create a second video.
   */
  private writableInfo(entry: FileEntry): UploadInfo {
    const { info } = entry
    if (Object.isFrozen(info)) {
      entry.info = thawed(info)
      this.show((infos) => infos.map((one) => (one === info ? entry.info : one)))
    }
    return entry.info
  }

  /** Changes the app's list in place; one that is frozen is replaced. */
  private show(change: (infos: UploadInfo[]) => UploadInfo[]): void {
    const next = change(this.shown)
    try {
      this.shown.splice(0, this.shown.length, ...next)
    } catch (_) {
      this.shown = next
    }
  }
}

/** The file that an uploadInfo, or a copy of it, is of. */
export function findEntry(entries: readonly FileEntry[], info: any): FileEntry | undefined {
  if (!info || typeof info !== 'object') return undefined
  return entries.find((entry) => entry.info === info) || entries.find((entry) => isCopy(info, entry))
}

function isCopy(info: any, entry: FileEntry): boolean {
  try {
    return !!info && info.ri === entry.fields.ri
  } catch (_) {
    return false
  }
}
