// What the app asked for, checked and completed. The app's object is only read.
import type { CredentialSource, Integrity, SignatureVersion, TransportOption, UploaderOptions } from './engine/wasm'
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

/** One option: its default, and what else is allowed. */
interface Rule<T> {
  otherwise: T
  allowed: string
  test(value: any): boolean
  /** What is made of the app's value before it is tested. */
  read?(given: unknown): unknown
}

const isWhole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least && (value as number) <= 0xffffffff
const number = (otherwise: number, allowed: string, test: (value: number) => boolean): Rule<number> => ({ otherwise, allowed, test, read: toNumber })
const wholeFrom = (least: number, otherwise: number): Rule<number> => number(otherwise, `a whole number from ${least}`, (value) => isWhole(value, least))
const zeroOrFrom = (least: number, test: (value: number) => boolean): Rule<number> =>
  number(0, `0 (adaptive) or a whole number from ${least}`, (value) => value === 0 || test(value))
/** The first is the default. */
const oneOf = <T>(...values: T[]): Rule<T> => ({ otherwise: values[0], allowed: values.join(' or '), test: (value) => values.indexOf(value) >= 0 })
/** What is true by default only `false` switches off. */
const flag = (otherwise: boolean): Rule<boolean> => ({ otherwise, allowed: 'true or false', test: () => true, read: otherwise ? (given) => given !== false : Boolean })
const optionalFunction: Rule<unknown> = { otherwise: undefined, allowed: 'a function', test: isFunction }

/** What goes to the engine under the same name. */
const ENGINE_RULES = {
  retryCount: wholeFrom(0, 3),
  retryDuration: number(2, 'a number of seconds from 0', (value) => isNumber(value) && value >= 0 && value < Infinity),
  timeout: number(60_000, 'a whole number of milliseconds from 1', (value) => Number.isInteger(value) && value >= 1),
  partSize: zeroOrFrom(MIN_PART_BYTES, (value) => Number.isInteger(value) && value >= MIN_PART_BYTES),
  parallel: zeroOrFrom(1, (value) => isWhole(value, 1)),
  // Without it one at a time with callbacks, adaptive with getAuth or getSTSToken.
  parallelFiles: wholeFrom(1, 0),
  cname: flag(false),
  signature: oneOf<SignatureVersion>('v4', 'v1'),
  integrity: oneOf<Integrity>('crc64', 'off'),
  checkpoint: flag(true),
  transport: oneOf<TransportOption>('auto', 'request', 'uploadFile'),
}

const OTHER_RULES = {
  progressScale: Object.assign(oneOf(100, 1), { read: toNumber }),
  getAuth: optionalFunction,
  getSTSToken: optionalFunction,
}

type Values<R> = { [name in keyof R]: R[name] extends Rule<infer T> ? T : never }

/** `needsUserId`: the vendor documents userId as required, so its absence is reported; its SDK never used it, so nothing stops. */
export function readOptions(given: object | undefined, needsUserId: boolean): Settings {
  // Without a prototype: other libraries may have extended it.
  const app: AppOptions = Object.create(null)
  // An instance of the app's own class has its callbacks on the prototype, and they use `this`.
  for (let owner = given; owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      const value = (given as AppOptions)[name]
      if (value !== null && value !== undefined) app[name] = isFunction(value) ? value.bind(given) : value
    }
  }
  app.onUploadstarted = app.onUploadstarted || app.onUploadStarted
  const warnings: LogEvent[] = []
  const engineValues = readValues(app, ENGINE_RULES)
  const { progressScale } = readValues(app, OTHER_RULES)
  if (app.getAuth && app.getSTSToken) refuse('Give getAuth or getSTSToken, not both.')

  const userId = readUserId(app.userId, needsUserId, warnings)
  const region = readRegion(app.region, warnings)
  const credentials: CredentialSource = app.getAuth ? 'auth' : app.getSTSToken ? 'sts' : 'callbacks'
  const engine: EngineOptions = Object.assign(engineValues, {
    userScope: hasOwn(app, 'userScope') ? String(app.userScope) : userId,
    region,
    credentials,
    expiredHandled: credentials !== 'callbacks' || isFunction(app.onUploadTokenExpired),
  })
  return { app, engine, progressScale, warnings }
}

/** Checks the options of a table, and completes them. */
function readValues<R extends { [name: string]: Rule<unknown> }>(app: AppOptions, rules: R): Values<R> {
  const values: AppOptions = {}
  for (const name of Object.keys(rules)) {
    const { otherwise, allowed, test, read } = rules[name]
    const value = read ? read(app[name]) : app[name]
    if (hasOwn(app, name) && !test(value)) refuse(`${name} must be ${allowed}, not ${quote(app[name])}.`)
    values[name] = hasOwn(app, name) ? value : otherwise
  }
  return values as Values<R>
}

/** Numeric text, as input fields give it, is taken as the number. */
function toNumber(value: unknown): unknown {
  return isText(value) && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e\d+)?\s*$/i.test(value) ? Number(value) : value
}

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

/** A refused value, so that text and numbers look different. */
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
