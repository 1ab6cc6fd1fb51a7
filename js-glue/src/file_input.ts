// What the app hands to addFile: a path, an object of the vendor's kind, or an entry of one of the choosers or upload components as it comes.
import type { FileKind } from './engine/wasm'
import { isText, textOrEmpty } from './values'

export interface FileInput {
  path: string
  coverUrl: string
  name: string
  /** Bytes; -1: unknown. A hint: a chooser may give the size before compression. */
  size: number
  /** Given by the chooser; the extension wins. */
  kind: FileKind
  /** MIME type that the app gave; may be empty. */
  mimeType: string
  /** Primitive fields of the app's own, given back in `uploadInfo.file`. */
  ownFields: Record<string, unknown>
}

const KINDS: readonly string[] = ['image', 'video', 'audio']
const IMAGE = /\.(jpe?g|png|gif|bmp|webp|hei[cf]|tiff?|avif|svg)$/i
const OTHER_MEDIA = /\.(mp4|m4v|mov|qt|flv|f4v|mkv|avi|webm|m?ts|m2ts|3g[p2]|mpe?g|wm[vfa]|asf|rm|rmvb|og[vga]|opus|mxf|mp3|m4a|wav|aac|flac|amr|caf|aiff?|ape|ac3)$/i

/** What distinguishes a file from others. Whatever was not given is '' or, for the size, -1. */
export type FileIdentity = Pick<FileInput, 'path' | 'name' | 'size'>

const asObject = (given: any): any => (isText(given) ? { url: given } : given || {})

export function readFileIdentity(given: unknown): FileIdentity {
  const file = asObject(given)
  const path = textOrEmpty(file.url) || textOrEmpty(file.tempFilePath) || textOrEmpty(file.path)
  return {
    path,
    name: textOrEmpty(file.name) || path.replace(/^.*[/\\]/, '') || path,
    size: typeof file.size === 'number' && file.size >= 0 ? file.size : -1,
  }
}

/** Undefined when there is no path. */
export function readFileInput(given: unknown): FileInput | undefined {
  const file = asObject(given)
  const { path, name, size } = readFileIdentity(given)
  if (!path) return undefined
  const type = textOrEmpty(file.type)
  return {
    path,
    name,
    size,
    // thumb and thumbTempFilePath of choosers and components; some samples of the vendor spell it coverURL.
    coverUrl: textOrEmpty(file.coverUrl) || textOrEmpty(file.coverURL) || textOrEmpty(file.thumbTempFilePath) || textOrEmpty(file.thumb),
    kind: toKind(textOrEmpty(file.fileType)) || toKind(type) || 'unknown',
    mimeType: type.indexOf('/') > 0 ? type : '',
    ownFields: primitiveFields(file),
  }
}

/** As far as is known before the engine looks at the file. */
export function isImage({ name, path, kind }: FileInput): boolean {
  for (const text of [name, path]) {
    if (IMAGE.test(text)) return true
    if (OTHER_MEDIA.test(text)) return false
  }
  return kind === 'image'
}

/** fileType of chooseMedia, type of chooseMessageFile (where 'file' says nothing), or a MIME type. */
function toKind(type: string): FileKind | undefined {
  const kind = type.split('/')[0]
  return KINDS.indexOf(kind) >= 0 ? (kind as FileKind) : undefined
}

function primitiveFields(file: any): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of Object.keys(file)) {
    const value = file[name]
    if (value === null || /^(string|number|boolean)$/.test(typeof value)) fields[name] = value
  }
  return fields
}
