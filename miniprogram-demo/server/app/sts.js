// What an STS token on a phone may do.

import { createHash } from 'node:crypto'

/**
 * The session policy of a token. The token may do what both the role's policy and this policy allow.
 *
 * RAM does not support permissions per video: the resource of every VOD action is `*`. A token that may call RefreshUploadVideo can
 * therefore overwrite the source file of any video of the account, if its holder knows the video's id. The right is granted only to a
 * caller who resumes a video of their own. No right in OSS is granted: VOD issues those.
 */
export function narrowPolicy({ videoId }) {
  const actions = ['vod:CreateUploadVideo', 'vod:CreateUploadImage']
  if (videoId) actions.push('vod:RefreshUploadVideo')
  return { Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }
}

/** The name under which ActionTrail records the session: a hash of the user's id. RAM accepts 2 to 64 letters, digits and `.@-_`. */
export const sessionNameOf = ({ id }) => `mini-program-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`
