// What the app asked for, checked and completed. The app's object is only read.
import { type CoreOptions, Credentials } from './host'
import { assign, isFunction, isNumber, isText } from './short'
import { UploadError } from './upload_error'

/** OSS takes no smaller part, save the last. */
const MIN_PART_BYTES = 102_400

/** PROTOCOL §4.1 */
const REGIONS =
  /^(cn-(shanghai|beijing|shenzhen|hongkong|hangzhou|north-2-gov-1)|ap-(southeast-[15]|northeast-1|south-1)|eu-central-1|us-west-1|me-central-1)$/

export type Options = { [name: string]: any }

export interface Settings {
  _app: Options
  _core: CoreOptions
  /** The engine's percent times this is what the app sees. */
  _scale: number
}

type Rule = [allowed: string, test: (value: any) => boolean]

const from = (least: number): Rule => [`a whole number from ${least}`, (v) => Number.isInteger(v) && v >= least]
const wholeOrZero = (least: number): Rule => [`0 (adaptive) or ${from(least)[0]}`, (v) => v === 0 || from(least)[1](v)]
const oneOf = (...values: unknown[]): Rule => [values.join(' or '), (v) => values.indexOf(v) >= 0]
const task: Rule = ['a function', isFunction]

const RULES: { [name: string]: Rule } = {
  retryCount: from(0),
  retryDuration: ['a number of seconds from 0', (v) => isNumber(v) && v >= 0 && v < Infinity],
  timeout: from(1),
  partSize: wholeOrZero(MIN_PART_BYTES),
  parallel: wholeOrZero(1),
  parallelFiles: from(1),
  progressScale: oneOf(100, 1),
  signature: oneOf('v4', 'v1'),
  integrity: oneOf('crc64', 'off'),
  transport: oneOf('auto', 'request', 'uploadFile'),
  getAuth: task,
  getSTSToken: task,
}

function refuse(message: string, code = 'InvalidOption'): never {
  throw new UploadError({ code, message, stage: 'options' })
}

export function readOptions(given: Options | undefined, needsUser: boolean): Settings {
  const app: Options = assign({}, given)
  for (const name in app) if (app[name] == null) delete app[name]
  // The vendor's samples leave it empty for the default.
  if (app.region === '') delete app.region
  app.onUploadstarted = app.onUploadstarted || app.onUploadStarted
  const userId = String(isNumber(app.userId) || isText(app.userId) ? app.userId : '').trim()
  if (needsUser && (!userId || userId === 'NaN')) refuse('userId must be the account id: a number or a non-empty string.', 'InvalidUserId')
  for (const name in RULES) {
    const [allowed, test] = RULES[name]
    if (name in app && !test(app[name])) refuse(`${name} must be ${allowed}, not ${String(app[name])}.`)
  }
  if (app.getAuth && app.getSTSToken) refuse('Give getAuth or getSTSToken, not both.')

  const credentials = app.getAuth ? Credentials.Auth : app.getSTSToken ? Credentials.Sts : Credentials.Callbacks
  const defaults = {
    region: 'cn-shanghai',
    retryCount: 3,
    retryDuration: 2,
    timeout: 60_000,
  }
  const core = assign(defaults, app, {
    userId,
    cname: !!app.cname,
    credentials,
    expiredHandled: !!(credentials || app.onUploadTokenExpired),
  })
  core.region = String(core.region)
  return { _app: app, _core: core as any, _scale: app.progressScale === 1 ? 0.01 : 1 }
}

export const isKnownRegion = (region: string): boolean => REGIONS.test(region)
