// Options of createApp for a demo and for tests: every caller is the same user, who owns everything.

import { sharedToken } from './authorize.js'

const DEMO_USER = { id: 'demo' }

/** @param {string} [token] callers must send it as `Authorization: Bearer …` */
export const demoAccess = (token) => ({
  authorize: token ? sharedToken(token, DEMO_USER) : () => DEMO_USER,
  owners: { remember() {}, owns: () => true },
  // No session policy: a phone may refresh the videos that it created with its STS token.
  stsPolicy: () => undefined,
})
