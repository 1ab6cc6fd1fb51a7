// The constructor options (js-glue/README.md, "Options"): userId, region, retryCount, retryDuration, and those taken over from the vendor's other SDKs.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const thrown = (task) => {
  try {
    task()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

// ---- userId

for (const userId of [undefined, null, '', '  ']) {
  row(`userId ${JSON.stringify(userId)}: reported once as InvalidUserId, and the upload works`, async (t) => {
    const up = t.make({ userId })
    up.go()
    await up.wait('onUploadSucceed')
    assert.deepEqual(t.named('log').filter((one) => one.args[1].event === 'InvalidUserId').map((one) => one.args[0]), ['error'])
    assert.equal(t.phone.console.filter((one) => one.level === 'error' && /InvalidUserId/.test(one.text)).length, 1)
  })
}

for (const userId of [NaN, {}, true]) {
  row(`userId ${JSON.stringify(userId)}: the constructor throws InvalidUserId`, async (t) => {
    const error = thrown(() => new t.package({ userId }))
    assert.equal(error.code, 'InvalidUserId')
    assert.ok(error instanceof t.package.VODUploadError)
    assert.ok(error instanceof t.package.UploadError)
    assert.match(error.message, /userId/)
  })
}

for (const userId of ['25346073170691', 25346073170691, 0]) {
  row(`userId ${JSON.stringify(userId)} will do`, async (t) => {
    const up = t.make({ userId })
    up.go()
    await up.wait('onUploadSucceed')
  })
}

row('without new it cannot be called', { exceptions: 0 }, async (t) => {
  thrown(() => t.package({ userId: 1 }))
})

row('createUploader needs no userId', async (t) => {
  const up = t.promise({ userId: undefined })
  assert.equal((await up.call('upload', t.file())).state, 'Success')
})

// ---- region

for (const region of [undefined, null, '']) {
  row(`region ${JSON.stringify(region)} means cn-shanghai`, async (t) => {
    const up = t.make({ region }, 'sts')
    up.go()
    await up.wait('onUploadSucceed')
    assert.deepEqual([...new Set(t.asked('CreateUploadVideo').map((one) => one.host))], ['vod.cn-shanghai.aliyuncs.com'])
    assert.equal(up.list[0].region, 'cn-shanghai')
    assert.deepEqual(warnings(t), [])
  })
}

// Regions of the VOD API reference, "Endpoints". cn-hangzhou and ap-south-1 are on old lists only, and have no endpoint.
for (const region of ['cn-shanghai', 'cn-beijing', 'cn-shenzhen', 'cn-hongkong', 'ap-southeast-1', 'ap-southeast-5', 'ap-northeast-1', 'eu-central-1', 'us-west-1', 'me-central-1', 'cn-north-2-gov-1']) {
  row(`region ${region}, with both ways of authorisation`, async (t) => {
    const sts = t.make({ region }, 'sts')
    sts.go({ size: 300 * KB })
    await sts.end()
    assert.equal(sts.named('onUploadSucceed').length, 1)
    assert.equal(t.asked('CreateUploadVideo')[0].host, `vod.${region}.aliyuncs.com`)
    const auth = t.make({ region }, 'none', { onUploadstarted: (info) => void auth.give(info, t.permit(info, { region })) })
    auth.go({ size: 300 * KB, seed: 2 })
    await auth.end()
    assert.equal(auth.named('onUploadSucceed').length, 1)
    for (const { host } of t.cloud.requests.filter((one) => /Put|Post|Part|Upload$/.test(one.op) && one.host.includes('.oss-'))) assert.ok(host.endsWith(`.oss-${region}.aliyuncs.com`), host)
    assert.deepEqual(warnings(t), [])
  })
}

for (const region of ['oss-cn-beijing', 'oss-cn-beijing.aliyuncs.com', 'https://oss-cn-beijing-internal.aliyuncs.com']) {
  row(`region ${region}, as OSS spells it: cn-beijing, with a warning`, async (t) => {
    const up = t.make({ region }, 'sts')
    up.go()
    await up.wait('onUploadSucceed')
    assert.equal(t.asked('CreateUploadVideo')[0].host, 'vod.cn-beijing.aliyuncs.com')
    assert.deepEqual(t.named('log').filter(({ args: [level] }) => level === 'warn').map(({ args: [, { event }] }) => event), ['region-spelling'])
  })
}

row('a region nobody knows is a warning, not an error', async (t) => {
  const up = t.make({ region: 'xx-atlantis-1' }, 'none')
  await t.rest(0)
  assert.deepEqual(warnings(t).map((one) => one.region), ['xx-atlantis-1'])
  up.answers.onUploadstarted = (info) => void up.give(info, t.permit(info))
  up.go()
  await up.wait('onUploadSucceed')
})

row('without a log option the warning goes to the console', async (t) => {
  t.make({ region: 'xx-atlantis-1' }, 'none', {}, { without: ['log'] })
  await t.rest(0)
  assert.ok(t.phone.console.some((one) => one.level === 'warn' && /xx-atlantis-1/.test(one.text)))
})

row('the credential\'s own Region wins', async (t) => {
  const up = t.make({ region: 'cn-beijing' }, 'none', { onUploadstarted: (info) => void up.give(info, t.permit(info, { region: 'cn-shenzhen' })) })
  up.go({ size: 300 * KB })
  await up.wait('onUploadSucceed')
  assert.equal(up.list[0].region, 'cn-shenzhen')
  // And for this file only: the next one has the uploader's again.
  up.answers.onUploadstarted = (info) => {
    assert.equal(info.region, 'cn-beijing')
    up.give(info, t.permit(info, { region: 'cn-beijing' }))
  }
  up.go({ size: 300 * KB, seed: 2 })
  await up.wait('onUploadSucceed', (one) => one.info.region === 'cn-beijing')
})

// ---- retryCount, retryDuration

const broken = { when: { op: 'PutObject' }, times: Infinity, do: { dropAfterBytes: 10 } }

for (const [retryCount, attempts] of [[undefined, 4], [0, 1], [1, 2], [5, 6]]) {
  row(`retryCount ${retryCount}: ${attempts} attempts, then NetworkError`, async (t) => {
    t.cloud.faults.add(broken)
    const up = t.make({ retryCount })
    up.go()
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], 'NetworkError')
    assert.equal(t.asked('PutObject').length, attempts)
    assert.equal(failed.info.state, 'Failure')
    await up.end()
  })
}

