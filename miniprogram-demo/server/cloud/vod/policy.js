// Session policies of AssumeRole: what they allow of the actions that are here. Conditions and resources are not looked at.

import { invalid } from './errors.js'

const MAX_POLICY = 2048 // characters

/** @returns {undefined | ((action: string) => boolean)} undefined without a policy: whatever the role may do */
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
