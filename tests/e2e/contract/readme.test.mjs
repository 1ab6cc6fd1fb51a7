// The README's tables: every option, callback, method, field and error code of the contract, in both languages, and defaults that are true.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (name) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')
const words = (text) => text.trim().split(/\s+/)

const CODES = words(`InvalidUserId InvalidOption InvalidParamData InvalidUploadAuth InvalidUploadAddress InvalidSTSToken EmptyFile FileNotFound FileChanged
  FileReadFailed FileTooLarge Canceled DomainNotAllowed NetworkError RequestTimeout IntegrityError ClockSkew WasmLoadFailed InternalError`)
const OPTIONS = words(`userId region retryCount retryDuration timeout partSize parallel parallelFiles cname signature integrity checkpoint transport progressScale
  getAuth getSTSToken wasmPath fallback log enableUploadProgress localCheckpoint`)
const CALLBACKS = words('addFileSuccess onUploadstarted onUploadProgress onUploadSucceed onUploadFailed onUploadCanceled onUploadTokenExpired onUploadEnd')
const METHODS = words(`addFile startUpload stopUpload cancelFile resumeFile deleteFile listFiles cleanList setUploadAuthAndAddress resumeUploadWithAuth setSTSToken
  resumeUploadWithSTSToken setSTSTokenDirectlyUpload requiredDomains VODUpload.load VODUpload.version createUploader upload`)
const FIELDS = words('url coverUrl file fileSize fileHash isImage state loaded videoId imageId imageUrl endpoint bucket object region userData videoInfo ri Endpoint Bucket Object')

for (const [name, headings] of [['README.md', ['## Options', '## Methods', '## Error codes', '## Base library']], ['README.zh-CN.md', ['## 参数', '## 方法', '## 错误码', '## 基础库']]]) {
  const text = read(name)
  const at = headings.map((heading) => text.indexOf(`\n${heading}`))
  const [options, methods, errors] = at.slice(0, 3).map((from, i) => text.slice(from, at[i + 1]))
  // Names in the first cell of a table's rows.
  const rows = (part) => part.split('\n').filter((line) => line.startsWith('| `')).flatMap((line) => line.split(' | ')[0].match(/`[^`]+`/g).map((one) => one.slice(1, -1).replace(/[ ({].*/, '')))

  test(`${name}: the sections are where they are looked for`, () => assert.ok(at.every((one, i) => one > (at[i - 1] ?? 0)), at.join()))
  test(`${name}: every option and callback has a row, and no other`, () => assert.deepEqual(rows(options).sort(), [...OPTIONS, ...CALLBACKS].sort()))
  test(`${name}: every method has a row, every field of uploadInfo too`, () => {
    const found = rows(methods)
    for (const method of METHODS) assert.ok(found.includes(method), method)
    for (const field of FIELDS) assert.ok(found.includes(field) || methods.includes(`\`${field}\``), field)
  })
  test(`${name}: every error code has a row with a remedy, and no other`, () => {
    assert.deepEqual(rows(errors).sort(), [...CODES].sort())
    for (const line of errors.split('\n').filter((one) => one.startsWith('| `'))) assert.ok(line.split(' | ').length === 3 && line.split(' | ')[2].length > 3, line)
  })
  test(`${name}: the defaults`, () => {
    for (const [option, value] of Object.entries({ region: '`cn-shanghai`', retryCount: '3', retryDuration: '2', timeout: '60000', parallelFiles: '1', cname: 'false', signature: '`v4`', integrity: '`crc64`', checkpoint: 'true', transport: '`auto`', progressScale: '100' }))
      assert.ok(options.includes(`| \`${option}\` | ${value} |`), option)
  })
}