row('retryCount is per request, not per file', async (t) => {
  // Each of the parts fails once; a single attempt more is enough for all of them.
  t.cloud.faults.add({ when: { op: 'UploadPart', test: (one) => t.asked('UploadPart', (other) => other.partNumber === one.partNumber).length === 1 }, times: Infinity, do: { dropAfterBytes: 10 } })
  const up = t.make({ retryCount: 1, partSize: 100 * KB, parallel: 2 })
  up.go({ size: 1000 * KB })
  await up.wait('onUploadSucceed')
  assert.ok(t.asked('UploadPart').length >= 20)
})

for (const value of [-1, 1.5, 'three', '', NaN, Infinity, true, {}]) {
  row(`retryCount ${JSON.stringify(value)} throws`, async (t) => {
    const error = thrown(() => new t.package({ userId: 1, retryCount: value }))
    assert.equal(error.code, 'InvalidOption')
    assert.match(error.message, /retryCount/)
    assert.ok(error instanceof t.package.VODUploadError)
  })
}

for (const [retryDuration, least] of [[undefined, 2000], [0, 0], [0.5, 500], [10, 10000]]) {
  row(`retryDuration ${retryDuration}: the first retry waits ${least} ms, later ones no less`, async (t) => {
    t.cloud.faults.add(broken)
    const up = t.make({ retryDuration })
    up.go()
    await up.wait('onUploadFailed')
    const at = t.asked('PutObject').map((one) => one.at)
    const waits = at.slice(1).map((time, i) => time - at[i])
    assert.ok(waits[0] >= least && waits[0] < least * 1.6 + 400, `first ${waits}`)
    for (const wait of waits) assert.ok(wait >= least - 1, `waits ${waits}`)
  })
}

for (const [name, value] of [
  ['retryDuration', -1], ['retryDuration', '2 s'], ['timeout', 0], ['timeout', 'a minute'], ['partSize', 1000], ['partSize', 102400.5], ['parallel', -2], ['parallel', 'five'],
  ['parallelFiles', 0], ['parallelFiles', 1.5], ['progressScale', 50], ['signature', 'v2'], ['integrity', 'md5'], ['transport', 'carrier pigeon'], ['getAuth', 'x'], ['getSTSToken', {}],
]) {
  row(`${name} ${JSON.stringify(value)} throws InvalidOption, naming it`, async (t) => {
    const error = thrown(() => new t.package({ userId: 1, [name]: value }))
    assert.equal(error.code, 'InvalidOption')
    assert.ok(error.message.includes(name), error.message)
  })
}

