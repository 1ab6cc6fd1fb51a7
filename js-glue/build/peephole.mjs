// Shorter text for what wasm-bindgen writes at length. Each rule keeps what the code does; together they halve the bindings.

/** Returns a string to Rust: a pointer and a length, or a null pointer where an Option is wanted and there is none. */
const RETURN_STRING = `function returnString(arg0, ret, optional) {
  const passed = optional && isLikeNone(ret) ? [0, 0] : passString(ret);
  // After the string, which may have moved the memory.
  new Int32Array(wasm.memory.buffer, arg0, 2).set(passed);
}
`

const SET = (slot, what) => String.raw`    getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* ${slot}, ${what}, true\);\n`

const RULES = [
  // A string returned by an import.
  [
    new RegExp(String.raw`    const ptr1 = passStringToWasm0\(ret\);\n    const len1 = WASM_VECTOR_LEN;\n${SET(1, 'len1')}${SET(0, 'ptr1')}`, 'g'),
    '    returnString(arg0, ret);\n',
  ],
  [
    new RegExp(String.raw`    var ptr1 = isLikeNone\(ret\) \? 0 : passStringToWasm0\(ret\);\n    var len1 = WASM_VECTOR_LEN;\n${SET(1, 'len1')}${SET(0, 'ptr1')}`, 'g'),
    '    returnString(arg0, ret, 1);\n',
  ],
  // Strings passed to an export are freed there; this frees them when passing a later one fails, after which the instance is dead.
  [/        let ptr0, [^\n]*;\n        try \{\n((?:            ptr\d = [^\n]*\n            len\d = [^\n]*\n)+)        \} catch \(e\) \{\n[\s\S]*?\n        \}\n/g, '$1'],
  // The call itself turns them into numbers.
  [/^ +const val\d+ = \+\w+;\n/gm, ''],
  [/    const ret = ([^\n]*);\n    return addHeapObject\(ret\);/g, '    return addHeapObject($1);'],
  [/    const ret = ([^\n]*);\n    returnString\(arg0, ret(|, 1)\);/g, '    returnString(arg0, $1$2);'],
  // A dead instance is dropped as a whole, and a live one keeps what it has made.
  [/    __destroy_into_raw\(\) \{\n[\s\S]*?\n    \}\n    free\(\) \{\n[\s\S]*?\n    \}\n/g, ''],
  // Addresses and ids stay below 2 GB, where a signed number is the same.
  [/(?<!\w)\((arg\d) >>> 0\)/g, '$1'],
  [/(arg\d) >>> 0/g, '$1'],
  [/ \+ \d \* 0,/g, ','],
  // A name that the bundle may shorten.
  [/\b__wbg_ptr\b/g, '_ptr'],
]

const PASSED = /^ +(?:const )?ptr(\d) = passStringToWasm0\((\w+)\);\n +(?:const )?len\1 = WASM_VECTOR_LEN;\n/gm

export function shortened(code) {
  // Numbers first, while their names are still there.
  let out = code.replace(/^( +)const (val\d+) = \+(\w+);\n([\s\S]*?\n {4}\}\n)/gm, inlineNumbers)
  for (const [pattern, by] of RULES) out = out.replace(pattern, by)
  // Then every method of the class: its strings, where they are passed.
  out = out.replace(/^(?:    \w+\([^\n]*\) \{\n[\s\S]*?\n    \}|(?:export )?function \w+\([^\n]*\) \{\n[\s\S]*?\n\})\n/gm, (method) => {
    const strings = [...method.matchAll(PASSED)]
    let text = method.replace(PASSED, '')
    for (const [, n, name] of strings) text = text.replace(`ptr${n}, len${n}`, `...passString(${name})`)
    return text
  })
  if (/\bptr\d|\blen\d/.test(out)) throw new Error('a string crosses in a way that build/peephole.mjs does not know')
  if (/\warg\d/.test(out)) throw new Error('build/peephole.mjs has taken the brackets of a call')
  return out + RETURN_STRING
}

function inlineNumbers(whole, indent, name, value, rest) {
  return inlineAgain(rest.replace(new RegExp(`\\b${name}\\b`, 'g'), value))
}

function inlineAgain(text) {
  return text.replace(/^( +)const (val\d+) = \+(\w+);\n([\s\S]*)/m, inlineNumbers)
}
