// What must not be in the shipped file: globals that phones lack, and syntax newer than ES2015.
import { transformSync } from 'esbuild'

/** WX_RUNTIME §6: absent on phones, though DevTools has most of them. */
const ABSENT = [
  'WebAssembly', 'TextEncoder', 'TextDecoder', 'queueMicrotask', 'globalThis', 'performance', 'crypto', 'URL', 'URLSearchParams',
  'structuredClone', 'FinalizationRegistry', 'WeakRef', 'BigInt', 'window', 'self', 'global', 'document', 'process', 'Buffer', 'fetch',
  'btoa', 'atob', 'AbortController', 'require', 'eval', 'Function',
]

export function offences(code) {
  const found = []
  // A free identifier is one that esbuild replaces when told to; what stands in strings, properties or scopes of its own is not.
  const marks = Object.fromEntries(ABSENT.map((name) => [name, `FREE_${name}`]))
  const marked = transformSync(code, { define: marks, target: 'esnext' }).code
  for (const name of ABSENT) if (new RegExp(`\\bFREE_${name}\\b`).test(marked)) found.push(`uses the global ${name}`)

  const lowered = transformSync(code, { target: 'es2015', charset: 'utf8' }).code
  const same = transformSync(code, { target: 'esnext', charset: 'utf8' }).code
  if (lowered !== same) found.push('has syntax newer than ES2015')
  if (/\basync\b|\byield\b|function\*/.test(code)) found.push('has async functions or generators')
  return found
}
