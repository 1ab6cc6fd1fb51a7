// What CreateUploadVideo and CreateUploadImage accept.

import { VodError, invalid, missing } from './errors.js'

const VIDEO_EXTENSIONS = new Set(
  ('3gp asf avi dat dv flv f4v gif m2t m3u8 m4v mj2 mjpeg mkv mov mp4 mpe mpg mpeg mts ogg qt rm rmvb swf ts vob wmv webm ' +
    'aac ac3 acm amr ape caf flac m4a mp3 ra wav wma aiff').split(' '),
)
const IMAGE_EXTENSIONS = new Set(['png', 'jpg', 'jpeg', 'gif', 'heic', 'webp'])
// Emoji: what is drawn as a picture by itself, or made one by the variation selector.
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\u{1F000}-\u{1FAFF}]/u
const REFERENCE = /^[A-Za-z0-9_-]{6,64}$/

export function checkVideo(parameters) {
  const { Title, FileName, FileSize, ReferenceId } = parameters
  if (!Title) throw missing('Title')
  if (!FileName) throw missing('FileName')
  if (!VIDEO_EXTENSIONS.has(extensionOf(FileName))) throw new VodError('InvalidFileName.Extension')
  checkCommon(parameters)
  if (FileSize !== undefined && !/^\d+$/.test(FileSize)) throw invalid('FileSize')
  if (ReferenceId !== undefined && !REFERENCE.test(ReferenceId)) throw invalid('ReferenceId')
}

/** @returns the extension of the object to be */
export function checkImage(parameters) {
  const { ImageType, ImageExt = 'png' } = parameters
  if (!ImageType) throw missing('ImageType')
  if (ImageType !== 'default' && ImageType !== 'cover') throw invalid('ImageType')
  if (!IMAGE_EXTENSIONS.has(ImageExt)) throw invalid('ImageExt')
  checkCommon(parameters)
  return ImageExt
}

function checkCommon({ Title = '', Description = '', Tags, UserData, TemplateGroupId }) {
  checkText('Title', Title, 128)
  checkText('Description', Description, 1024)
  if (Tags !== undefined) {
    const tags = Tags.split(',')
    if (tags.length > 16) throw new VodError('TagsExceededMax')
    for (const tag of tags) checkText('Tags', tag, 32)
  }
  if (TemplateGroupId && TemplateGroupId !== 'VOD_NO_TRANSCODE' && !/^[0-9a-f]{32}$/.test(TemplateGroupId)) throw new VodError('InvalidTemplateGroupId.NotFound')
  if (UserData !== undefined) checkUserData(UserData)
}

function checkText(name, text, most) {
  if (EMOJI.test(text)) throw new VodError('IllegalCharacters', `The specified ${name} contains illegal emoji or special characters.`)
  if ([...text].length > most) throw new VodError('LengthExceededMax', `The ${name} length has exceeded ${most} bytes.`)
}

function checkUserData(text) {
  const data = parsedUserData(text)
  if (!data) throw invalid('UserData')
  const extend = data.Extend === undefined ? '' : typeof data.Extend === 'string' ? data.Extend : JSON.stringify(data.Extend)
  if (Buffer.byteLength(extend) > 512) throw new VodError('LengthExceededMax', 'The UserData.Extend length has exceeded 512 bytes.')
}

/** @returns the object, or undefined when the text is none */
export function parsedUserData(text) {
  try {
    const data = JSON.parse(text)
    return data && typeof data === 'object' && !Array.isArray(data) ? data : undefined
  } catch {
    return undefined
  }
}

export const extensionOf = (name) => (/\.([^./\\]+)$/.exec(name)?.[1] ?? '').toLowerCase()
