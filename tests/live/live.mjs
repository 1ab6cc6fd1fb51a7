// node tests/live/live.mjs [--expiry] [--persona ios] [--out FILE]
// The conformance suite against the real VOD, with the credentials in the environment: the built package on a simulated phone, the sample app
// server, and the real network between them and the cloud. Prints a report in Markdown, without a secret in it.
import { writeFileSync } from 'node:fs'
import { realCloud } from '../../miniprogram-demo/server/app/config.js'
import { personaNames } from '../e2e/phone/persona.mjs'
import { cases } from './cases.mjs'

const USAGE = `usage: cargo xtask live [--expiry] [--persona ${personaNames.join('|')}] [--out FILE]`

class Refused extends Error {}

function readArguments(args) {
  const chosen = { expiry: false, persona: 'ios', out: null }
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--expiry') chosen.expiry = true
    else if (args[i] === '--persona' && personaNames.includes(args[i + 1])) chosen.persona = args[++i]
    else if (args[i] === '--out' && args[i + 1]) chosen.out = args[++i]
    else throw new Refused(USAGE)
  }
  return chosen
}

function explain() {
  console.log(`No credentials in the environment, so nothing was sent. With

  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET   of a RAM user who may create, refresh and delete media of VOD
  VOD_REGION                                                     cn-shanghai unless set
  ALIBABA_CLOUD_ROLE_ARN                                         only for what goes by STS

this uploads some 15 MB to your account, in ${cases.length} cases, and deletes what it made:
`)
  for (const { title, needsRole, slow } of cases) console.log(`  · ${title}${needsRole ? ' (with a role)' : ''}${slow ? ' (with --expiry: the credential is waited out, 50 minutes)' : ''}`)
  console.log('  · which requests of OSS a credential of VOD may make: HeadObject, ListParts, AbortMultipartUpload and the others')
  console.log('  · whether InitiateMultipartUpload and the others honour x-oss-forbid-overwrite')
  console.log('  · whether VOD finds a video again by its ReferenceId')
}

async function main() {
  const chosen = readArguments(process.argv.slice(2))
  const config = realCloud(process.env)
  if (!config) return explain(), 0
  // Only now: without credentials this runs before anything is installed.
  const [{ realWorld }, { runSuite }, { markdown }] = await Promise.all([import('./world.mjs'), import('./suite.mjs'), import('./report.mjs')])
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(new Error('interrupted')))
  const result = await runSuite({ world: realWorld(config), ...chosen, signal: stop.signal, log: (line) => console.error(line) })
  const text = markdown(result)
  if (chosen.out) writeFileSync(chosen.out, text)
  console.log(text)
  if (stop.signal.aborted) return 130
  return result.refused || result.cases.some((one) => one.outcome === 'failed') ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.error(`live: ${error.message}`)
  process.exitCode = 1
}
