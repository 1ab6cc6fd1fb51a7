// The files of one tag and their uploads. It knows nothing of templates: it shows its rows through `Host`.
import type { GivenFile, UploaderFile } from '../../types/vod-uploader'
import { nameOf, typeOf } from './format'
import { belongsToOther, recall, remember } from './memory'
import type { AuthContext, Options, Progress, Sdk, StoredUpload, UploadError, UploadHandle, UploadInfo, Uploader } from './sdk'
import { wechat } from './wechat'
import type { ChosenFile } from './wechat'

/** What the list asks of the tag it belongs to. */
export interface Host {
  sdk: Sdk
  /** Names the tag among all of the app, so that each remembers its own files. */
  owner: string
  options(): Options
  autoUpload(): boolean
  meta(): unknown
  /** The app's getAuth, or `bind:auth`. */
  authorize(context: AuthContext): unknown
  errorMessage(code: string, message: string): string
  /** Rows have changed; `soon`: numbers only. */
  render(soon: boolean): void
  emit(event: string, detail: object): void
}

/** A file with its upload. */
export interface Row extends UploaderFile {
  upload?: UploadHandle
  /** Its temporary path has been looked for and found. */
  checked: boolean
  /** What `message` was made from, in whatever language it came. */
  reason: string
  /** Its picture can't be shown. */
  broken: boolean
  /** Its numbers have changed since the last `progress` event. */
  progressed: boolean
}

/** With these errors the same path fails again: the file has to be chosen anew. */
const CHOOSE_AGAIN = /^(FileNotFound|FileChanged|FileReadFailed|EmptyFile)$/

export const mustBeChosenAgain = (row: UploaderFile): boolean => row.status === 'failed' && CHOOSE_AGAIN.test(row.code)

const isRunning = (row: Row): boolean => row.status === 'uploading' || (row.status === 'waiting' && !!row.upload)

export class UploadList {
  rows: Row[] = []
  private uploader: Uploader | undefined
  private removed: string[] = []
  /** The last value of the `files` property. */
  private given: GivenFile[] = []
  private ended = true
  private closed = false
  private lastNumber = 0

  constructor(private readonly host: Host) {}

  // ---- files come and go

  /** Brings back what an earlier run has not finished. The uploads start with `resumeRestored`. */
  restore(): void {
    const { files, removed } = recall(this.host.owner)
    const stored = this.storedUploads()
    this.removed = removed.filter((url) => stored.some((upload) => upload.url === url))
    for (const file of files) {
      const upload = stored.find((one) => isSame(one, file))
      this.push(Object.assign({}, file, { code: '', message: '' }, upload && progressOf(upload)), file.status === 'paused' ? 'paused' : 'waiting')
    }
    for (const upload of stored) {
      const { url, name, size } = upload
      const known = this.rows.some((row) => isSame(upload, row)) || this.removed.indexOf(url) >= 0 || belongsToOther(this.host.owner, url)
      if (!known) this.push(Object.assign({ url, name, size }, progressOf(upload)), 'waiting')
    }
    for (const row of this.rows) row.checked = false
    this.host.render(false)
  }

  /** Looks for the files of restored rows, and starts those that are there. */
  resumeRestored(): void {
    const restored = this.rows.filter((row) => !row.checked)
    if (restored.length) this.host.emit('change', { files: this.files() })
    for (const row of restored) {
      wechat.getFileSystemManager().access({
        path: row.url,
        success: () => {
          row.checked = true
          if (row.status === 'waiting') this.begin(row)
        },
        fail: () => {
          row.checked = true
          this.fail(row, { code: 'FileNotFound', message: `${row.url} does not exist any more.` } as UploadError)
        },
      })
    }
  }

  /** The app's `files`: entries that are new since the last call are added, those left out since are removed. */
  setGiven(files: GivenFile[] | null | undefined): void {
    const before = this.given
    const next = files || []
    this.given = next
    const left = before.filter((file) => !next.some((other) => isGiven(other, file)))
    const gone = this.rows.filter((row) => left.some((file) => isGiven(file, row)))
    for (const row of gone) this.drop(row)
    const fresh = next.filter((file) => !this.rows.some((row) => isGiven(file, row)))
    const added = fresh.map((file) => this.push(file, file.status || 'waiting'))
    if (gone.length || added.length) this.changed(false)
    for (const row of added) if (row.status === 'waiting' || row.status === 'uploading') this.begin(row)
  }

