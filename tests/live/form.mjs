// A PostObject as wx.uploadFile sends it, with the policy signed by the vendor's client (V4).
import http from 'node:http'
import https from 'node:https'

const LIFE = 5 * 60_000 // ms, how long the policy is good

/** Rejects with `{status, code}` when OSS refuses; → the answer's headers. */
export async function postForm(world, { client, key, auth }, file, more = {}) {
  const now = new Date(world.clock.now())
  const date = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const region = client.options.region.replace(/^oss-/, '')
  const scope = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${auth.AccessKeyId}/${date.slice(0, 8)}/${region}/oss/aliyun_v4_request`,
    'x-oss-date': date,
  }
  const policy = {
    expiration: new Date(now.getTime() + LIFE).toISOString(),
    conditions: [['content-length-range', file.length, file.length], ...Object.entries(scope).map(([name, value]) => ({ [name]: value }))],
  }
  const form = new FormData()
  const fields = { key, success_action_status: '201', policy: Buffer.from(JSON.stringify(policy)).toString('base64'), ...scope, 'x-oss-signature': client.signPostObjectPolicyV4(policy, now), 'x-oss-security-token': auth.SecurityToken, ...more }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  // OSS ignores what comes after the file.
  form.set('file', new Blob([file]), 'video.mp4')
  const { status, headers, body } = await post(world, `${client.options.bucket}.oss-${region}.aliyuncs.com`, new Response(form))
  if (status === 201) return headers
  throw Object.assign(new Error(`PostObject was answered by ${status}`), { status, code: /<Code>([^<]+)<\/Code>/.exec(body)?.[1] })
}

async function post(world, host, encoded) {
  const content = Buffer.from(await encoded.arrayBuffer())
  const { protocol, host: address, port } = world.reach(host)
  const { request } = protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': encoded.headers.get('content-type'), 'content-length': content.length }
    const sent = request({ host: address, port, method: 'POST', path: '/', headers, timeout: 30_000 }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }))
    })
    sent.on('timeout', () => sent.destroy(new Error('PostObject was not answered within 30 s')))
    sent.on('error', reject).end(content)
  })
}