row('numbers as text, as input fields give them', async (t) => {
  const up = t.make({ timeout: '60000', partSize: '204800', parallel: '5', retryCount: '3', retryDuration: '2' })
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  assert.equal(t.asked('UploadPart').length, 6)
})

row('getAuth and getSTSToken together throw', async (t) => {
  assert.equal(thrown(() => new t.package({ userId: 1, getAuth() {}, getSTSToken() {} })).code, 'InvalidOption')
})

row('null is as good as not given, for every option', async (t) => {
  const names = ['region', 'retryCount', 'retryDuration', 'timeout', 'partSize', 'parallel', 'parallelFiles', 'cname', 'signature', 'integrity', 'checkpoint', 'transport', 'progressScale', 'wasmPath', 'fallback', 'getAuth', 'getSTSToken']
  const up = t.make(Object.fromEntries(names.map((name) => [name, null])))
  up.go({ size: 2 * MB })
  await up.wait('onUploadSucceed')
})

row('the app\'s options object is not changed', async (t) => {
  const given = t.inner({ userId: 'u', retryCount: 0, region: 'cn-beijing' })
  const before = JSON.stringify(given)
  new t.package(Object.freeze(given))
  await t.rest()
  assert.equal(JSON.stringify(given), before)
})

// ---- taken over from the official SDKs

row('timeout: ms of one request', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, times: Infinity, do: { stall: true } })
  const up = t.make({ timeout: 7000, retryCount: 1, retryDuration: 1 })
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'RequestTimeout')
  const [first, second] = t.asked('PutObject').map((one) => one.at)
  assert.ok(second - first > 7900 && second - first < 10500, `${second - first}`)
})

row('timeout is 60 s by default', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { stall: true } })
  const up = t.make({ retryDuration: 0 })
  up.go()
  await up.wait('onUploadSucceed')
  const [first, second] = t.asked('PutObject').map((one) => one.at)
  assert.ok(second - first > 59900 && second - first < 62000, `${second - first}`)
})

row('partSize: the bytes of a part', async (t) => {
  const up = t.make({ partSize: 200 * KB })
  up.go({ size: 1000 * KB })
  await up.wait('onUploadSucceed')
  assert.deepEqual(t.cloud.objects()[0].parts, Array(5).fill(200 * KB))
})

for (const [parallel, peak] of [[1, 1], [3, 3], [50, 8]]) {
  row(`parallel ${parallel}: ${peak} at once`, async (t) => {
    t.phone.setUplink(4 * MB)
    const up = t.make({ parallel, partSize: 100 * KB })
    up.go({ size: 3 * MB })
    await up.wait('onUploadSucceed')
    assert.equal(t.phone.meter.peakRequests, peak)
  })
}

row('cname: the endpoint is the host, without the bucket before it', async (t) => {
  t.cloud.bindCname('upload.example.net', t.cloud.bucketOf('cn-shanghai'))
  const up = t.make({ cname: true, partSize: 100 * KB })
  up.go({ size: 300 * KB, target: ['https://upload.example.net', null, null] })
  await up.wait('onUploadSucceed')
  assert.deepEqual([...new Set(t.cloud.requests.map((one) => one.host))], ['upload.example.net'])
})

row('enableUploadProgress and localCheckpoint are accepted and change nothing', async (t) => {
  for (const [seed, enableUploadProgress, localCheckpoint] of [[1, true, true], [2, false, false]]) {
    const up = t.make({ enableUploadProgress, localCheckpoint, partSize: 100 * KB })
    up.go({ size: 300 * KB, seed })
    await up.wait('onUploadSucceed')
    assert.ok(up.named('onUploadProgress').length > 1)
  }
  assert.ok(t.cloud.requests.every((one) => /oss-/.test(one.host)), 'nothing is reported to anybody')
})

function warnings(t) {
  return t.named('log').filter((one) => /warn|error/.test(one.args[0])).map((one) => one.args[1])
}

// ---- what is refused

for (const [name, value] of [['retryCount', 'often'], ['timeout', '1 min'], ['partSize', -1], ['parallel', 1.5], ['signature', 'v2'], ['transport', 'put'], ['integrity', 'md5'], ['progressScale', 10]]) {
  row(`${name}: ${JSON.stringify(value)} is refused, and quoted`, async (t) => {
    const { code, message } = thrown(() => t.make({ [name]: value }))
    assert.equal(code, 'InvalidOption')
    assert.ok(message.startsWith(`${name} must be `) && message.endsWith(`not ${JSON.stringify(value)}.`), message)
  })
}
