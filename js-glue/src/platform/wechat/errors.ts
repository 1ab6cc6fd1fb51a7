// What WeChat's errors mean. Wording differs by system, version and language, and `errno` is sometimes missing even on new clients:
// the forms below are from documentation, decompiled clients and reports.
import type { FileError, FileErrorKind, TransportError, TransportErrorKind } from '../../engine/wasm'
import { errorMessage } from '../../errors'

/** Numbers go before words. 600000 (unknown) and 600001 (cronet) say nothing more; 600004 is a system's abort, as good as a lost connection. */
const REQUEST_ERRNO: { [errno: string]: TransportErrorKind | undefined } = {
  2: 'tooLarge',
  5: 'timeout',
  600002: 'domainNotAllowed',
  600003: 'interrupted',
  600004: 'abort',
  600005: 'badUrl',
}

/** The first one that matches decides. The first two quote an address, which may contain any of the later words. */
const REQUEST_WORDS: [TransportErrorKind, RegExp][] = [
  ['domainNotAllowed', /domain list|合法域名/i],
  ['badUrl', /invalid.?url|must be http|url is null|method is invalid/i],
  ['tooManyRequests', /max(imum)?[ _-]?(connect|task|request|concurren|upload|download)|(exceed|excced|reach|over)\w*.{0,12}max.{0,40}(connect|task|count|request|concurren|limit)|too many (connect|task|request|upload)|超过最大(连接|并发|任务|请求)|(并发|连接|任务)数.{0,6}(超|上限)/i],
  ['abort', /:fail:? ?abort/i],
  ['interrupted', /interrupt|suspend/i],
  ['timeout', /time.?out|timed.out|超时|逾時|逾时/i],
  ['networkChanged', /network.change/i],
  ['tooLarge', /size limit/i],
  ['tls', /ssl|tls|cert|证书|證書|憑證/i],
  ['offline', /internet_disconnected|appears to be offline|not connected to the internet|断开与互联网|已斷線/i],
]

const FILE_ERRNO: { [errno: string]: FileErrorKind | undefined } = {
  2: 'tooLarge',
  1300001: 'denied',
  1300002: 'missing',
  1300013: 'denied',
  1300014: 'denied',
  1300202: 'tooLarge',
  1301000: 'denied',
  1301006: 'range',
  1301007: 'range',
  1301009: 'range',
  1301112: 'missing',
  1302002: 'busy',
}

const FILE_WORDS: [FileErrorKind, RegExp][] = [
  ['busy', REQUEST_WORDS[2][1]],
  // Open files, calls at once, …; a size is another matter.
  ['busy', /ex(ceed|cced)\w* (the )?max(?!.{0,40}(size|storage))/i],
  ['interrupted', /interrupt|suspend/i],
  ['missing', /no such file|not found|not exist|enoent/i],
  ['denied', /permission|denied/i],
  ['range', /out of range/i],
  ['tooLarge', /exceed/i],
]

/** What the phone's network has done since the request began. */
export type NetworkMeanwhile = 'same' | 'changed' | 'offline'

/** A failure of wx.request or wx.uploadFile. The network counts where WeChat names no reason. */
export function toTransportError(error: unknown, network: NetworkMeanwhile): TransportError {
  const kind = meaningOf(error, REQUEST_ERRNO, REQUEST_WORDS)
  const message = withoutQuery(errorMessage(error))
  // Nobody here has asked for this abort: our own is reported by the request queue.
  if (kind && kind !== 'abort') return { kind, message }
  return { kind: network === 'changed' ? 'networkChanged' : network === 'offline' ? 'offline' : 'network', message }
}

/** A failure of the FileSystemManager. */
export const toFileError = (error: unknown): FileError => ({
  kind: meaningOf(error, FILE_ERRNO, FILE_WORDS) || 'other',
  message: withoutQuery(errorMessage(error)),
})

/** The query of an address may hold a signature. */
export const withoutQuery = (message: string): string => message.replace(/\?[^\s"]*/g, '')

function meaningOf<K>(error: any, byNumber: { [errno: string]: K | undefined }, byWords: [K, RegExp][]): K | undefined {
  const { errCode, errno } = error || ({} as any)
  const numbered = byNumber[String(errCode)] || byNumber[String(errno)]
  if (numbered) return numbered
  const words = errorMessage(error)
  const found = byWords.find(([, pattern]) => pattern.test(words))
  return found && found[0]
}
