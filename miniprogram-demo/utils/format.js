// Numbers and names as people read them.

const UNITS = ['B', 'KB', 'MB', 'GB']

function bytes(count) {
  if (!(count > 0)) return ''
  let value = count
  let unit = 0
  // 999.5 would be written as "1000" in its own unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

function speed(bytesPerSecond) {
  const text = bytes(bytesPerSecond)
  return text && `${text}/s`
}

// 75 → "1:15", 3675 → "1:01:15"; nothing when it is not known yet.
function left(seconds) {
  if (!(seconds >= 0) || seconds === Infinity) return ''
  const whole = Math.ceil(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const two = (number) => (number < 10 ? `0${number}` : `${number}`)
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

function extension(path) {
  const match = /\.([A-Za-z0-9]+)$/.exec(path)
  return match ? match[1].toLowerCase() : ''
}

const BY_EXTENSION = {
  image: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'heic', 'bmp'],
  audio: ['mp3', 'm4a', 'aac', 'wav', 'flac', 'ogg']
}

// 'video', 'image' or 'audio': the chooser's word first (fileType of chooseMedia, type of chooseMessageFile), then the extension.
function kind(entry, path) {
  const chosen = entry.fileType || entry.type
  if (chosen === 'video' || chosen === 'image') return chosen
  const ending = extension(entry.name || path)
  return Object.keys(BY_EXTENSION).find((name) => BY_EXTENSION[name].indexOf(ending) >= 0) || 'video'
}

const USUAL = { video: 'mp4', image: 'jpg', audio: 'mp3' }

// The album gives no name, only a temporary path such as wxfile://tmp_5f3c….mp4, which would become the video's title.
// VOD refuses a name without an extension.
function fileName(entry, path, number) {
  const what = kind(entry, path)
  const name = entry.name || `${what}-${number}`
  return extension(name) ? name : `${name}.${extension(path) || USUAL[what]}`
}

function title(name) {
  return name.replace(/\.[A-Za-z0-9]+$/, '')
}

module.exports = { bytes, speed, left, kind, fileName, title }
