// node check-script.mjs <file> <ECMAScript year> <missing globals, by comma> <missing members>
// Exits with 1 and prints a line for each offence if the script would not run on every phone.
import { readFileSync } from 'node:fs'
import { getLineInfo, parse } from 'acorn'
import { freeNames, members as membersOf } from './free-names.mjs'

const [file, year, missing, members] = process.argv.slice(2)
const list = (text = '') => new Set(text.split(',').filter(Boolean))
const complaints = offences(readFileSync(file, 'utf8'), Number(year), list(missing), list(members))
for (const complaint of complaints) console.error(`${file.split('/').pop()} ${complaint}`)
process.exitCode = complaints.length > 0 ? 1 : 0

function offences(source, ecmaVersion, missing, newer) {
  let program
  try {
    program = parse(source, { ecmaVersion, sourceType: 'script' })
  } catch (error) {
    return [`has syntax newer than ES${ecmaVersion}: ${error.message} near \`${around(source, error.pos)}\``]
  }
  const found = []
  for (const [name, start] of freeNames(program)) {
    if (!missing.has(name)) continue
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
