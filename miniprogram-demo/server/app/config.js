// Where the app server finds VOD: in the real cloud when there is a key in the environment, else in the local one.

const DEFAULT_REGION = 'cn-shanghai'

/** @returns the real cloud's configuration, or undefined when the environment names no key */
export function realCloud(env) {
  const accessKeyId = env.ALIBABA_CLOUD_ACCESS_KEY_ID
  const accessKeySecret = env.ALIBABA_CLOUD_ACCESS_KEY_SECRET
  if (!accessKeyId && !accessKeySecret) return undefined
  if (!accessKeyId || !accessKeySecret) throw new Error('set both ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or neither')
  const region = env.VOD_REGION || DEFAULT_REGION
  return {
    accessKeyId,
    accessKeySecret,
    securityToken: env.ALIBABA_CLOUD_SECURITY_TOKEN || undefined,
    region,
    roleArn: env.ALIBABA_CLOUD_ROLE_ARN || undefined,
    vodEndpoint: `https://vod.${region}.aliyuncs.com`,
    stsEndpoint: `https://sts.${region}.aliyuncs.com`,
  }
}

/** The local cloud answers for both services at one address, by the Host header. */
export function localCloud(cloud, agent, region = DEFAULT_REGION) {
  const key = cloud.accounts.longTerm()
  return {
    accessKeyId: key.AccessKeyId,
    accessKeySecret: key.AccessKeySecret,
    region,
    roleArn: 'acs:ram::1000000000000000:role/local-uploader',
    vodEndpoint: cloud.url,
    stsEndpoint: cloud.url,
    headersFor: (service) => ({ host: `${service}.${region}.aliyuncs.com`, 'user-agent': agent }),
    clock: cloud.clock,
  }
}
