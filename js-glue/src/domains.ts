// What to put on the mini program's domain lists, as far as it is known.
import type { EngineOptions } from './options'

export interface Domains {
  request: string[]
  uploadFile: string[]
}

export function requiredDomains(options: EngineOptions, addresses: { endpoint: string; bucket: string }[], usesSts: boolean): Domains {
  const buckets: string[] = []
  for (const { endpoint, bucket } of addresses) {
    // As the engine makes a request's host: always https, so a port is named only where it is another.
    const host = String(endpoint).trim().toLowerCase().replace(/^\w+:\/\/|[/?#].*$/g, '').replace(/:(80|443)?$/, '')
    const isWhole = options.cname || (bucket && host.indexOf(`${bucket}.`) === 0)
    if (host && (bucket || isWhole)) buckets.push(isWhole ? host : `${bucket}.${host}`)
  }
  // No address yet: the pattern that the buckets of this region follow.
  if (!buckets.length) buckets.push(`{bucket}.oss-${options.region}.aliyuncs.com`)
  const hosts = buckets.filter((host, i) => buckets.indexOf(host) === i).map((host) => `https://${host}`)
  const isForm = options.transport === 'uploadFile'
  const request = isForm ? [] : hosts
  // Hangzhou has no endpoint of its own (endpoint map of the vendor's SDKs).
  const region = options.region === 'cn-hangzhou' ? 'cn-shanghai' : options.region
  return { request: usesSts ? [`https://vod.${region}.aliyuncs.com`].concat(request) : request, uploadFile: isForm ? hosts : [] }
}