  /** Answers how many of the chosen files were in the list already. */
  add(chosen: ChosenFile[]): number {
    const fresh = chosen.filter((file) => !this.rows.some((row) => row.url === pathOf(file)))
    const rows = fresh.map((file) => this.push(fromChooser(file), 'waiting'))
    if (rows.length) {
      this.host.emit('add', { files: rows.map(publicFile) })
      this.changed()
      for (const row of rows) this.begin(row)
    }
    return chosen.length - fresh.length
  }

  /** The file of a row that can't be read any more, chosen anew. The package knows it by its content. */
  replace(uid: string, chosen: ChosenFile): void {
    const row = this.find(uid)
    if (!row) return
    const { url, size, thumb } = fromChooser(chosen)
    Object.assign(row, { url, size, thumb, upload: undefined, broken: false, checked: true })
    this.start(uid)
  }

  remove(uid: string): void {
    const row = this.find(uid)
    if (!row) return
    const index = this.rows.indexOf(row)
    this.drop(row)
    this.emitFile('remove', row, { index })
    this.changed()
  }

  // ---- uploads

  /** Start, resume and retry. */
  start(uid: string): void {
    const row = this.find(uid)
    if (!row || this.closed || row.status === 'done' || isRunning(row)) return
    const { upload } = row
    Object.assign(row, { status: 'waiting', code: '', message: '' })
    this.ended = false
    if (upload) upload.resume()
    else this.upload(row)
    this.changed()
  }

  startAll(): void {
    for (const row of this.rows.slice()) if (!mustBeChosenAgain(row)) this.start(row.uid)
  }

  pause(uid: string): void {
    const row = this.find(uid)
    if (!row || row.status === 'done' || row.status === 'failed') return
    if (row.upload) row.upload.pause()
    Object.assign(row, { status: 'paused', bytesPerSecond: 0, secondsLeft: 0 })
    this.changed()
  }

  pauseAll(): void {
    for (const row of this.rows) this.pause(row.uid)
  }

  /** Other options hold from the next upload on; those under way keep theirs. */
  optionsChanged(): void {
    if (!this.isRunning() && this.uploader) {
      this.uploader.uploader.stopUpload()
      this.uploader = undefined
      for (const row of this.rows) row.upload = undefined
    }
  }

  /** The tag leaves the page: nothing runs on unseen. What is stored stays, and goes on when the tag is there again. */
  close(): void {
    this.closed = true
    if (this.uploader) this.uploader.uploader.stopUpload()
  }

  isRunning(): boolean {
    return this.rows.some(isRunning)
  }

  find(uid: string): Row | undefined {
    return this.rows.find((row) => row.uid === uid)
  }

  files(): UploaderFile[] {
    return this.rows.map(publicFile)
  }

  /** An event about one file. */
  emitFile(event: string, row: Row, more?: object): void {
    this.host.emit(event, Object.assign({ file: publicFile(row), index: this.rows.indexOf(row) }, more))
  }

  /** Called after the numbers have been displayed: emits `progress`. */
  reportProgress(): void {
    for (const row of this.rows.filter(({ progressed }) => progressed)) {
      row.progressed = false
      this.emitFile('progress', row)
    }
  }

  // ---- one upload

  private begin(row: Row): void {
    if (this.host.autoUpload()) this.start(row.uid)
  }

  private upload(row: Row): void {
    const { url, name, size, type, thumb } = row
    const file = { url, name, size, fileType: type === 'file' ? undefined : type, coverUrl: thumb || undefined }
    let upload: UploadHandle
    try {
      upload = this.getUploader().upload(file, { meta: this.host.meta(), onProgress: (progress) => this.progress(row, upload, progress) })
    } catch (error) {
      // Options that createUploader refuses.
      this.fail(row, error as UploadError)
      return
    }
    row.upload = upload
    upload.then(
      (info) => row.upload === upload && this.succeed(row, info),
      (error) => row.upload === upload && this.fail(row, error),
    )
  }

  private getUploader(): Uploader {
    if (!this.uploader) {
      const options = this.host.options()
      const own: Options = {
        onUploadstarted: (info) => {
          this.started(info)
          if (options.onUploadstarted) options.onUploadstarted(info)
        },
      }
      if (!options.getAuth && !options.getSTSToken) own.getAuth = (context) => this.host.authorize(context) as ReturnType<NonNullable<Options['getAuth']>>
      this.uploader = this.host.sdk.createUploader(Object.assign({}, options, own))
    }
    return this.uploader
  }

  private storedUploads(): StoredUpload[] {
    try {
      return this.getUploader().uploader.unfinished()
    } catch (error) {
      const { code = '', message } = error as UploadError
      this.host.emit('error', { code, message })
      return []
    }
  }

