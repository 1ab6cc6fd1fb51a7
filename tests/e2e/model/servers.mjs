// OSS and VOD, as far as an upload notices them that nothing damages. Signatures are other tests' business.
import { Crc64, combine } from '../../../miniprogram-demo/server/cloud/crc64.js'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
const ETag = '"odd"'
const header = { 'x-oss-request-id': 'R1', Server: 'AliyunOSS' }
const xml = (statusCode, data, more) => ({ statusCode, header: { ...header, ...more }, data })
const refusal = (statusCode, code) => xml(statusCode, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is.</Message><RequestId>R1</RequestId></Error>`)


/** A body, or what parts make: its length and its CRC64. */
const measured = (data) => {
  const bytes = Buffer.from(data)
  return { size: bytes.length, crc: new Crc64().update(bytes).value() }
}
const joined = (parts) => parts.reduce((whole, part) => ({ size: whole.size + part.size, crc: combine(whole.crc, part.crc, part.size) }), { size: 0, crc: 0n })
const stored = ({ crc }) => ({ ETag, 'x-oss-hash-crc64ecma': `${crc}` })

export function createServers({ now }) {
  const ended = new Set() // tokens
  const uploads = new Map() // upload id → its parts by number
  const objects = new Map() // key → how often it was made
  const contents = new Map() // key → size and CRC64
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

  function oss({ method, url, header: sent, data }) {
    const { pathname, searchParams } = new URL(url)
    const id = searchParams.get('uploadId')
    if (ended.has(sent['x-oss-security-token'])) return refusal(403, 'SecurityTokenExpired')
    const forbidden = sent['x-oss-forbid-overwrite'] === 'true' && contents.has(pathname)
    if (searchParams.has('uploads')) {
      if (forbidden) return refusal(409, 'FileAlreadyExists')
      uploads.set(`U${++serial}`, new Map())
      return xml(200, `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>k</Key><UploadId>U${serial}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (id && !uploads.has(id)) return refusal(404, 'NoSuchUpload')
    if (method === 'DELETE') {
      uploads.delete(id)
      return { statusCode: 204, header, data: '' }
    }
    if (method === 'PUT' && id) {
      const part = measured(data)
      uploads.get(id).set(Number(searchParams.get('partNumber')), part)
      return xml(200, '', stored(part))
    }
    if (method === 'HEAD') {
      const object = contents.get(pathname)
      return object ? xml(200, '', { ...stored(object), 'Content-Length': `${object.size}` }) : xml(404, '')
    }
    if (forbidden) return refusal(409, 'FileAlreadyExists')
    const object = method === 'PUT' ? measured(data) : joined([...uploads.get(id)].sort(([a], [b]) => a - b).map(([, part]) => part))
    objects.set(pathname, (objects.get(pathname) ?? 0) + 1)
    contents.set(pathname, object)
    uploads.delete(id)
    if (method === 'PUT') return xml(200, '', stored(object))
    return xml(200, '<?xml version="1.0"?><CompleteMultipartUploadResult><Location>l</Location><ETag>"E"</ETag></CompleteMultipartUploadResult>', stored(object))
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
