// Temporary files: what the user has chosen in the browser, under paths such as WeChat's.
import { answer, Refusal } from './answer.js'
import { asked } from './network.js'

const missing = (path) => new Refusal(`no such file or directory ${path}`, { errCode: 1300002, errno: 1300002 })

export function createFiles({ surroundings }) {
  const { files } = surroundings

  function open(path) {
    const file = files.get(path)
    if (!file) throw missing(path)
    return file
  }

  async function digest(file) {
    return (await fetch('/panel/md5', { method: 'POST', body: file })).text()
  }

  const manager = {
    readFile: (options) => answer('readFile', options, async () => {
      const { filePath, position = 0, length, encoding } = options
      const file = open(filePath)
      const end = length === undefined ? file.size : position + length
      if (position < 0 || end > file.size) throw new Refusal('out of range', { errCode: 1301006 })
      const slice = file.slice(position, end)
      // By way of a Response the bytes are of this window; the file may be of the panel's.
      const bytes = new Response(slice)
      return { data: encoding ? await bytes.text() : await bytes.arrayBuffer() }
    }),
    stat: (options) => answer('stat', options, () => {
      const { size, lastModified } = open(options.path)
      return { stats: { size, lastModifiedTime: Math.floor(lastModified / 1000), isFile: () => true, isDirectory: () => false } }
    }),
    access: (options) => answer('access', options, () => void open(options.path)),
    accessSync: (path) => void open(path),
    getFileInfo: (options) => answer('getFileInfo', options, async () => {
      const file = open(options.filePath)
      return { size: file.size, digest: await digest(file) }
    }),
  }

  return {
    open,
    /** A path without the file's name, as the album gives it. */
    add(file, ending = /\.\w+$/.exec(file.name)?.[0].toLowerCase() ?? '') {
      const path = `wxfile://tmp_${crypto.randomUUID().replaceAll('-', '')}${ending}`
      files.set(path, file)
      return path
    },
    /** What an <img> can show: the chosen file, or what lies in the cloud. */
    async url(path) {
      if (files.has(path)) return surroundings.url(files.get(path))
      if (/^https?:/.test(path)) {
        const response = await asked({ url: path })
        if (!response.ok) throw new Error(`GET ${path} ${response.status}`)
        return URL.createObjectURL(await response.blob())
      }
      if (/^[\w/.-]+$/.test(path)) return `/program/${path.replace(/^\//, '')}`
      throw missing(path)
    },
    api: { getFileSystemManager: () => manager, env: { USER_DATA_PATH: 'wxfile://usr' } },
  }
}
