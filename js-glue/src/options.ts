// What the app asked for, checked and completed. The app's object is only read.
import type { UploaderOptions } from './engine/wasm'
import { UploadError } from './errors'
import type { LogEvent } from './log'
import { hasOwn, isFunction, isNumber, isText } from './values'

/** OSS takes no smaller part, save the last. */
const MIN_PART_BYTES = 102_400

/** Regions of ApsaraVideo VOD (its documentation, "Storage regions"). */
const REGIONS =
  /^(cn-(shanghai|beijing|shenzhen|hongkong|hangzhou|north-2-gov-1)|ap-(southeast-[15]|northeast-1|south-1)|eu-central-1|us-west-1|me-central-1)$/

export type AppOptions = { [name: string]: any }

export type EngineOptions = Omit<UploaderOptions, 'seed' | 'networkType'>

export interface Settings {
  /** A copy of the app's object. */
  app: AppOptions
  engine: EngineOptions
  /** Of loadedPercent: 100 or 1. */
  progressScale: number
  /** What is to be reported about the options. */
  warnings: LogEvent[]
}

type Rule = [allowed: string, test: (value: any) => boolean]

const wholeFrom = (least: number): Rule => [`a whole number from ${least}`, (value) => Number.isInteger(value) && value >= least && value <= 0xffffffff]
const zeroOrFrom = (least: number): Rule => [`0 (adaptive) or ${wholeFrom(least)[0]}`, (value) => value === 0 || wholeFrom(least)[1](value)]
const oneOf = (...values: unknown[]): Rule => [values.join(' or '), (value) => values.indexOf(value) >= 0]
const aFunction: Rule = ['a function', isFunction]

const RULES: { [name: string]: Rule } = {
  retryCount: wholeFrom(0),
  retryDuration: ['a number of seconds from 0', (value) => isNumber(value) && value >= 0 && value < Infinity],
  timeout: ['a whole number of milliseconds from 1', (value) => Number.isInteger(value) && value >= 1],
  partSize: [zeroOrFrom(MIN_PART_BYTES)[0], (value) => value === 0 || (Number.isInteger(value) && value >= MIN_PART_BYTES)],
  parallel: zeroOrFrom(1),
  parallelFiles: wholeFrom(1),
  progressScale: oneOf(100, 1),
  signature: oneOf('v4', 'v1'),
  integrity: oneOf('crc64', 'off'),
  transport: oneOf('auto', 'request', 'uploadFile'),
  getAuth: aFunction,
  getSTSToken: aFunction,
}

const NUMERIC = ['retryCount', 'retryDuration', 'timeout', 'partSize', 'parallel', 'parallelFiles', 'progressScale']

/** `needsUserId`: the vendor documents userId as required, so its absence is reported; its SDK never used it, so nothing stops. */
export function readOptions(given: object | undefined, needsUserId: boolean): Settings {
  // Without a prototype: other libraries may have extended it.
  const app: AppOptions = Object.create(null)
  for (const name of Object.keys(given || {})) {
    const value = (given as AppOptions)[name]
    if (value !== null && value !== undefined) app[name] = value
  }
  app.onUploadstarted = app.onUploadstarted || app.onUploadStarted
  const warnings: LogEvent[] = []
  for (const name of NUMERIC) if (hasOwn(app, name)) app[name] = toNumber(app[name])
  for (const name of Object.keys(RULES)) {
    const [allowed, test] = RULES[name]
    if (hasOwn(app, name) && !test(app[name])) refuse(`${name} must be ${allowed}, not ${quote((given as AppOptions)[name])}.`)
  }
  if (app.getAuth && app.getSTSToken) refuse('Give getAuth or getSTSToken, not both.')

  const userId = readUserId(app.userId, needsUserId, warnings)
  const region = readRegion(app.region, warnings)
  const credentials = app.getAuth ? 'auth' : app.getSTSToken ? 'sts' : 'callbacks'
  const engine: EngineOptions = {
    userScope: hasOwn(app, 'userScope') ? String(app.userScope) : userId,
    region,
    retryCount: or(app.retryCount, 3),
    retryDuration: or(app.retryDuration, 2),
    timeout: or(app.timeout, 60_000),
    partSize: or(app.partSize, 0),
    parallel: or(app.parallel, 0),
    // 0: one at a time with callbacks, adaptive with getAuth or getSTSToken.
    parallelFiles: or(app.parallelFiles, 0),
    cname: !!app.cname,
    signature: or(app.signature, 'v4'),
    integrity: or(app.integrity, 'crc64'),
    checkpoint: app.checkpoint !== false,
    transport: or(app.transport, 'auto'),
    credentials,
    expiredHandled: credentials !== 'callbacks' || isFunction(app.onUploadTokenExpired),
  }
  return { app, engine, progressScale: or(app.progressScale, 100), warnings }
}

const or = <T>(value: T | undefined, otherwise: T): T => (value === undefined ? otherwise : value)

/** Numeric text, as input fields give it, is taken as the number. */
const toNumber = (value: unknown): unknown => (isText(value) && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e\d+)?\s*$/i.test(value) ? Number(value) : value)

function readUserId(given: unknown, isNeeded: boolean, warnings: LogEvent[]): string {
  const isValid = given === undefined || isText(given) || (isNumber(given) && !isNaN(given))
  if (!isValid) refuse(`userId must be the account id, a number or text, not ${quote(given)}.`, 'InvalidUserId')
  const userId = given === undefined ? '' : String(given).trim()
  if (!userId && isNeeded) {
    const message = 'The option userId is missing: give the id of the Alibaba Cloud account, or your own id of the user. The upload goes on without it.'
    warnings.push({ level: 'error', event: 'InvalidUserId', message })
  }
  return userId
}

/** The vendor's samples leave it empty for the default; pages give it as OSS spells it, or a whole endpoint. */
function readRegion(given: unknown, warnings: LogEvent[]): string {
  const text = given === undefined ? '' : String(given).trim()
  if (!text) return 'cn-shanghai'
  const region = text.replace(/^(https?:\/\/)?(oss-)?([a-z0-9-]+?)(-internal)?(\.aliyuncs\.com\/?)?$/i, '$3')
  if (region !== text) warnings.push({ level: 'warn', event: 'region-spelling', region, message: `The option region is a VOD region: ${quote(text)} is taken as ${quote(region)}.` })
  if (!REGIONS.test(region)) warnings.push({ level: 'warn', event: 'region-unknown', region, message: `The region ${quote(region)} is not known to this version; it is used as it is.` })
  return region
}

/** A refused value, so that text and number can be told apart. */
function quote(value: unknown): string {
  try {
    return isText(value) ? JSON.stringify(value) : String(value)
  } catch (_) {
    return typeof value
  }
}

function refuse(message: string, code = 'InvalidOption'): never {
  throw new UploadError({ code, message, stage: 'options' })
}
