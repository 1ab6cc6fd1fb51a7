// Shorter text for what wasm-bindgen writes at length. Each rule keeps what the code does; together they halve the bindings.

/** Returns a string to Rust: a pointer and a length. */
const RETURN_STRING = `function returnString(arg0, ret) {
  const passed = passString(ret);
  // After the string, which may have moved the memory.
  new Int32Array(wasm.memory.buffer, arg0, 2).set(passed);
}
`

/** The same of what may be none, then a null pointer; written out, because one import does it. */
const RETURN_TEXT = `    const text = VALUE;
    const bytes = typeof text === 'string' ? encode(text) : '';
    const at = bytes && MALLOC(bytes.length, 1);
    if (at) bytesAt(at, bytes.length).set(bytes);
    new Int32Array(wasm.memory.buffer, arg0, 2).set([at, bytes.length]);
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
    '    returnText(arg0, ret);\n',
  ],
  // Strings passed to an export are freed there; this frees them when passing a later one fails, after which the instance is dead.
  [/        let ptr0, [^\n]*;\n        try \{\n((?:            ptr\d = [^\n]*\n            len\d = [^\n]*\n)+)        \} catch \(e\) \{\n[\s\S]*?\n        \}\n/g, '$1'],
  // The call itself turns them into numbers.
  [/^ +const val\d+ = \+\w+;\n/gm, ''],
  [/    const ret = ([^\n]*);\n    return addHeapObject\(ret\);/g, '    return addHeapObject($1);'],
  [/    const ret = ([^\n]*);\n    returnString\(arg0, ret\);/g, '    returnString(arg0, $1);'],
  [/    const ret = ([^\n]*);\n    returnText\(arg0, ret\);/g, '    returnText(arg0, $1);'],
  [/    const obj = ([^\n]*);\n    returnText\(arg0, typeof\(obj\) === 'string' \? obj : undefined\);/g, '    returnText(arg0, $1);'],
  [/    returnText\(arg0, ([^\n]*)\);\n/g, RETURN_TEXT.replace('VALUE', '$1')],
  // Functions of one line that are called in one place, or are as long as what they stand for.
  [/^function dropObject\(idx\) \{\n    if \(idx < (\d+)\) return;\n    (.*)\n    (.*)\n\}\n([\s\S]*)\n    dropObject\(idx\);\n/m, '$4\n    if (idx >= $1) {\n        $2\n        $3\n    }\n'],
  [/(?<!function )getObject\((\w+)\)/g, 'heap[$1]'],
  // Its methods are the host's of src/host.ts, whose names the bundle shortens.
  [/(heap\[\w+\])\.(?=\w+\()/g, '$1._'],
  // Addresses and ids stay below 2 GB, where a signed number is the same.
  [/(?<!\w)\((arg\d) >>> 0\)/g, '$1'],
  [/(arg\d) >>> 0/g, '$1'],
  [/ \+ \d \* 0,/g, ','],
  // Shorter words for the same. A flag stays the number that it is.
  [/\bNumber\((heap\[\w+\])\)/g, '+$1'],
  [/\bnew Object\(\)/g, '{}'],
  [/\bnew Array\((\d+)\)\.fill\(undefined\)/g, 'Array($1).fill()'],
  [/return (wasm\.\w+\([^\n]*\)) !== 0;/g, 'return $1;'],
  [/    const ret = (wasm\.\w+\([^\n]*\));\n +return ret !== 0;/g, '    return $1;'],
]

const PASSED = /^ +(?:const )?ptr(\d) = passStringToWasm0\((\w+)\);\n +(?:const )?len\1 = WASM_VECTOR_LEN;\n/gm

export function shortened(code) {
  // Numbers first, while their names are still there.
  // Until the end of the method or function, which is one step less indented.
  let out = code.replace(/^(( *) {4})const (val\d+) = \+(\w+);\n([\s\S]*?\n\2\}\n)/gm, inlineNumbers)
  for (const [pattern, by] of RULES) out = out.replace(pattern, by)
  // Then every function and method: its strings, where they are passed.
  out = out.replace(/^(?:    \w+\([^\n]*\) \{\n[\s\S]*?\n    \}|(?:export )?function \w+\([^\n]*\) \{\n[\s\S]*?\n\})\n/gm, (method) => {
    const strings = [...method.matchAll(PASSED)]
    let text = method.replace(PASSED, '')
    for (const [, n, name] of strings) text = text.replace(`ptr${n}, len${n}`, `...passString(${name})`)
    return text
  })
  if (/\bptr\d|\blen\d/.test(out)) throw new Error('a string crosses in a way that build/peephole.mjs does not know')
  if (/\bval\d/.test(out)) throw new Error('a number crosses in a way that build/peephole.mjs does not know')
  if (/\warg\d/.test(out)) throw new Error('build/peephole.mjs has taken the brackets of a call')
  return out + RETURN_STRING
}

function inlineNumbers(whole, indent, outer, name, value, rest) {
  return inlineAgain(rest.replace(new RegExp(`\\b${name}\\b`, 'g'), value))
}

function inlineAgain(text) {
  return text.replace(/^(( *) {4})const (val\d+) = \+(\w+);\n([\s\S]*)/m, inlineNumbers)
}
