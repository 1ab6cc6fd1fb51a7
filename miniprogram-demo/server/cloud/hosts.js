// From a host name to the service behind it.

const SUFFIX = '.aliyuncs.com'
export const APP_HOST = 'app.example.com'
/** User-Agent of the sample app server: faults meant for phones do not apply to it, and the log marks its requests. */
export const APP_SERVER_AGENT = 'vod-upload-app-server'

/** @returns {{service: 'oss'|'vod'|'sts'|'app'|'none', bucket?: string, region?: string, pathStyle?: boolean}} */
export function locate(host, cnameOf) {
  if (host === APP_HOST || host === '127.0.0.1' || host === 'localhost') return { service: 'app' }
  const bucket = cnameOf(host)
  if (bucket) return { service: 'oss', bucket }
  if (!host.endsWith(SUFFIX)) return { service: 'none' }
  const labels = host.slice(0, -SUFFIX.length).split('.')
  if (labels[0] === 'vod' && labels.length === 2) return { service: 'vod', region: labels[1] }
  if (labels[0] === 'sts' && labels.length <= 2) return { service: 'sts' }
  const endpoint = labels.at(-1)
  if (!endpoint.startsWith('oss-') || labels.length > 2) return { service: 'none' }
  const name = endpoint.slice('oss-'.length).replace(/-internal$/, '')
  const region = name === 'accelerate' || name === 'accelerate-overseas' ? undefined : name
  return labels.length === 2 ? { service: 'oss', bucket: labels[0], region } : { service: 'oss', region, pathStyle: true }
}
