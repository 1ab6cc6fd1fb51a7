// node check-script.mjs <file> <ECMAScript year> <missing globals, by comma> <those that typeof may ask for> <missing members>
// Ends with 1 and one line for each offence if phones would stumble over the script.
import { readFileSync } from 'node:fs'
import { getLineInfo, parse } from 'acorn'
import { freeNames, members as membersOf } from './free-names.mjs'

const [file, year, missing, guarded, members] = process.argv.slice(2)
const list = (text = '') => new Set(text.split(',').filter(Boolean))
const complaints = offences(readFileSync(file, 'utf8'), Number(year), list(missing), list(guarded), list(members))
for (const complaint of complaints) console.error(`${file.split('/').pop()} ${complaint}`)
process.exitCode = complaints.length > 0 ? 1 : 0

function offences(source, ecmaVersion, missing, guardable, newer) {
  let program
  try {
    program = parse(source, { ecmaVersion, sourceType: 'script' })
  } catch (error) {
    return [`has syntax newer than ES${ecmaVersion}: ${error.message} near \`${around(source, error.pos)}\``]
  }
  const found = []
  for (const [name, { start, guarded }] of freeNames(program)) {
    if (!missing.has(name) || (guarded && guardable.has(name))) continue
    const { line, column } = getLineInfo(source, start)
    found.push(`counts on the global ${name}, which phones lack, at ${line}:${column} near \`${around(source, start)}\``)
  }
  for (const { name, start } of membersOf(program)) {
    if (!newer.has(name)) continue
    const { line, column } = getLineInfo(source, start)
    found.push(`uses .${name}, which older phones lack, at ${line}:${column} near \`${around(source, start)}\``)
  }
  return found
}

function around(source, at) {
  return source.slice(Math.max(0, at - 30), at + 40).replace(/\s+/g, ' ')
}
