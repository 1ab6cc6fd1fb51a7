// Runs the project's own build, which says what it thinks only when it fails.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

export function build(folder) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
}
