// Sizes, times, kinds and names of files.
import type { UploaderFile } from '../../types/vod-uploader'
import type { ChosenFile } from './wechat'

const UNITS = ['B', 'KB', 'MB', 'GB']

/** `1.5 MB`; '' when nothing is known. */
export function formatBytes(count: number): string {
  if (!(count > 0)) return ''
  let value = count
  let unit = 0
  // 999.5 would be rounded to "1000" in its own unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** `1:15` for 75 seconds, `1:01:15` for 3675; '' when nothing is known. */
export function formatSeconds(seconds: number): string {
  if (!(seconds > 0 && seconds < Infinity)) return ''
  const whole = Math.ceil(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const two = (number: number): string => (number < 10 ? '0' : '') + number
  return (hours ? `${hours}:${two(minutes)}` : minutes) + `:${two(whole % 60)}`
}

const EXTENSIONS: Array<[UploaderFile['type'], RegExp]> = [
  ['image', /^(png|jpe?g|gif|webp|heic|bmp)$/],
  ['audio', /^(mp3|m4a|aac|wav|flac|ogg|amr)$/],
  ['video', /^(mp4|mov|m4v|avi|mkv|flv|wmv|webm|3gp|mpe?g|ts)$/],
]

const USUAL_EXTENSION = { video: '.mp4', image: '.jpg', audio: '.mp3', file: '' }

const extensionOf = (path: string): string => (/\.(\w+)$/.exec(path) || ['', ''])[1]!.toLowerCase()

/** The chooser's type, else by the extension. */
export function typeOf(declared: string | undefined, nameOrPath: string): UploaderFile['type'] {
  if (declared === 'video' || declared === 'image' || declared === 'audio') return declared
  const extension = extensionOf(nameOrPath)
  for (const [type, pattern] of EXTENSIONS) if (pattern.test(extension)) return type
  return 'file'
}

/** The album gives a temporary path and no name; VOD makes the title from the name, and refuses one without an extension. */
export function nameOf({ name }: Pick<ChosenFile, 'name'>, path: string, type: UploaderFile['type'], number: number): string {
  const base = name || `${type}-${number}`
  if (extensionOf(base)) return base
  const extension = extensionOf(path)
  return base + (extension ? `.${extension}` : USUAL_EXTENSION[type])
}
