import { api, type Wx } from './api'

/** What a function of WeChat's gives, in a list; an empty one when the client has no such function, or it throws. */
export function attempt(name: keyof Wx, ...args: any[]): unknown[] {
  try {
    return [(api()[name] as Function)(...args)]
  } catch (_) {
    return []
  }
}
