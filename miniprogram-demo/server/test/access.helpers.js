// Session tokens as an app's login would sign them.

import { SignJWT } from 'jose'

export function sessionToken(secret, user, { expires = '1h', algorithm = 'HS256' } = {}) {
  const claims = new SignJWT({}).setProtectedHeader({ alg: algorithm })
  if (user !== undefined) claims.setSubject(user)
  if (expires) claims.setExpirationTime(expires)
  return claims.sign(new TextEncoder().encode(secret))
}
