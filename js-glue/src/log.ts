// Log events, to the option `log` or the console.
import type { Deliver } from './delivery'
import { isFunction } from './values'
import type { AppOptions } from './options'

export interface LogEvent {
  level: string
  event: string
  [detail: string]: unknown
}

export type Log = (event: LogEvent) => void

export const createLog = (app: AppOptions, deliver: Deliver): Log => (event) =>
  deliver(() => {
    const { level } = event
    if (isFunction(app.log)) return app.log(level, event)
    if (level === 'warn' || level === 'error') console[level]('[vod-upload]', event)
  })
