// Reads the lists of this folder, and the titles of the tests that they name.
import { readdirSync, readFileSync } from 'node:fs'

const here = new URL('.', import.meta.url)
const root = new URL('../../', import.meta.url)

/** @returns {{list: string, section: string, statement: string, tests: {file: string, title: string}[], gaps: string[]}[]} */
export function statements() {
  return lists().flatMap((list) => parse(list, readFileSync(new URL(list, here), 'utf8')))
}

export const lists = () => readdirSync(here).filter((name) => name.endsWith('.md') && name !== 'README.md')

export function parse(list, text) {
  const found = []
  let section = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3)
    else if (line.startsWith('- ')) found.push({ list, section, statement: line.slice(2), tests: [], gaps: [] })
    else if (line.startsWith('  - no test: ')) found.at(-1).gaps.push(line.slice(13))
    else if (line.startsWith('  - ')) {
      const [, file, title] = /^ {2}- (\S+?): (.+)$/.exec(line) ?? []
      if (!file) throw new Error(`${list}: not "file: title": ${line}`)
      found.at(-1).tests.push({ file, title })
    }
  }
  return found
}

const known = new Map()

/** The titles of a test file, each `${…}` of a template written as …; undefined where there is no such file. */
export function titlesOf(file) {
  if (!known.has(file)) known.set(file, readTitles(file))
  return known.get(file)
}

function readTitles(file) {
  let text
  try {
    text = readFileSync(new URL(file, root), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
  return file.endsWith('.rs') ? rustTitles(text) : scriptTitles(text)
}

const rustTitles = (text) => Array.from(text.matchAll(/#\[test\]\s+(?:#\[[^\]]*\]\s+)*fn (\w+)/g), ([, name]) => name)

const CALL = /\b(?:test|row|scenario|everywhere|tag)\(\s*/y
const QUOTED = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y

/** The first argument of each call that makes a test. Where that is a variable, its titles are among the texts at the beginning of a table's rows. */
export function scriptTitles(text) {
  const titles = []
  let fromTables = false
  for (const { index } of text.matchAll(/\b(?:test|row|scenario|everywhere|tag)\(/g)) {
    CALL.lastIndex = index
    CALL.exec(text)
    const title = quotedAt(text, CALL.lastIndex)
    if (title !== undefined) titles.push(title)
    else if (/^title\b/.test(text.slice(CALL.lastIndex))) fromTables = true
  }
  if (fromTables) for (const { index } of text.matchAll(/\[(?=['"`])/g)) titles.push(quotedAt(text, index + 1))
  return titles.filter((title) => title !== undefined)
}

function quotedAt(text, index) {
  if (text[index] === '`') return templateAt(text, index)
  QUOTED.lastIndex = index
  const [, single, double] = QUOTED.exec(text) ?? []
  return (single ?? double)?.replace(/\\(.)/g, '$1')
}

/** `a ${b({ c: 1 })} d` is read as `a … d`. Values may hold templates of their own. */
function templateAt(text, start) {
  let title = ''
  for (let i = start + 1; i < text.length && text[i] !== '`'; i++) {
    if (text[i] === '\\') title += text[++i]
    else if (text.startsWith('${', i)) {
      i = endOfValue(text, i + 2)
      title += '…'
    } else title += text[i]
  }
  return title
}

/** The place of the brace that closes the value which begins at `i`. */
function endOfValue(text, i) {
  for (let depth = 1; i < text.length; i++) {
    if (text[i] === '{') depth++
    if (text[i] === '}' && --depth === 0) break
    if (text[i] === '`') do i++; while (i < text.length && text[i] !== '`')
  }
  return i
}

/** The codes of src/api/error.rs. */
export function errorCodes() {
  const source = readFileSync(new URL('src/api/error.rs', root), 'utf8')
  const [, body] = /^error_codes! \{$(.*?)^\}$/ms.exec(source)
  return Array.from(body.matchAll(/^ {4}(\w+),$/gm), ([, code]) => code)
}
