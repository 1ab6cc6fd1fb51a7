// node --require ./offline.cjs compile.cjs <project> <folder>
// Compiles a mini program as an upload would, with the project's own settings, and leaves what would be uploaded in the folder.
const { mkdirSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const ci = require('miniprogram-ci')

const [projectPath, folder] = process.argv.slice(2)

async function compile() {
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath,
    privateKey: 'nothing is uploaded',
    ignores: ['node_modules/**/*'],
    // What the account may upload; the tool would ask WeChat.
    attr: async () => ci.DefaultProjectAttr,
  })
  const files = await ci.getCompiledResult({
    project,
    setting: { useProjectConfig: true },
    onProgressUpdate({ status, message }) {
      if (status === 'warn' || status === 'fail') console.error(`[${status}] ${message}`)
    },
  })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

// It leaves helpers running.
compile().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
