// What to put on the mini program's domain lists, as far as it is known.
import type { CoreOptions } from './host'
import type { UploadInfo } from './upload_info'

export function requiredDomains(options: CoreOptions, files: UploadInfo[], sts: boolean): { request: string[]; uploadFile: string[] } {
  const buckets: string[] = []
  for (const { endpoint, bucket } of files) {
    // As the engine makes a request's host: always https, so a port is named only where it is another.
    const host = String(endpoint).trim().toLowerCase().replace(/^\w+:\/\/|[/?#].*$/g, '').replace(/:(80|443)?$/, '')
    const whole = options.cname || (bucket && host.indexOf(`${bucket}.`) === 0)
    if (host && (bucket || whole)) buckets.push(whole ? host : `${bucket}.${host}`)
  }
  // No address yet: the pattern that the bucket of this region follows.
  if (!buckets.length) buckets.push(`{bucket}.oss-${options.region}.aliyuncs.com`)
  const hosts = buckets.filter((host, i) => buckets.indexOf(host) === i).map((host) => `https://${host}`)
  const form = options.transport === 'uploadFile'
  const request = form ? [] : hosts
  // Hangzhou has no endpoint of its own (endpoint map of the vendor's SDKs).
  const region = options.region === 'cn-hangzhou' ? 'cn-shanghai' : options.region
  return { request: sts ? [`https://vod.${region}.aliyuncs.com`].concat(request) : request, uploadFile: form ? hosts : [] }
}
