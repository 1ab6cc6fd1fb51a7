// An app with STS tokens: the package asks VOD itself; and one that uploads to a bucket of its own.
import { VODUpload } from 'vod-upload-miniprogram'
import type { Options, STSToken, UploadInfo } from 'vod-upload-miniprogram'

declare function token(): Promise<STSToken>

const options: Options = {
  userId: 122,
  region: 'ap-southeast-1',
  timeout: 60_000,
  partSize: 1024 * 1024,
  parallel: 5,
  parallelFiles: 2,
  cname: false,
  signature: 'v1',
  integrity: 'off',
  checkpoint: false,
  transport: 'uploadFile',
  progressScale: 1,
  wasmPath: 'packageA/vod_upload.wasm.br',
  fallback: () => ({}),
  log: (level, event) => level === 'warn' && console.warn(event.event, event['region']),
  onUploadStarted: (info) => void start(info),
  async onUploadTokenExpired() {
    const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = await token()
    uploader.resumeUploadWithSTSToken(AccessKeyId, AccessKeySecret, SecurityToken, Expiration)
  },
}

async function start(info: UploadInfo): Promise<void> {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = await token()
  if (info.bucket) uploader.setSTSTokenDirectlyUpload(info, AccessKeyId, AccessKeySecret, SecurityToken, Expiration)
  else uploader.setSTSToken(info, AccessKeyId, AccessKeySecret, SecurityToken)
}

export const uploader = new VODUpload(options)
uploader.addFile('wxfile://tmp_1.mp4', null, null, null, JSON.stringify({ Vod: { Title: 'x', UserData: { a: 1 } } }))
uploader.addFile({ path: 'wxfile://tmp_2.mp4', name: 'Film', fileType: 'video' }, 'https://oss-cn-shanghai.aliyuncs.com', 'bucket', 'dir/a.mp4')
export const hosts: string[] = uploader.requiredDomains().request.concat(uploader.requiredDomains().uploadFile)
