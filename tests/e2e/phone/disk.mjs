// The phone's files: virtual paths of the persona's scheme over a folder of this machine.
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, mkdirSync, openSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fillBytes } from './random.mjs'

const block = 4 * 1024 * 1024

export function createDisk({ dir, persona, random }) {
  mkdirSync(dir, { recursive: true })
  const entries = new Map() // virtual path → { real, kind: 'tmp' | 'store' | 'usr', owned }
  let serial = 0

  function put(kind, extension, real, owned) {
    const prefix = kind === 'store' ? persona.fs.storePrefix : persona.fs.tmpPrefix
    const path = `${prefix}${random.hex(32)}${extension ? `.${extension}` : ''}`
    entries.set(path, { path, real, kind, owned })
    return path
  }

  const disk = {
    userPath: persona.fs.usrPrefix,

    // { bytes } or { size, seed } or { real }: → the path a chooser would give.
    addTemp({ name = 'video.mp4', bytes, size, seed = 1, real }) {
      const extension = /\.(\w+)$/.exec(name)?.[1]
      if (real) return put('tmp', extension, real, false)
      const file = join(dir, `f${++serial}`)
      writeContent(file, { bytes, size, seed })
      return put('tmp', extension, file, true)
    },

    find: (path) => entries.get(path) ?? null,

    size: (path) => statSync(entries.get(path).real).size,

    sha256: (path) => hashFile(entries.get(path).real),

    // The same path with other content, as a photo app may do behind one's back.
    overwrite(path, { mtime, ...content }) {
      const { real } = entries.get(path)
      writeContent(real, content)
      if (mtime) utimesSync(real, mtime, mtime)
    },
    truncate: (path, size) => truncateSync(entries.get(path).real, size),

    remove(path) {
      const entry = entries.get(path)
      entries.delete(path)
      if (entry?.owned) rmSync(entry.real, { force: true })
    },

    // saveFile moves: the temporary path dies.
    store(path) {
      const entry = entries.get(path)
      entries.delete(path)
      const real = entry.owned ? `${entry.real}s` : entry.real
      if (entry.owned) renameSync(entry.real, real)
      return put('store', /\.(\w+)$/.exec(path)?.[1], real, entry.owned)
    },
    storedBytes() {
      let total = 0
      for (const entry of entries.values()) if (entry.kind !== 'tmp') total += statSync(entry.real).size
      return total
    },

    // What is left of temporary files when the app is started again.
    afterRestart() {
      const rule = persona.fs.tempAfterRestart === 'maybe' ? random.pick(['there', 'gone']) : persona.fs.tempAfterRestart
      for (const entry of [...entries.values()].filter((one) => one.kind === 'tmp')) {
        if (rule === 'gone') disk.remove(entry.path)
        if (rule === 'there-but-other-size' && entry.owned) truncateSync(entry.real, Math.floor(statSync(entry.real).size / 2) + 1)
      }
      return rule
    },

    paths: () => [...entries.keys()],
  }
  return disk
}

export function writeContent(file, { bytes, size, seed = 1 }) {
  const handle = openSync(file, 'w')
  try {
    if (bytes) writeSync(handle, bytes)
    else {
      for (let at = 0; at < size; at += block) writeSync(handle, fillBytes(Buffer.allocUnsafe(Math.min(block, size - at)), seed, at))
    }
  } finally {
    closeSync(handle)
  }
}

export async function hashFile(file, algorithm = 'sha256') {
  const hash = createHash(algorithm)
  for await (const piece of createReadStream(file, { highWaterMark: block })) hash.update(piece)
  return hash.digest('hex')
}
