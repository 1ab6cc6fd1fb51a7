// From what the mini program sends to what the VOD API takes. Nothing else gets through.

import { badInput } from './errors.js'

const IMAGE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'gif', 'heic', 'webp']
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\u{1F000}-\u{1FAFF}]|[\uFE0F\u200D\u20E3]/gu
const VIDEO_ID = /^[0-9A-Za-z_-]{1,128}$/

const text = (body, name, most) => {
  const value = body[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' || value.length > most) throw badInput(`${name} must be a text of at most ${most} characters.`)
  return value
}

const fileNameOf = (body) => {
  const name = text(body, 'fileName', 1024)
  if (!name) throw badInput('fileName is required.')
  if (!/\.[^./\\]+$/.test(name)) throw badInput('fileName must end in an extension, like "holiday.mp4".')
  return name
}

/** VOD refuses emoji and more than 128 characters; no upload should fail for a name that a user gave in a chat. */
const titleFor = (wanted) => [...wanted.replace(EMOJI, '')].slice(0, 128).join('').trim() || 'untitled'

const baseName = (path) => path.split(/[/\\]/).pop()

function common(body, fileName) {
  const cateId = body.cateId
  if (cateId !== undefined && cateId !== null && !/^\d{1,20}$/.test(String(cateId))) throw badInput('cateId must be a number.')
  return {
    Title: titleFor(text(body, 'title', 1024) ?? baseName(fileName)),
    Description: text(body, 'description', 1024),
    Tags: text(body, 'tags', 600),
    CateId: cateId === undefined || cateId === null ? undefined : String(cateId),
  }
}

export function videoParameters(body = {}) {
  const fileName = fileNameOf(body)
  const { size } = body
  if (size !== undefined && size !== null && !(Number.isSafeInteger(size) && size > 0)) throw badInput('size must be the number of bytes, more than 0.')
  return {
    FileName: fileName,
    FileSize: size ? String(size) : undefined,
    ...common(body, fileName),
    CoverURL: text(body, 'coverUrl', 1024),
    TemplateGroupId: text(body, 'templateGroupId', 64),
    WorkflowId: text(body, 'workflowId', 64),
  }
}

export function imageParameters(body = {}) {
  const fileName = fileNameOf(body)
  const extension = fileName.split('.').pop().toLowerCase()
  if (!IMAGE_EXTENSIONS.includes(extension)) throw badInput(`fileName must end in one of ${IMAGE_EXTENSIONS.join(', ')}.`)
  const type = text(body, 'imageType', 16) ?? 'default'
  if (type !== 'default' && type !== 'cover') throw badInput('imageType must be "default" or "cover".')
  return { ImageType: type, ImageExt: extension, OriginalFileName: fileName, ...common(body, fileName) }
}

export function videoIdOf(body = {}) {
  const videoId = optionalVideoIdOf(body)
  if (!videoId) throw badInput('videoId is required.')
  return videoId
}

export function optionalVideoIdOf({ videoId }) {
  if (videoId === undefined || videoId === null || videoId === '') return undefined
  if (typeof videoId !== 'string' || !VIDEO_ID.test(videoId)) throw badInput('videoId must be an id that VOD gave.')
  return videoId
}
