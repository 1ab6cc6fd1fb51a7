// The vendor's documentation samples: they run as they stand there, or fail with the error the README promises.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const personas = ['ios', 'android', 'old']

/** The sample in the phone, and what it logs. */
function open(t, name, ...args) {
  const lines = []
  let onLine = () => {}
  const log = (line) => {
    lines.push(line)
    onLine(line)
  }
  const sample = t.phone.require(`./samples/${name}.js`)(t.package, ...args, log)
  const until = (pattern) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`never printed ${pattern}: ${lines.join(' | ')}`)), 60_000)
    onLine = (line) => {
      if (!pattern.test(line)) return
      clearTimeout(timer)
      resolve(line)
    }
    lines.forEach(onLine)
  })
  return { sample, lines, until }
}

const choose = (t, { thumb, ...file } = {}) => {
  const path = t.file(file)
  t.phone.choices.push({ path, thumb: thumb && t.file({ name: 'thumb.jpg', size: 9 * KB, seed: 8 }) })
  return path
}

row('credential sample: a film', { personas }, async (t) => {
  const path = choose(t, { size: 2 * MB, thumb: true })
  const { sample, lines, until } = open(t, 'credential', t.inner({}))
  sample.chooseVideo('{"Vod":{}}')
  await until(/onUploadEnd/)
  const name = path.split('/').pop()
  assert.equal(lines[0], 'addFile:true')
  assert.match(lines[1], new RegExp(`^onUploadStarted:${name}, endpoint:, bucket:, object:$`))
  assert.ok(lines.some((line) => line.startsWith(`onUploadSucceed: ${name}, endpoint:https://oss-cn-shanghai.aliyuncs.com, bucket:outin-`)))
  assert.equal(lines.filter((line) => /undefined|NaN/.test(line)).length, 0, lines.join('\n'))
  assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
})

row('credential sample: Math.ceil(progress * 100) with progressScale 1, as the README says', async (t) => {
  t.phone.setUplink(2 * MB)
  choose(t, { size: 2 * MB })
  const { sample, lines, until } = open(t, 'credential', t.inner({ progressScale: 1 }))
  sample.chooseVideo('{"Vod":{}}')
  await until(/onUploadEnd/)
  const percents = lines.flatMap((line) => (/percent:(.*)/.exec(line)?.[1] ?? []))
  assert.ok(percents.every((one) => one >= 0 && one <= 100))
  assert.equal(percents.at(-1), '100')
})

row('credential sample: the token expires', async (t) => {
  t.cloud.faults.add({ when: { op: /UploadPart|PutObject/ }, do: { expireCredential: true } })
  choose(t, { size: MB })
  const { sample, lines, until } = open(t, 'credential', t.inner({}))
  sample.chooseVideo('{"Vod":{}}')
  await until(/onUploadEnd/)
  assert.equal(lines.filter((line) => line === 'onUploadTokenExpired').length, 1)
  assert.ok(lines.some((line) => line.startsWith('onUploadSucceed')))
})

row('credential sample: the server refuses, and the sample calls stopUpload in onUploadstarted\'s answer', async (t) => {
  t.cloud.faults.add({ when: { op: 'AppCreate' }, do: { status: 500 } })
  choose(t)
  const { sample, until, lines } = open(t, 'credential', t.inner({}))
  sample.chooseVideo('{"Vod":{}}')
  await until(/the server said no/)
  assert.equal(sample.uploader.listFiles()[0].state, 'Stoped')
  sample.uploader.startUpload()
  await until(/onUploadEnd/)
  assert.ok(lines.some((line) => line.startsWith('onUploadSucceed')))
})

row('credential sample: a picture', { personas }, async (t) => {
  choose(t, { name: 'photo.png' })
  const { sample, lines, until } = open(t, 'credential', t.inner({}))
  sample.chooseImage('{"Vod":{}}')
  await until(/onUploadEnd/)
  assert.ok(lines.some((line) => line.startsWith('onUploadSucceed')), lines.join('\n'))
  assert.equal(t.cloud.images.size, 1)
})

row('list sample', async (t) => {
  choose(t)
  const { sample, lines, until } = open(t, 'credential', t.inner({}))
  sample.chooseVideo('{"Vod":{}}')
  await until(/onUploadEnd/)
  sample.list()
  assert.match(lines.at(-1), /^file:\S+\.mp4 state:Success, bucket:outin-\S+, object:sv\/\S+$/)
})

row('STS sample: a film with title, tags and cover', { personas }, async (t) => {
  choose(t, { size: 2 * MB, thumb: true })
  const { sample, lines, until } = open(t, 'sts')
  sample.chooseVideo('{"Vod":{"Title":"test","CateId":"234","Tags":"a,b"}}')
  await until(/onUploadEnd/)
  assert.ok(lines.some((line) => /^onUploadSucceed: \S+\.mp4 [0-9a-f]{32}$/.test(line)), lines.join('\n'))
  const [video] = t.cloud.videos.values()
  assert.deepEqual([video.title, video.parameters.CateId, video.parameters.Tags], ['test', '234', 'a,b'])
  assert.ok(video.parameters.CoverURL)
})

row('STS sample: the token expires in the API call', async (t) => {
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { expireCredential: true } })
  choose(t)
  const { sample, lines, until } = open(t, 'sts')
  sample.chooseVideo('{"Vod":{}}')
  await until(/onUploadEnd/)
  assert.ok(lines.includes('onUploadTokenExpired'))
  assert.ok(lines.some((line) => line.startsWith('onUploadSucceed')))
})

row('userData sample, whose JSON has a stray quote: addFile false, InvalidParamData says where', { personas }, async (t) => {
  const path = choose(t)
  const { sample, lines, until } = open(t, 'credential', t.inner({}))
  sample.chooseVideo('{"Vod":{"Title":"test","CateId":"234"}"}')
  const line = await until(/onUploadFailed/)
  assert.equal(lines[0], 'addFile:false')
  assert.match(line, /code:InvalidParamData/)
  assert.match(line, /line 1, column 39/)
  assert.ok(line.includes(path.split('/').pop()))
})
