// What the app hands to addFile: a path, an object of the vendor's kind, or an entry of one of WeChat's choosers as it comes.
import { isNumber, isText, textOf } from './short'

export interface ChosenFile {
  _url: string
  _coverUrl: string
  _name: string
  /** -1: unknown. A chooser's size is a hint: it may be of the file before its compression. */
  _size: number
  /** 0 by extension, 1 image, 2 video, 3 audio */
  _kind: number
}

const KINDS = ['', 'image', 'video', 'audio']
const IMAGE = /\.(jpe?g|png|gif|bmp|webp|hei[cf]|tiff?|avif|svg)$/i

export function chosenFile(given: any): ChosenFile | undefined {
  const file = isText(given) ? { url: given } : given || {}
  const url = textOf(file.url) || textOf(file.tempFilePath) || textOf(file.path)
  if (!url) return
  return {
    _url: url,
    // chooseMedia calls it thumbTempFilePath; some samples of the vendor spell it coverURL.
    _coverUrl: textOf(file.coverUrl) || textOf(file.coverURL) || textOf(file.thumbTempFilePath),
    _name: textOf(file.name) || url.replace(/[?#].*$/, '').replace(/^.*[/\\]/, '') || url,
    _size: file.size >= 0 && isNumber(file.size) ? file.size : -1,
    // fileType of chooseMedia, type of chooseMessageFile ('file' says nothing), or a MIME type.
    _kind: Math.max(0, KINDS.indexOf((textOf(file.fileType) || textOf(file.type)).split('/')[0] || '-')),
  }
}

export function isImage(file: ChosenFile): boolean {
  // An app's own name need not have an extension: then the path's counts, as in the engine.
  return file._kind ? file._kind === 1 : IMAGE.test(/\.[a-z]\w{1,4}$/i.test(file._name) ? file._name : file._url)
}
