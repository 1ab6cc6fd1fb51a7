// A cloud for a test, and the vendor's clients that talk to it.

import http from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../cloud/index.js'

const require = createRequire(import.meta.url)
const OSS = require('ali-oss')
const signUtils = require('ali-oss/lib/common/signUtils')
const { RPCClient } = require('@alicloud/pop-core')

// ali-oss advises against STS tokens without a refresh function on each construction.
console.warn = () => {}

/** A cloud that is gone when the test is over. */
export async function cloudFor(test, options = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'cloud-'))
  const cloud = await startCloud({ dir, ...options })
  test.after(async () => {
    await cloud.stop()
    await rm(dir, { recursive: true, force: true })
  })
  return cloud
}

/** Leads every connection to the cloud, whatever host the client asked for. */
export function agentTo(cloud) {
  class ToCloud extends http.Agent {
    createConnection(options, connected) {
      return super.createConnection({ ...options, host: '127.0.0.1', hostname: '127.0.0.1', port: cloud.port }, connected)
    }
  }
  return new ToCloud()
}

const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'))

/** What an app gets for a new video, decoded. */
export function newVideo(cloud, options) {
  const answer = cloud.createVideo(options)
  return { ...answer, auth: decode(answer.UploadAuth), address: decode(answer.UploadAddress) }
}

/** ali-oss, as an app server or a browser would use it. */
export function ossClient(cloud, { auth, address }, options = {}) {
  const region = /oss-([a-z0-9-]+)\.aliyuncs/.exec(address.Endpoint)?.[1] ?? auth.Region
  return new OSS({
    accessKeyId: auth.AccessKeyId,
    accessKeySecret: auth.AccessKeySecret,
    stsToken: auth.SecurityToken,
    bucket: address.Bucket,
    endpoint: address.Endpoint.replace('https:', 'http:'),
    region: `oss-${region}`,
    agent: agentTo(cloud),
    ...options,
  })
}

/** pop-core, towards the VOD API of a region or towards STS. */
export function rpcClient(cloud, key, { host = 'vod.cn-shanghai.aliyuncs.com', apiVersion = '2017-03-21', method = 'POST' } = {}) {
  const client = new RPCClient({
    accessKeyId: key.AccessKeyId,
    accessKeySecret: key.AccessKeySecret,
    securityToken: key.SecurityToken,
    endpoint: cloud.url,
    apiVersion,
  })
  return (action, parameters = {}, options = {}) => client.request(action, parameters, { method, headers: { host }, ...options })
}

/** A request without any client library: status, headers and body as they came. */
export function send(cloud, { method = 'GET', host, path = '/', headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: cloud.port, method, path, headers: { ...(host && { host }), ...headers }, agent: false }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** A signed request made by hand, for what the vendor's client would never send. `extra` headers are sent but not signed. */
export function sendSigned(cloud, upload, { body, ...options }) {
  return send(cloud, { ...signed(cloud, upload, options), body })
}

/** The head of such a request. */
export function signed(cloud, { auth, address }, { method = 'GET', key = address.FileName, query = {}, headers = {}, extra = {}, v4 = true, at = cloud.clock(), region = 'cn-shanghai', host, without = [] }) {
  const time = new Date(at)
  const date = v4 ? time.toISOString().replace(/[-:]|\.\d+/g, '') : time.toUTCString()
  const sent = { 'x-oss-date': date, ...(v4 && { 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' }), ...(auth.SecurityToken && { 'x-oss-security-token': auth.SecurityToken }), ...headers }
  for (const name of without) delete sent[name]
  const queries = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value === '' ? null : value]))
  const authorization = v4
    ? signUtils.authorizationV4(auth.AccessKeyId, auth.AccessKeySecret, region, method, { headers: { 'x-oss-date': date, ...sent }, queries }, address.Bucket, key)
    : signUtils.authorization(auth.AccessKeyId, auth.AccessKeySecret, signUtils.buildCanonicalString(method, `/${address.Bucket}/${key}`, { headers: sent, parameters: query }))
  const search = new URLSearchParams(query).toString()
  const path = `/${encodeURIComponent(key).replaceAll('%2F', '/')}${search && `?${search}`}`
  return { method, path, host: host ?? `${address.Bucket}.oss-cn-shanghai.aliyuncs.com`, headers: { ...sent, ...extra, authorization } }
}

/** The fields of a form that ali-oss signed. */
export function signedFields(cloud, video, { version = 'V4', conditions = [], expiration = new Date(cloud.clock() + 300_000).toISOString(), at = cloud.clock(), region = 'cn-shanghai', unnamed }) {
  const client = ossClient(cloud, video, { region: `oss-${region}` })
  const token = { 'x-oss-security-token': video.auth.SecurityToken }
  if (version === 'V1') {
    const { policy, OSSAccessKeyId, Signature } = client.calculatePostSignature({ expiration, conditions })
    return { policy, OSSAccessKeyId, Signature, ...token }
  }
  const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = { 'x-oss-signature-version': 'OSS4-HMAC-SHA256', 'x-oss-credential': `${video.auth.AccessKeyId}/${date.slice(0, 8)}/${region}/oss/aliyun_v4_request`, 'x-oss-date': date }
  const policy = { expiration, conditions: [...conditions, ...Object.entries(scope).filter(([name]) => name !== unnamed).map(([name, value]) => ({ [name]: value }))] }
  return { policy: Buffer.from(JSON.stringify(policy)).toString('base64'), ...scope, 'x-oss-signature': client.signPostObjectPolicyV4(policy, new Date(at)), ...token }
}

/** A form as wx.uploadFile writes it; `late` fields stand after the file, where they do not belong; without `ends` it breaks off in the file. */
export function sendForm(cloud, bucket, fields, file, late = {}, { ends = true } = {}) {
  const boundary = '----wx0123456789'
  const write = (all) => Object.entries(all).filter(([, value]) => value !== undefined).map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')
  const opening = file ? `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n` : ''
  const body = Buffer.concat([Buffer.from(write(fields) + opening), file ?? Buffer.alloc(0), Buffer.from(ends ? `${file ? '\r\n' : ''}${write(late)}--${boundary}--\r\n` : '')])
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length }
  return send(cloud, { method: 'POST', host: `${bucket}.oss-cn-shanghai.aliyuncs.com`, headers, body })
}

/** The elements of an XML answer, by name. */
export function elements(answer) {
  const found = {}
  for (const [, name, value] of String(answer.body).matchAll(/<(\w+)>([^<]*)<\/\1>/g)) found[name] ??= value
  return found
}

/** Waits for an event of the cloud. */
export function eventOf(cloud, fits) {
  return new Promise((resolve) => {
    const stop = cloud.onEvent((event) => {
      if (!fits(event)) return
      stop()
      resolve(event)
    })
  })
}

/** The error a promise ends with. */
export async function refusalOf(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}
