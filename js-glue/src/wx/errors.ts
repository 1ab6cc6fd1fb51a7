// What WeChat says when something fails, and what it means. The words differ by platform, version and language (WX_RUNTIME §1.4, §3.3):
// a number first when there is one (`#5#`), then patterns, and what nobody knows is a network error worth a retry.
import type { FileFailure, FileFailureKind, HttpAnswer, HttpFailure } from '../host'
import { words } from '../upload_error'

type Meanings<T> = [RegExp, T][]

// The first two may quote an address, in which any of the later words may stand.
const HTTP: Meanings<HttpFailure> = [
  [/#600002#|domain list|合法域名/i, 'domain'],
  [/#600005#|invalid.?url|must be http|url is null|method is invalid/i, 'badurl'],
  [/#600004#|:fail:? ?abort/i, 'abort'],
  [/#600003#|interrupt|suspend/i, 'interrupted'],
  [/#5#|time.?out|timed.?out|超时|逾時|逾时/i, 'timeout'],
  [/network.?change/i, 'switched'],
  [/max connected|max task/i, 'busy'],
  [/#2#|size limit/i, 'toolarge'],
  [/ssl|tls|cert|证书|證書|憑證/i, 'tls'],
  [/internet_disconnected|appears to be offline|not connected to the internet|断开与互联网|已斷線/i, 'offline'],
]

const FILE: Meanings<FileFailureKind> = [
  [/interrupt|suspend/i, 'interrupted'],
  [/#1300002#|#1301112#|no such file|not found|not exist|enoent/i, 'missing'],
  [/#13000(01|13|14)#|#1301000#|permission|denied/i, 'denied'],
  [/#130100[679]#|out of range/i, 'range'],
  [/#2#|#1300202#|exceed/i, 'toolarge'],
]

interface Failed {
  errMsg?: string
  errno?: number
  errCode?: number
}

function meaning<T>(meanings: Meanings<T>, error: Failed | undefined, otherwise: T): T {
  const { errCode, errno } = error || ({} as Failed)
  for (const said of [`#${errCode}#`, `#${errno}#`, words(error)]) for (const [pattern, meant] of meanings) if (pattern.test(said)) return meant
  return otherwise
}

export const httpFailure = (error: any): HttpFailure => meaning(HTTP, error, 'network')

/** An answer that never came. The query of an address may hold a signature, so it goes. */
export const noAnswer = (failure: HttpFailure, error?: unknown): HttpAnswer => ({ status: 0, headers: '', body: '', failure, detail: error ? words(error).replace(/\?[^\s"]*/g, '') : '' })

export const fileFailure = (error: any): FileFailure => ({ failure: meaning(FILE, error, 'other'), detail: words(error) })
