// Options of createApp for a demo and for tests: every caller is the same user, to whom everything belongs.

import { sharedToken } from './authorize.js'

const DEMO_USER = { id: 'demo' }

/** @param {string} [token] callers must send it as `Authorization: Bearer …` */
export const demoAccess = (token) => ({
  authorize: token ? sharedToken(token, DEMO_USER) : () => DEMO_USER,
  owners: { remember() {}, owns: () => true },
  // The demo role's own policy is all there is: a phone refreshes what it created by itself.
  stsPolicy: () => undefined,
})
