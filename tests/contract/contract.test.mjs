// Every statement of the lists in this folder has a test, and every test that they name exists.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodes, lists, parse, scriptTitles, statements, titlesOf } from './map.mjs'

const all = statements()

for (const list of lists()) {
  const own = all.filter((one) => one.list === list)

  test(`${list}: every named test exists`, () => {
    const missing = own.flatMap(({ statement, tests }) => tests.filter(({ file, title }) => !titlesOf(file)?.includes(title)).map((one) => ({ statement, ...one })))
    assert.deepEqual(missing.map(({ statement, file, title }) => `"${statement}": ${titlesOf(file) ? `${file} has no test "${title}"${whereNow(title)}` : `there is no file ${file}`}`), [])
  })

  test(`${list}: every statement has a test, or says why it has none`, () => {
    assert.ok(own.length > 5)
    assert.deepEqual(own.filter(({ tests, gaps }) => !tests.length && !gaps.length).map(({ statement }) => statement), [])
  })
}

test('every error code has a row with a test', () => {
  const codes = errorCodes()
  assert.ok(codes.length > 10)
  const rows = all.filter(({ list, section, tests }) => list === 'errors.md' && section === 'Codes' && tests.length)
  assert.deepEqual(rows.map(({ statement }) => /^\w+/.exec(statement)[0]).sort(), codes.sort())
})

for (const [list, section, count] of [['field.md', 'Usage in public code', 19], ['field.md', 'Kinds of inputs', 7], ['certainty.md', 'Kinds', 9]]) {
  test(`${list}, ${section}: 1 to ${count}`, () => {
    const numbers = all.filter((one) => one.list === list && one.section === section && one.tests.length).map(({ statement }) => parseInt(statement, 10))
    assert.deepEqual([...new Set(numbers)], Array.from({ length: count }, (_, i) => i + 1))
  })
}

test('titles are found in every form, and lists of another form are refused', () => {
  const source = "test('it\\'s', x)\nrow(\n  `a ${b({ c: 1 })} d${e}`, y)\nfor (const [title] of [['first', 1], ['second', 2]]) scenario(title, z)"
  assert.deepEqual(scriptTitles(source), ["it's", 'a … d…', 'first', 'second'])
  assert.throws(() => parse('x.md', '## S\n- one\n  - a file without a title'), /not "file: title"/)
})

/** Where a test of that title lies instead, among the files that the lists name. */
function whereNow(title) {
  const file = [...new Set(all.flatMap(({ tests }) => tests.map((one) => one.file)))].find((one) => titlesOf(one)?.includes(title))
  return file ? `, but ${file} has` : ''
}
