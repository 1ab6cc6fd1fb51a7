// The three ways to the cloud that are compared: the built package on a simulated phone, ali-oss, and one stream.
import http from 'node:http'
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { CodePackage, createPhone } from '../../e2e/phone/index.mjs'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const OSS = createRequire(at('../../../miniprogram-demo/server/package.json'))('ali-oss')

const REGION = 'oss-cn-shanghai'
const MIB = 1024 * 1024

/** A new phone for each upload: nothing is warm but the module, which an app has loaded by the time its user has chosen a film. */
export async function phoneWith(cloud, file, dir) {
  const code = CodePackage.fromDirectory(at('app')).addNpm(at('../../../js-glue'))
  const phone = await createPhone({ persona: 'android', cloud, dir })
  const path = phone.disk.addTemp({ name: 'film.mp4', real: file })
  phone.launch(code)
  await phone.app.VODUpload.load()
  return {
    /** Resolves with the times of onUploadstarted and of each progress step, ms since the epoch. */
    upload: (video) =>
      new Promise((resolve, reject) => {
        const { UploadAuth, UploadAddress, VideoId } = video
        const steps = []
        const progress = (loaded) => {
          if (!steps.length || loaded > steps.at(-1).loaded) steps.push({ at: Date.now(), loaded })
        }
        const ended = (failure) => (failure ? reject(new Error(failure)) : resolve(steps.map((step) => step.at)))
        phone.app.upload(path, phone.world.plain({ UploadAuth, UploadAddress, VideoId }), progress, ended)
      }),
    close: () => phone.dispose(),
  }
}

/** ali-oss without a retry of a part; its own defaults are parts of 1 MiB, five at once. */
export async function aliOss(cloud, file, { auth, address }, { parallel = 5, partSize = MIB } = {}) {
  const client = new OSS({
    accessKeyId: auth.AccessKeyId,
    accessKeySecret: auth.AccessKeySecret,
    stsToken: auth.SecurityToken,
    refreshSTSToken: async () => ({}),
    refreshSTSTokenInterval: 3_600_000,
    bucket: address.Bucket,
    endpoint: address.Endpoint.replace('https:', 'http:'),
    region: REGION,
    agent: agentTo(cloud.port),
    timeout: 60_000,
  })
  await client.multipartUpload(address.FileName, file, { parallel, partSize })
}

/** One form with a policy, read from the disk as it goes: what wx.uploadFile does at its best. */
export function stream(cloud, file, size, { auth, address }) {
  const expiration = new Date(Date.now() + 3_600_000).toISOString()
  const policy = { expiration, conditions: [['content-length-range', 1, size], { bucket: address.Bucket }, { key: address.FileName }] }
  const client = new OSS({ accessKeyId: auth.AccessKeyId, accessKeySecret: auth.AccessKeySecret, bucket: address.Bucket, region: REGION })
  const signed = client.calculatePostSignature(policy)
  const fields = {
    key: address.FileName,
    policy: signed.policy,
    OSSAccessKeyId: signed.OSSAccessKeyId,
    Signature: signed.Signature,
    'x-oss-security-token': auth.SecurityToken,
    success_action_status: '200',
  }
  const boundary = '----wx0123456789'
  const field = ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const opening = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n`
  const head = Object.entries(fields).map(field).join('') + opening
  const tail = `\r\n--${boundary}--\r\n`
  return new Promise((resolve, reject) => {
    const headers = {
      host: `${address.Bucket}.${REGION}.aliyuncs.com`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': Buffer.byteLength(head) + size + tail.length,
    }
    const request = http.request({ host: '127.0.0.1', port: cloud.port, method: 'POST', path: '/', headers, agent: false }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`))))
    })
    request.on('error', reject)
    request.write(head)
    const source = createReadStream(file, { highWaterMark: 256 * 1024 })
    source.on('error', reject)
    source.on('end', () => request.end(tail))
    source.pipe(request, { end: false })
  })
}

/** Leads every connection to the cloud, whatever host is asked for. */
function agentTo(port) {
  const agent = new http.Agent({ keepAlive: true })
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, connected) => connect({ ...options, host: '127.0.0.1', hostname: '127.0.0.1', port }, connected)
  return agent
}
