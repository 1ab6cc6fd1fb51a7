// node in_node.mjs script… -- config: the scripts of shell/ with the few functions of jsc's shell, so that V8 can be compared.
import { readFileSync } from 'node:fs'
import { runInThisContext } from 'node:vm'

const args = process.argv.slice(2)
const end = args.indexOf('--')
Object.assign(globalThis, {
  arguments: args.slice(end + 1),
  readFile: (path, how) => (how === 'binary' ? new Uint8Array(readFileSync(path)) : readFileSync(path, 'utf8')),
  preciseTime: () => performance.now() / 1000,
  print: console.log,
  quit: () => process.exit(),
  MemoryFootprint: () => ({ current: process.memoryUsage().rss, peak: process.resourceUsage().maxRSS * 1024 }),
})
for (const path of args.slice(0, end)) runInThisContext(readFileSync(path, 'utf8'), path)
