// A code package as WeChat uploads it: files of the allowed kinds, and miniprogram_npm as DevTools' "build npm" makes it.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'

// The uploader's own list; anything else never reaches a phone.
const uploaded = /\.(wxml|wxss|wxs|png|jpe?g|gif|svg|js|json|cer|mp3|aac|m4a|mp4|wav|ogg|silk|wasm|br|cur|ico|skel|crt|cert)$/i
const neverUploaded = new Set(['node_modules', '.git', 'project.config.json', 'project.private.config.json', 'package.json', 'package-lock.json'])

export const mainPackageLimit = 2 * 1024 * 1024

export class CodePackage {
  constructor(files = {}) {
    this.files = new Map()
    for (const [path, content] of Object.entries(files)) this.add(path, content)
  }

  // `ignore`: folders that project.config.json's packOptions keep out.
  static fromDirectory(root, { ignore = [] } = {}) {
    const code = new CodePackage()
    walk(root, (file) => {
      const path = relative(root, file).split(sep).join('/')
      return !neverUploaded.has(posix.basename(path)) && !ignore.includes(path)
    }, (file) => code.add(relative(root, file).split(sep).join('/'), readFileSync(file)))
    return code
  }

  // The mini program as DevTools would put it together: packOptions' folders stay out, miniprogram_npm is built. Without a project.config.json
  // the whole folder is the mini program.
  static fromProject(root) {
    const project = readJson(join(root, 'project.config.json')) ?? {}
    const ignore = (project.packOptions?.ignore ?? []).map((one) => one.value)
    const folder = join(root, project.miniprogramRoot ?? '')
    const code = CodePackage.fromDirectory(folder, { ignore: [...ignore, 'miniprogram_npm'] })
    for (const npm of npmRoots(existsSync(join(folder, 'package.json')) ? folder : root)) code.addNpm(npm)
    return code
  }

  add(path, content) {
    if (uploaded.test(path)) this.files.set(path, Buffer.isBuffer(content) ? content : Buffer.from(content))
    return this
  }

  // What "build npm" does with a package that declares a `miniprogram` folder: it copies the folder as it is.
  // Without one DevTools bundles `main` into a single file; that is not done here, and such a package is left out.
  addNpm(packageRoot, under = '') {
    const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
    const folder = join(packageRoot, manifest.miniprogram || 'miniprogram_dist')
    if (!existsSync(folder)) {
      if (!manifest.miniprogram) return this
      throw new Error(`${manifest.name} has no built mini program folder (${manifest.miniprogram}): run cargo xtask build`)
    }
    const target = posix.join(under, 'miniprogram_npm', manifest.name)
    walk(folder, () => true, (file) => {
      const path = relative(folder, file).split(sep).join('/')
      if (!path.endsWith('.d.ts')) this.add(posix.join(target, path), readFileSync(file))
    })
    return this
  }

  get size() {
    let size = 0
    for (const content of this.files.values()) size += content.length
    return size
  }

  has(path) {
    return this.files.has(path)
  }

  bytes(path) {
    return this.files.get(path)
  }

  text(path) {
    return this.files.get(path)?.toString('utf8')
  }
}

// The folders that a project's package.json depends on, found the way node would find them.
export function npmRoots(projectRoot) {
  const manifest = readJson(join(projectRoot, 'package.json')) ?? {}
  return Object.entries(manifest.dependencies ?? {}).map(([name, range]) => {
    if (range.startsWith('file:')) return resolve(projectRoot, range.slice(5))
    for (let at = projectRoot; ; at = dirname(at)) {
      const found = join(at, 'node_modules', name)
      if (existsSync(found)) return found
      if (at === dirname(at)) throw new Error(`dependency ${name} is not installed`)
    }
  })
}

// The content of a JSON file; undefined if there is none.
function readJson(path) {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${error.message}`)
  }
}

function walk(folder, wanted, visit) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (!wanted(path)) continue
    if (statSync(path).isDirectory()) walk(path, wanted, visit)
    else visit(path)
  }
}
