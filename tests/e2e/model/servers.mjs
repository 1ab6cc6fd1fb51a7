// OSS and VOD, as far as an upload that goes its way notices them. Signatures are other tests' business.

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
const ETag = '"odd"'
const header = { 'x-oss-request-id': 'R1', Server: 'AliyunOSS' }
const xml = (statusCode, data) => ({ statusCode, header, data })
const refusal = (statusCode, code) => xml(statusCode, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is.</Message><RequestId>R1</RequestId></Error>`)

export function createServers({ now }) {
  const ended = new Set() // tokens
  const uploads = new Map() // upload id → key
  const objects = new Map() // key → how often it was made
  const seen = []
  let serial = 0

  const token = () => `token-${++serial}`
  const permit = (videoId = `v${++serial}`) => ({
    UploadAuth: encode({ AccessKeyId: 'STS.k', AccessKeySecret: 'secret', SecurityToken: token(), Expiration: '3000' }),
    UploadAddress: encode({ Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'bucket', FileName: `sv/${videoId}.mp4` }),
    VideoId: videoId,
  })

  function vod(body) {
    const form = new URLSearchParams(body)
    const answer = (statusCode, data) => ({ statusCode, header: { 'x-acs-request-id': 'R2' }, data: JSON.stringify(data) })
    if (ended.has(form.get('SecurityToken'))) return answer(400, { Code: 'InvalidSecurityToken.Expired', Message: 'Expired.', RequestId: 'R2' })
    if (form.get('Action') === 'CreateUploadImage') {
      const { VideoId: ImageId, ...rest } = permit()
      return answer(200, { ...rest, ImageId, ImageURL: `https://i/${ImageId}.png`, RequestId: 'R2' })
    }
    return answer(200, { ...permit(form.get('VideoId') ?? undefined), RequestId: 'R2' })
  }

  function oss({ method, url, header: sent }) {
    const { pathname, searchParams } = new URL(url)
    const id = searchParams.get('uploadId')
    if (ended.has(sent['x-oss-security-token'])) return refusal(403, 'SecurityTokenExpired')
    if (searchParams.has('uploads')) {
      uploads.set(`U${++serial}`, pathname)
      return xml(200, `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>k</Key><UploadId>U${serial}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (id && !uploads.has(id)) return refusal(404, 'NoSuchUpload')
    if (method === 'DELETE') {
      uploads.delete(id)
      return { statusCode: 204, header, data: '' }
    }
    if (method === 'PUT' && id) return { statusCode: 200, header: { ...header, ETag }, data: '' }
    if (method === 'HEAD') return { statusCode: objects.has(pathname) ? 200 : 404, header, data: '' }
    objects.set(pathname, (objects.get(pathname) ?? 0) + 1)
    if (method === 'PUT') return { statusCode: 200, header: { ...header, ETag }, data: '' }
    uploads.delete(id)
    return xml(200, '<?xml version="1.0"?><CompleteMultipartUploadResult><Location>l</Location><ETag>"E"</ETag></CompleteMultipartUploadResult>')
  }

  return {
    /** What happens to the next requests: 'lost', 'refused', 'busy' or nothing. */
    faults: [],
    uploads,
    objects,
    seen,
    permit,
    sts: () => ({ AccessKeyId: 'STS.k', AccessKeySecret: 'secret', SecurityToken: token(), Expiration: new Date(now() + 3_600_000).toISOString() }),
    /** Everything handed out so far is at its end. */
    expire() {
      for (let i = 1; i <= serial; i++) ended.add(`token-${i}`)
    },
    answer(options, fault) {
      seen.push(`${options.method} ${options.url.split('?')[0]}`)
      if (fault === 'refused') return options.url.includes('vod.') ? { statusCode: 403, header: {}, data: '{"Code":"Forbidden","Message":"No.","RequestId":"R"}' } : refusal(403, 'AccessDenied')
      if (fault === 'busy') return options.url.includes('vod.') ? { statusCode: 503, header: {}, data: '{"Code":"ServiceUnAvailable","Message":"Later.","RequestId":"R"}' } : refusal(503, 'ServiceUnavailable')
      return options.url.includes('//vod.') ? vod(options.data) : oss(options)
    },
  }
}
