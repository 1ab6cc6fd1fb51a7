// Sample apps of every style compile against the declarations and WeChat's own typings, wrong uses do not, and no member is left without a word.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const here = dirname(fileURLToPath(import.meta.url))
const declarations = join(here, '../../js-glue/types/index.d.ts')

// Without esModuleInterop a default import of this package is what `default` exports; `import =` is CommonJS's own.
for (const [config, module] of [['tsconfig.json'], ['tsconfig.plain.json'], ['tsconfig.json', 'esnext']]) {
  test(`${config}${module ? `, ${module}` : ''}: the apps compile, the wrong uses do not`, { timeout: 120_000 }, () => {
    const read = ts.getParsedCommandLineOfConfigFile(join(here, config), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (one) => assert.fail(text([one])) })
    let { fileNames, options } = read
    if (module) {
      // Bundlers: ES modules, for which `import =` does not exist.
      fileNames = fileNames.filter((name) => !name.endsWith('required.ts'))
      options = { ...options, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
    }
    const program = ts.createProgram(fileNames, options)
    assert.equal(text(ts.getPreEmitDiagnostics(program)), '')
    assert.ok(fileNames.length >= 4)
  })
}

test('every member of the declarations is documented', () => {
  const source = ts.createSourceFile(declarations, readFileSync(declarations, 'utf8'), ts.ScriptTarget.Latest, true)
  const silent = []
  let documented = 0
  const visit = (node, path) => {
    const named = node.name?.text ?? node.declarationList?.declarations[0].name.text
    const member = ts.isPropertySignature(node) || ts.isMethodSignature(node) || ts.isPropertyDeclaration(node) || ts.isMethodDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isVariableStatement(node)
    if (member && named && (node.parent !== source || ts.isClassDeclaration(node))) {
      if (ts.getJSDocCommentsAndTags(node).length) documented++
      // Members of an object that is documented as a whole.
      else if (!ts.isTypeLiteralNode(node.parent)) silent.push(`${path}${named}`)
    }
    ts.forEachChild(node, (child) => visit(child, named ? `${path}${named}.` : path))
  }
  visit(source, '')
  assert.deepEqual(silent, [])
  assert.ok(documented > 100, String(documented))
})

test('the declarations know every error code and field', () => {
  const source = readFileSync(declarations, 'utf8')
  for (const name of `
    InvalidUserId InvalidOption InvalidParamData InvalidUploadAuth InvalidUploadAddress InvalidSTSToken EmptyFile FileNotFound FileChanged FileReadFailed FileTooLarge
    Canceled DomainNotAllowed NetworkError RequestTimeout IntegrityError ClockSkew WasmLoadFailed InternalError
    url coverUrl file fileSize fileHash isImage state loaded videoId imageId imageUrl endpoint bucket object Endpoint Bucket Object ri userData videoInfo
    succeeded failed canceled savedAt
    code message stage httpStatus requestId part retryable`.trim().split(/\s+/)) {
    assert.match(source, new RegExp(`\\b${name}\\b`), name)
  }
})

function text(diagnostics) {
  return ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => here, getNewLine: () => '\n' })
}
