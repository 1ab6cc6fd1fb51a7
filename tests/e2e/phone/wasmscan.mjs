// Reads a wasm module far enough to say which features it needs. A client that lacks one of them refuses the whole module.
export function scanWasm(bytes) {
  const found = new Set()
  const at = { pos: 8 }
  const u8 = () => bytes[at.pos++]
  const leb = () => {
    let result = 0
    let scale = 1
    for (;;) {
      const byte = u8()
      result += (byte & 0x7f) * scale
      if (byte < 0x80) return result
      scale *= 128
    }
  }
  const skipLeb = () => {
    while (u8() & 0x80);
  }
  const text = () => {
    const length = leb()
    const value = Buffer.from(bytes.subarray(at.pos, at.pos + length)).toString()
    at.pos += length
    return value
  }
  const times = (read) => Array.from({ length: leb() }, read)
  const limits = () => {
    const flags = u8()
    leb()
    if (flags & 1) leb()
    if (flags & 2) found.add('threads')
  }
  const valueType = () => {
    const type = u8()
    if (type === 0x7b) found.add('simd')
    if (type === 0x6f) found.add('referenceTypesValues')
    return type
  }
  const table = () => {
    if (u8() === 0x6f) found.add('externrefTable')
    limits()
  }

  const types = []
  const imports = []
  const exports = []
  const functions = [] // type index of every function, imported ones first
  const globals = [] // mutable or not
  let tables = 0

  const sections = {
    1: () => times(() => {
      if (u8() !== 0x60) found.add('gc')
      const type = { params: times(valueType), results: times(valueType) }
      if (type.results.length > 1) found.add('multiValue')
      types.push(type)
    }),
    2: () => times(() => {
      const one = { module: text(), name: text(), kind: u8() }
      if (one.kind === 0) functions.push(leb())
      else if (one.kind === 1) tables++, table()
      else if (one.kind === 2) limits()
      else if (one.kind === 3) {
        valueType()
        const mutable = u8() === 1
        globals.push(mutable)
        if (mutable) found.add('mutableGlobalImportExport')
      }
      if (one.kind !== 0) found.add('importNonFunction')
      imports.push(one)
    }),
    3: () => times(() => functions.push(leb())),
    4: () => times(() => {
      tables++
      table()
    }),
    5: () => times(limits),
    6: () => times(() => {
      valueType()
      globals.push(u8() === 1)
      expression()
    }),
    7: () => times(() => {
      const one = { name: text(), kind: u8(), index: leb() }
      if (one.kind === 3) {
        found.add('exportGlobal')
        if (globals[one.index]) found.add('mutableGlobalImportExport')
      }
      exports.push(one)
    }),
    9: () => times(() => {
      // Kinds 1, 3, 5 and 7 are passive or declarative: they exist for table.init.
      const kind = leb()
      if (kind & 1) found.add('memoryInitPassive')
      if (kind !== 0) found.add('elementKinds')
      if (!(kind & 1) && kind & 2) leb()
      if (!(kind & 1)) expression()
      if (kind & 3) u8()
      times(kind & 4 ? expression : leb)
    }),
    10: () => times(() => {
      const end = leb() + at.pos
      times(() => {
        leb()
        valueType()
      })
      while (at.pos < end) instruction()
    }),
    11: () => times(() => {
      const kind = leb()
      if (kind === 1) found.add('memoryInitPassive')
      if (kind === 2) leb()
      if (kind !== 1) expression()
      const length = leb()
      at.pos += length
    }),
    13: () => found.add('exceptions'),
  }

  function expression() {
    while (instruction() !== 0x0b);
  }

  function instruction() {
    const op = u8()
    if (op === 0x02 || op === 0x03 || op === 0x04) {
      const block = bytes[at.pos]
      if (block < 0x40) found.add('multiValue')
      skipLeb()
    } else if (op >= 0x06 && op <= 0x0a && op !== 0x0b) {
      found.add('exceptions')
      if (op === 0x06) skipLeb()
      else if (op !== 0x0a) leb()
    } else if (op === 0x0c || op === 0x0d || op === 0x10 || (op >= 0x20 && op <= 0x26) || op === 0xd2) {
      leb()
      if (op === 0x25 || op === 0x26 || op === 0xd2) found.add('referenceTypesValues')
    } else if (op === 0x12 || op === 0x13) {
      found.add('tailCall')
      leb()
      if (op === 0x13) leb()
    } else if (op === 0x0e) {
      times(leb)
      leb()
    } else if (op === 0x11) {
      leb()
      leb()
    } else if (op === 0x1c) times(valueType)
    else if (op >= 0x28 && op <= 0x3e) {
      leb()
      leb()
    } else if (op === 0x3f || op === 0x40) u8()
    else if (op === 0x41 || op === 0x42) skipLeb()
    else if (op === 0x43) at.pos += 4
    else if (op === 0x44) at.pos += 8
    else if (op >= 0xc0 && op <= 0xc4) found.add('signExt')
    else if (op === 0xd0) {
      u8()
      found.add('referenceTypesValues')
    } else if (op === 0xd1) found.add('referenceTypesValues')
    else if (op === 0xfc) prefixed()
    else if (op >= 0xfb) {
      // Vectors and atomics: naming them is enough, their operands need not be understood.
      found.add(op === 0xfd ? 'simd' : op === 0xfe ? 'threads' : 'gc')
      throw new ScanStopped()
    }
    return op
  }

  function prefixed() {
    const op = leb()
    if (op <= 7) found.add('nontrappingF2I')
    else if (op === 8 || op === 9) {
      found.add('memoryInitPassive')
      leb()
      if (op === 8) u8()
    } else if (op === 10 || op === 11) {
      found.add('memoryCopyFill')
      u8()
      if (op === 10) u8()
    } else {
      found.add(op === 12 || op === 13 ? 'memoryInitPassive' : 'referenceTypesValues')
      leb()
      if (op === 12 || op === 14) leb()
    }
  }

  try {
    while (at.pos < bytes.length) {
      const id = u8()
      const size = leb()
      const end = at.pos + size
      sections[id]?.()
      at.pos = end
    }
  } catch (error) {
    if (!(error instanceof ScanStopped)) throw error
  }

  const crossing = [...functions.slice(0, imports.filter((one) => one.kind === 0).length),
    ...exports.filter((one) => one.kind === 0).map((one) => functions[one.index])]
  for (const index of crossing) {
    const { params, results } = types[index]
    if ([...params, ...results].includes(0x7e)) found.add('i64BigIntAbi')
    if ([...params, ...results].includes(0x6f)) found.add('externrefInSignature')
  }
  if (tables > 1) found.add('multiTable')
  return { features: found, imports, exports, tables }
}

class ScanStopped extends Error {}
