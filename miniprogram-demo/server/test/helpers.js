// A cloud for a test, and the vendor's clients that talk to it.

import http from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../cloud/index.js'

const require = createRequire(import.meta.url)
const OSS = require('ali-oss')
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
    const request = http.request({ host: '127.0.0.1', port: cloud.port, method, path, headers: { host, ...headers }, agent: false }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }))
    })
    request.on('error', reject)
    request.end(body)
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

export { OSS, RPCClient }