  private started({ url, videoId }: UploadInfo): void {
    const row = this.rows.find((one) => one.url === url && isRunning(one))
    if (!row) return
    Object.assign(row, { status: 'uploading', videoId: videoId || row.videoId })
    this.changed()
  }

  private progress(row: Row, upload: UploadHandle, { percent, bytesPerSecond, secondsLeft }: Progress): void {
    if (row.upload !== upload || !isRunning(row)) return
    const waited = row.status === 'waiting'
    Object.assign(row, { status: 'uploading', percent: Math.floor(percent), bytesPerSecond, secondsLeft, progressed: true })
    if (waited) this.changed()
    else this.host.render(true)
  }

  private succeed(row: Row, { videoId, imageId, imageUrl }: UploadInfo): void {
    this.end(row, { status: 'done', percent: 100, videoId: videoId || '', imageId: imageId || '', imageUrl: imageUrl || '' })
    this.emitFile('success', row)
    this.completed()
  }

  private fail(row: Row, error: UploadError): void {
    if (this.closed || this.rows.indexOf(row) < 0) return
    const { code = '', message = '' } = error || {}
    this.end(row, { status: 'failed', code, reason: message, message: this.host.errorMessage(code, message) })
    this.emitFile('fail', row, { error })
    this.completed()
  }

  private end(row: Row, values: Partial<Row>): void {
    Object.assign(row, { upload: undefined, progressed: false, bytesPerSecond: 0, secondsLeft: 0 }, values)
    this.changed(true, false)
  }

  private drop(row: Row): void {
    const { upload } = row
    this.rows.splice(this.rows.indexOf(row), 1)
    row.upload = undefined
    if (upload) upload.cancel()
    if (row.status !== 'done') this.removed.push(row.url)
  }

  // ---- the list

  private push(file: Partial<UploaderFile> & { url: string }, status: UploaderFile['status']): Row {
    this.lastNumber++
    const type = file.type || typeOf(undefined, file.name || file.url)
    const row: Row = Object.assign(
      { uid: '', name: '', size: 0, thumb: '', percent: status === 'done' ? 100 : 0, message: '', code: '', videoId: '', imageId: '', imageUrl: '' },
      file,
      { type, status, bytesPerSecond: 0, secondsLeft: 0, upload: undefined, checked: true, broken: false, progressed: false, reason: '' },
    )
    row.name = nameOf(file, file.url, type, this.lastNumber)
    if (!row.uid) row.uid = `${Date.now().toString(36)}-${this.lastNumber}`
    this.rows.push(row)
    return row
  }

  private changed(report = true, complete = true): void {
    const files = this.rows.filter((row) => row.status !== 'done').map(publicFile)
    remember(this.host.owner, { files, removed: this.removed })
    if (this.closed) return
    this.host.render(false)
    if (report) this.host.emit('change', { files: this.files() })
    if (complete) this.completed()
  }

  private completed(): void {
    if (this.ended || !this.rows.every(({ status }) => status === 'done' || status === 'failed')) return
    this.ended = true
    this.host.emit('complete', { files: this.files() })
  }
}

const FILE_FIELDS: Array<keyof UploaderFile> = [
  'uid', 'url', 'name', 'size', 'type', 'thumb', 'status', 'percent', 'message', 'code', 'videoId', 'imageId', 'imageUrl', 'bytesPerSecond', 'secondsLeft',
]

/** The file as the app sees it. */
export function publicFile(row: Row): UploaderFile {
  const file: { [field: string]: unknown } = {}
  for (const field of FILE_FIELDS) file[field] = row[field]
  return file as unknown as UploaderFile
}

const pathOf = ({ tempFilePath, path }: ChosenFile): string => tempFilePath || path || ''

/** An entry of WeChat's choosers as a file of the list. */
export function fromChooser(file: ChosenFile): Partial<UploaderFile> & { url: string } {
  const url = pathOf(file)
  return { url, name: file.name, size: file.size || 0, type: typeOf(file.fileType || file.type, file.name || url), thumb: file.thumbTempFilePath || '' }
}

const progressOf = ({ videoId, loaded, total }: StoredUpload): Pick<UploaderFile, 'videoId' | 'percent'> => ({ videoId, percent: Math.floor((loaded * 100) / (total || 1)) })

/** A path, or the name and size where WeChat has given the same file another path. */
const isSame = (one: { url: string; name: string; size: number }, other: { url: string; name: string; size: number }): boolean =>
  one.url === other.url || (one.name === other.name && one.size === other.size)

/** Entries of `files` have a uid once the app has taken them from an event. */
const isGiven = (file: GivenFile, row: GivenFile): boolean => (file.uid && row.uid ? file.uid === row.uid : file.url === row.url)
