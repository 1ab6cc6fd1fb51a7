// Short names between the module and its bindings. wasm-bindgen's carry a hash each (`__wbg_then_656f253a5dd7d8ea`), which no compression
// shrinks, and they stand in the package twice.

const IMPORT_SECTION = 2
const EXPORT_SECTION = 7

/** Kept: the glue asks for it by name. */
const KEPT = 'memory'

/** @returns {{ wasm: Buffer, imports: Map<string, string>, exports: Map<string, string> }} old name → new name */
export function shorten(wasm, importsModule) {
  const imports = new Map()
  const exports = new Map()
  const out = [wasm.subarray(0, 8)]
  let at = 8
  while (at < wasm.length) {
    const id = wasm[at]
    const size = leb(wasm, at + 1)
    const body = wasm.subarray(size.next, size.next + size.value)
    const changed =
      id === IMPORT_SECTION ? eachImport(body, importsModule, imports) : id === EXPORT_SECTION ? eachExport(body, exports) : body
    out.push(Buffer.from([id]), toLeb(changed.length), changed)
    at = size.next + size.value
  }
  return { wasm: Buffer.concat(out), imports, exports }
}

function eachImport(body, importsModule, names) {
  const count = leb(body, 0)
  const out = [toLeb(count.value)]
  let at = count.next
  for (let i = 0; i < count.value; i++) {
    at = text(body, at).next
    const field = text(body, at)
    const kind = body[field.next]
    if (kind !== 0) throw new Error(`the module imports ${field.value}, which is no function`)
    const end = leb(body, field.next + 1).next
    names.set(field.value, short(i))
    out.push(toText(importsModule), toText(short(i)), body.subarray(field.next, end))
    at = end
  }
  return Buffer.concat(out)
}

function eachExport(body, names) {
  const count = leb(body, 0)
  const out = []
  let at = count.next
  for (let i = 0; i < count.value; i++) {
    const name = text(body, at)
    if (name.value === '__wbindgen_start') throw new Error('the module wants to be started, and src/loader.ts does not do it')
    const kind = body[name.next]
    const end = leb(body, name.next + 1).next
    at = end
    // iPhones are not to be trusted with exported globals and tables (WX_RUNTIME §7.2), and the glue uses none.
    if (kind !== 0 && kind !== 2) continue
    const renamed = name.value === KEPT ? name.value : short(i)
    names.set(name.value, renamed)
    out.push(toText(renamed), body.subarray(name.next, end))
  }
  return Buffer.concat([toLeb(out.length / 2), ...out])
}

function short(i) {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  return i < 26 ? letters[i] : short(Math.floor(i / 26) - 1) + letters[i % 26]
}

function leb(bytes, at) {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return { value, next: at }
  }
}

function toLeb(value) {
  const out = []
  do {
    out.push((value & 127) | (value > 127 ? 128 : 0))
    value >>>= 7
  } while (value)
  return Buffer.from(out)
}

function text(bytes, at) {
  const length = leb(bytes, at)
  const next = length.next + length.value
  return { value: bytes.toString('utf8', length.next, next), next }
}

function toText(value) {
  return Buffer.concat([toLeb(Buffer.byteLength(value)), Buffer.from(value)])
}
