// Where the phone's requests go and how the vendor's own client gets there: the real cloud, or what a test puts in its place.
import { createRequire } from 'node:module'
import { createClock } from '../e2e/phone/clock.mjs'

const OSS = createRequire(new URL('../../miniprogram-demo/server/package.json', import.meta.url))('ali-oss')

/** `config`: how the app server finds VOD. `reach(host)`: where the phone finds a host. `oss`: options of ali-oss. */
export const realWorld = (config) => ({
  config,
  clock: createClock(),
  reach: (host) => ({ protocol: 'https:', host, port: 443 }),
  oss: { secure: true },
})

const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'))

/** The vendor's client with what VOD answered for one video or image, and the key it may use. */
export function vendorClient(world, { UploadAuth, UploadAddress }) {
  const auth = decode(UploadAuth)
  const address = decode(UploadAddress)
  const region = /oss-([a-z0-9-]+)\.aliyuncs/.exec(address.Endpoint)?.[1]
  const client = new OSS({
    accessKeyId: auth.AccessKeyId,
    accessKeySecret: auth.AccessKeySecret,
    stsToken: auth.SecurityToken,
    // It asks for a refresh function at each construction, and is used for a minute.
    refreshSTSToken: async () => ({ accessKeyId: auth.AccessKeyId, accessKeySecret: auth.AccessKeySecret, stsToken: auth.SecurityToken }),
    refreshSTSTokenInterval: 0x7fffffff,
    bucket: address.Bucket,
    endpoint: world.oss.secure ? address.Endpoint : address.Endpoint.replace('https:', 'http:'),
    region: region ? `oss-${region}` : undefined,
    retryMax: 0,
    ...world.oss,
  })
  return { client, key: address.FileName, secondsLeft: Number(auth.Expiration), auth }
}

/** `403 AccessDenied`, from an error of ali-oss. */
export const refusal = (error) => `${error.status > 0 ? `${error.status} ` : ''}${error.code ?? error.name}`
