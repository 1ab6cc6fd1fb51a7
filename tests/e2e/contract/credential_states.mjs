// Uploads at the moments at which the app gives a credential.
import { KB } from './kit.mjs'

/** JSON as base64, the form of UploadAuth and UploadAddress. */
export const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64')

/** What `encode` has encoded. */
export const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString())

/** A valid credential and address before their encoding. */
export const good = () => ({ auth: { AccessKeyId: 'STS.x', AccessKeySecret: 's', SecurityToken: 't', Expiration: '3000' }, address: { Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'b', FileName: 'f.mp4' } })

/** Endpoint, bucket and object of the app's own. */
export const own = ['https://oss-cn-shanghai.aliyuncs.com', 'my-own', 'dir/文件 1.mp4']

/** One of both without a field, encoded. */
export const without = (kind, field) => {
  const { [field]: _, ...rest } = good()[kind]
  return encode(rest)
}

/** An uploader whose file waits for its credential. */
export async function started(t, options = {}, more = {}) {
  const up = t.make(options, 'none', more.on)
  up.go(more.file)
  const { live } = await up.wait('onUploadstarted')
  return { up, info: live }
}

/** An uploader whose file waits after its credential has expired, with some parts stored. */
export async function expired(t, flow, { code, parts = 10, on = {} } = {}) {
  t.cloud.faults.add({ when: { op: 'UploadPart', nth: 4 }, do: code ? { status: 403, code } : { expireCredential: true } })
  if (flow === 'sts') t.cloud.faults.add({ when: { op: 'RefreshUploadVideo' }, do: { expireCredential: true } })
  const up = t.make({ partSize: 100 * KB, parallel: 2 }, flow, { onUploadTokenExpired: () => {}, ...on })
  up.go({ size: parts * 100 * KB })
  const { live } = await up.wait('onUploadTokenExpired')
  return { up, info: live }
}
