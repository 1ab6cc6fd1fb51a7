// node serve.mjs [--port 8090] [--app FOLDER]
// A mini program in a browser, the demo or that in FOLDER, with a local cloud behind it, until Ctrl-C.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPreview } from './server/index.mjs'

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8090' }, app: { type: 'string' } } })
  const port = Number(values.port)
  if (!(Number.isInteger(port) && port >= 0 && port < 65536)) throw new Error(`--port wants a number up to 65535, not "${values.port}"`)
  const root = values.app && resolve(values.app)
  if (root && !statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`there is no folder ${root}`)

  const preview = await startPreview({ port, root })
  for (const warning of preview.warnings) console.warn(`template: ${warning}`)
  // Before anything is printed: Ctrl-C may follow at once.
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve)
  })
  console.log(`${root ? 'Your' : 'The demo'} mini program is at ${preview.url}`)
  console.log('Ctrl-C ends it and forgets what was uploaded.')

  await interrupted
  await preview.stop()
}

try {
  await main()
} catch (error) {
  console.error(`preview: ${error.code === 'EADDRINUSE' ? `port ${error.port} is taken; choose another with --port` : error.message}`)
  process.exitCode = 1
}
