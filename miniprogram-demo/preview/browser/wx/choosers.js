// Choosers over the browser's own file dialogue.
import { answer, Refusal } from './answer.js'

const THUMB = 320 // px
const PATIENCE_MS = 20_000 // what can't be played says so at once; a busy machine takes its time for what can

export function createChoosers({ surroundings, files }) {
  // What the panel has handed over, its sample, comes instead of the dialogue, once.
  async function dialogue({ count, accept, capture }) {
    const handed = surroundings.handed?.splice(0) ?? []
    if (handed.length) return handed
    return new Promise((resolve, reject) => {
      const input = document.createElement('input')
      Object.assign(input, { type: 'file', accept, multiple: count > 1 })
      if (capture) input.capture = 'environment'
      input.onchange = () => resolve([...input.files].slice(0, count))
      input.oncancel = () => reject(new Refusal('cancel'))
      input.click()
    })
  }

  const kindOf = (file) => (/^(image|video|audio)\//.exec(file.type)?.[1] ?? 'file')

  async function entryOfMedia(file) {
    const kind = kindOf(file) === 'image' ? 'image' : 'video'
    const tempFilePath = files.add(file)
    if (kind === 'image') return { tempFilePath, size: file.size, fileType: kind }
    const { thumb, duration, width, height } = await look(surroundings.url(file))
    return { tempFilePath, size: file.size, fileType: kind, duration, width, height, thumbTempFilePath: thumb ? files.add(thumb, '.jpg') : '' }
  }

  return {
    chooseMedia: (options) => answer('chooseMedia', options, async () => {
      const { count = 9, mediaType = ['image', 'video'], sourceType = ['album', 'camera'] } = options
      const accept = mediaType.map((type) => `${type}/*`).join(',')
      const chosen = await dialogue({ count, accept, capture: sourceType.length === 1 && sourceType[0] === 'camera' })
      const tempFiles = await Promise.all(chosen.map(entryOfMedia))
      return { type: tempFiles[0].fileType, tempFiles }
    }),
    // From a chat come files of any kind, with their names.
    chooseMessageFile: (options) => answer('chooseMessageFile', options, async () => {
      const chosen = await dialogue({ count: options.count ?? 100, accept: '' })
      return {
        tempFiles: chosen.map((file) => {
          const kind = kindOf(file)
          return { path: files.add(file), name: file.name, size: file.size, type: kind === 'audio' ? 'file' : kind, time: Math.floor(file.lastModified / 1000) }
        }),
      }
    }),
  }
}

/** First picture and measures of a film; nothing of what the browser can't play. */
function look(url) {
  const video = document.createElement('video')
  const seen = new Promise((resolve) => {
    video.onloadeddata = () => {
      video.onseeked = () => resolve(true)
      video.currentTime = Math.min(1, video.duration / 4)
    }
    video.onerror = () => resolve(false)
    setTimeout(resolve, PATIENCE_MS, false)
  })
  Object.assign(video, { muted: true, preload: 'auto', src: url })
  return seen.then(async (seen) => {
    const { duration = 0, videoWidth: width, videoHeight: height } = video
    if (!seen || !width) return { thumb: null, duration: duration || 0, width, height }
    const canvas = document.createElement('canvas')
    const scale = THUMB / Math.max(width, height)
    Object.assign(canvas, { width: width * scale, height: height * scale })
    canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height)
    const thumb = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))
    return { thumb, duration, width, height }
  })
}
