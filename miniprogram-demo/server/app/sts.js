// What an STS token on a phone may do.

import { createHash } from 'node:crypto'

/**
 * The session policy of a token: what it allows is what both the role and this policy allow.
 *
 * RAM knows no single video: the resource of every VOD action is `*`. A token that may call RefreshUploadVideo can therefore get write
 * access to the source file of any video of the account whose id its holder knows. So this right is left out unless the caller goes on
 * with a video of its own.
 */
export function narrowPolicy({ videoId }) {
  const actions = ['vod:CreateUploadVideo', 'vod:CreateUploadImage']
  if (videoId) actions.push('vod:RefreshUploadVideo')
  return { Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }
}

/** Tells users apart in the account's ActionTrail, without their ids. RAM takes 2 to 64 letters, digits and `.@-_`. */
export const sessionNameOf = ({ id }) => `mini-program-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`
