// wx.getFileSystemManager()
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { hashFile } from './disk.mjs'
import { isBuffer } from './world.mjs'

export function createFiles({ persona, world, clock, disk, life, meter, faults, onViolation }) {
  const descriptors = new Map()
  let serial = 0

  // Runs `work` outside and brings its result into the world. Every call of the file system has this one way.
  function call(name, options, work) {
    if (world.dead) return
    if (options === null || typeof options !== 'object') return void onViolation('fs', `${name} without an object`)
    if (!['success', 'fail', 'complete'].some((key) => typeof options[key] === 'function')) onViolation('promise-style', `FileSystemManager.${name} returns no promise`)
    const release = clock.hold()
    // The bridge is asynchronous, and calls keep their order on it: a request made before this one is on the wire first.
    new Promise((resolve) => setImmediate(resolve))
      .then(() => {
        if (world.dead) throw new Refusal('{api}:fail')
        if (life.suspended) throw new Refusal(persona.fs.suspendedCall.replace('readFile', name))
        if (faults.fs) faults.fs(name, options)
        return work()
      })
      .then(
        (result) => answer(options, 'success', { ...result, errMsg: `${name}:ok` }),
        (error) => {
          if (world.dead) return
          // Gone between the look and the read, as it happens on phones.
          if (error.code === 'ENOENT') error = noEntry(options.filePath ?? options.path)
          if (!(error instanceof Refusal)) throw error
          answer(options, 'fail', { errMsg: error.message.replace('{api}', name), ...error.codes })
        },
      )
      .finally(release)
  }

  function answer(options, kind, result) {
    world.post(() => {
      const value = kind === 'fail' ? world.plain(result) : bring(result)
      if (typeof options[kind] === 'function') world.enter(() => options[kind](value))
      if (typeof options.complete === 'function') world.enter(() => options.complete(value))
    })
  }

  // Members that are functions can not be copied; they stay as they are.
  function bring(result) {
    const value = world.run('({})')
    for (const [key, one] of Object.entries(result)) value[key] = one
    return value
  }

  function entry(path, name) {
    if (typeof path !== 'string' || path === '') {
      onViolation('fs', `${name}: path is ${typeof path}`)
      throw new Refusal('{api}:fail parameter error: parameter.filePath should be String', { errCode: 1300022 })
    }
    const found = disk.find(path)
    if (found) return found
    throw noEntry(path)
  }

  function noEntry(path) {
    const { errMsg, ...rest } = persona.fs.noEnt
    return new Refusal(errMsg.replace(/^readFile/, '{api}').replace('{path}', path), errnoFor(rest))
  }

  function errnoFor(all) {
    if (!persona.lacks('fail.errno')) return all
    const { errno, ...rest } = all
    return rest
  }

  function refusal({ errMsg, ...rest }) {
    return new Refusal(errMsg.replace(/^readFile/, '{api}'), rest)
  }

  function range(size, position, length) {
    const from = position ?? 0
    const count = length ?? size - from
    for (const [key, value] of [['position', position], ['length', length]]) {
      if (value !== undefined && !Number.isSafeInteger(value)) onViolation('fs', `readFile: ${key} is ${String(value)}`)
    }
    if (from + count <= size && from >= 0 && count >= 1) return { from, count, real: count }
    onViolation('read-range', `readFile of [${from}, ${from + count}) in a file of ${size} bytes`)
    const rule = persona.fs.outOfRangeRead
    const real = Math.max(0, Math.min(count, size - from))
    if (rule === 'zero-pad' && count >= 1) return { from, count, real }
    if (rule === 'short' && real >= 1) return { from, count: real, real }
    throw refusal(from >= size || from < 0 ? persona.fs.badPosition : persona.fs.badLength)
  }

  async function readInto(real, target, offset, length, position) {
    const handle = await open(real, 'r')
    try {
      let done = 0
      while (done < length) {
        const { bytesRead } = await handle.read(Buffer.from(target), offset + done, length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    } finally {
      await handle.close()
    }
  }

  const manager = {
    readFile: (options) => call('readFile', options, async () => {
      const file = entry(options.filePath, 'readFile')
      const size = statSync(file.real).size
      const limit = persona.fs.maxFileSizeForSliceRead
      if (limit !== null && size > limit) throw new Refusal('{api}:fail the maximum size of the file storage limit is exceeded', { errCode: 1300202 })
      const whole = options.position === undefined && options.length === undefined
      if (size === 0 && whole) return { data: options.encoding ? '' : world.buffer(0) }
      const { from, count, real } = range(size, options.position, options.length)
      if (count > persona.fs.maxReadBytes) throw new Refusal('{api}:fail the maximum size of the file storage limit is exceeded', { errCode: 1300202 })
      if (count > persona.bridge.nativeBufferLimitBytes) throw new Refusal('{api}:fail:convert native buffer parameter fail. native buffer exceed size limit.')
      const data = world.buffer(count)
      await readInto(file.real, data, 0, real, from)
      if (options.encoding) return { data: Buffer.from(data).toString(options.encoding === 'utf-8' ? 'utf8' : options.encoding) }
      meter.read(data)
      return { data }
    }),

    stat: (options) => call('stat', options, async () => ({ stats: stats(entry(options.path, 'stat')) })),
    statSync: (path) => sync('statSync', () => stats(entry(path, 'statSync'))),
    access: (options) => call('access', options, async () => void entry(options.path, 'access')),
    accessSync: (path) => sync('accessSync', () => void entry(path, 'accessSync')),

    getFileInfo: (options) => call('getFileInfo', options, async () => {
      const file = entry(options.filePath, 'getFileInfo')
      const algorithm = options.digestAlgorithm ?? 'md5'
      if (!persona.fs.digests.includes(algorithm)) throw new Refusal(`{api}:fail invalid digestAlgorithm ${algorithm}`, { errCode: 1300022 })
      return { size: statSync(file.real).size, digest: await hashFile(file.real, algorithm) }
    }),

    open: (options) => call('open', options, async () => {
      const file = entry(options.filePath, 'open')
      const fd = String(++serial)
      descriptors.set(fd, file)
      return { fd }
    }),
    read: (options) => call('read', options, async () => {
      const file = descriptor(options.fd)
      if (!isBuffer(options.arrayBuffer)) throw new Refusal('{api}:fail invalid argument', { errCode: 1300022 })
      const offset = options.offset ?? 0
      const length = options.length ?? 0
      if (offset + length > options.arrayBuffer.byteLength) throw refusal(persona.fs.badLength)
      const bytesRead = await readInto(file.real, options.arrayBuffer, offset, length, options.position ?? 0)
      return { bytesRead, arrayBuffer: options.arrayBuffer }
    }),
    fstat: (options) => call('fstat', options, async () => ({ stats: stats(descriptor(options.fd)) })),
    close: (options) => call('close', options, async () => {
      descriptor(options.fd)
      descriptors.delete(options.fd)
    }),

    saveFile: (options) => call('saveFile', options, async () => {
      const file = entry(options.tempFilePath, 'saveFile')
      if (disk.storedBytes() + statSync(file.real).size > persona.fs.userQuotaBytes) {
        throw new Refusal('{api}:fail the maximum size of the file storage limit is exceeded', { errCode: 1300202 })
      }
      return { savedFilePath: disk.store(options.tempFilePath) }
    }),
    unlink: (options) => call('unlink', options, async () => {
      entry(options.filePath, 'unlink')
      disk.remove(options.filePath)
    }),
  }

  function descriptor(fd) {
    const file = descriptors.get(fd)
    if (!file) throw new Refusal('{api}:fail bad file descriptor', { errCode: 1300009 })
    return file
  }

  function sync(name, work) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw world.error(error.message.replace('{api}', name))
    }
  }

  function stats(file) {
    const real = statSync(file.real)
    const value = world.plain({
      mode: 33188,
      size: real.size,
      lastAccessedTime: Math.floor(real.atimeMs / 1000),
      lastModifiedTime: Math.floor(real.mtimeMs / 1000),
    })
    value.isFile = () => true
    value.isDirectory = () => false
    return value
  }

  const object = world.run('({})')
  return Object.assign(object, manager)
}

// Thrown by a fault, too: an error as FileSystemManager reports it.
export class Refusal extends Error {
  constructor(message, codes = {}) {
    super(message)
    this.codes = codes
  }
}
