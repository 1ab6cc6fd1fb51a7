// Session policies of AssumeRole. Only Effect and Action are evaluated, not Resource and Condition.

import { invalid } from './errors.js'

const MAX_POLICY = 2048 // characters

/** @returns {undefined | ((action: string) => boolean)} undefined if there is no policy */
export function readPolicy(text) {
  if (text === undefined) return undefined
  if (text.length > MAX_POLICY) throw invalid('Policy')
  let statements
  try {
    statements = JSON.parse(text).Statement.map(({ Effect, Action }) => ({ effect: Effect, patterns: [Action].flat().map(pattern) }))
  } catch {
    throw invalid('Policy')
  }
  const named = (effect, action) => statements.some((one) => one.effect === effect && one.patterns.some((fits) => fits.test(action)))
  return (action) => named('Allow', action) && !named('Deny', action)
}

/** `vod:Create*` as a regular expression. */
const pattern = (action) => new RegExp(`^${action.split('*').map((text) => text.replace(/[^\w:]/g, '\\$&')).join('.*')}$`)
