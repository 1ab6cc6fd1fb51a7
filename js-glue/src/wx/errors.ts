// What WeChat says when something fails, for src/wechat.rs, which knows what it means.
import { words } from '../upload_error'

/** In words. The query of an address may hold a signature, so it goes. */
export const safeWords = (error: unknown): string => words(error).replace(/\?[^\s"]*/g, '')

/** `#errCode#?#errno#?words`: the words have no question mark left. */
export const said = (error: any): string => {
  const { errCode, errno } = error || ({} as any)
  return `#${errCode}#?#${errno}#?${safeWords(error)}`
}
