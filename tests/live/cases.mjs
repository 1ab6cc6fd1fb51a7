// What is tried, the quick things first. Each case begins with a phone of its own and returns what is worth a note; what is wrong is thrown.
const KB = 1024
const MB = 1024 * KB

const PARTS = { partSize: 256 * KB, parallel: 3 }

export const cases = [
  { title: 'a video in one piece, credential flow, V4 signature', run: (t) => simple(t, { size: 60 * KB }) },
  { title: 'a video in parts, credential flow, V4 signature', run: (t) => simple(t, { size: 2 * MB + 1, options: PARTS }) },
  { title: 'a video in parts, credential flow, V1 signature', run: (t) => simple(t, { size: 2 * MB + 1, options: { ...PARTS, signature: 'v1' } }) },
  { title: 'a video by one form POST, as through wx.uploadFile', run: (t) => simple(t, { size: 300 * KB, options: { transport: 'uploadFile' } }) },
  { title: 'a picture, credential flow', run: (t) => simple(t, { size: 60 * KB, name: 'picture.png' }) },
  { title: 'a video, STS flow: the package calls VOD itself', needsRole: true, run: (t) => simple(t, { size: MB, flow: 'sts', options: PARTS }) },
  { title: 'a picture, STS flow', needsRole: true, run: (t) => simple(t, { size: 60 * KB, name: 'picture.png', flow: 'sts' }) },
  { title: 'killed half-way and resumed: what is stored is not sent again', run: resume },
  { title: 'canceled half-way: nothing is left in the bucket', run: cancel },
  { title: 'a phone whose clock is 20 minutes slow', run: (t) => simple(t, { size: MB, options: PARTS, skewMs: -20 * 60_000 }) },
  { title: 'a credential that OSS does not take is renewed', run: renew },
  { title: 'a credential that expires on the way is renewed', slow: true, run: expiry },
]

async function simple(t, upload) {
  const { session } = t.begin(upload)
  return t.verify(await t.succeed(session))
}

async function resume(t) {
  const upload = { size: 3 * MB, options: PARTS }
  const { session, path } = t.begin({ ...upload, uplink: MB })
  await t.wait(session, 'progress', (one) => one.percent > 40)
  session.restart()
  session.phone.setUplink(null)
  const stored = new Set(t.partsAnswered(session))
  const since = session.phone.meter.answered.length
  t.add(session, { ...upload, path })
  const info = await t.succeed(session)
  // Answers of the very moment of the kill were not noted down: one for each request under way.
  const again = t.partsAnswered(session, since).filter((number) => stored.has(number))
  if (again.length > PARTS.parallel) throw new Error(`parts ${again.join(', ')} were stored and sent again`)
  return `${stored.size} parts stored before the kill, ${again.length} of them sent again; ${await t.verify(info)}`
}

async function cancel(t) {
  const { session } = t.begin({ size: 3 * MB, options: PARTS, uplink: MB })
  const { info } = await t.wait(session, 'progress', (one) => one.percent > 20)
  const [uploadId] = t.uploadIds(session)
  session.call('cancelFile', 0)
  await t.wait(session, 'canceled')
  await t.until(() => session.phone.meter.answered.some((one) => one.method === 'DELETE'), 'no request to abort the upload went out')
  const { status } = session.phone.meter.answered.find((one) => one.method === 'DELETE')
  const { client, key } = t.vendor(await t.account.refreshVideo(info.videoId))
  const answer = await client.listParts(key, uploadId).then(({ parts }) => `${parts.length} parts still there`, t.refusal)
  if (/still there/.test(answer)) throw new Error(`AbortMultipartUpload was answered by ${status}, and there are ${answer}`)
  return `AbortMultipartUpload: ${status}; ListParts then: ${answer}`
}

async function renew(t) {
  const { session } = t.begin({ size: MB, options: PARTS, flow: 'none' })
  await t.wait(session, 'started')
  const answer = await t.account.createVideo({ FileName: 'video.mp4' })
  const auth = JSON.parse(Buffer.from(answer.UploadAuth, 'base64').toString('utf8'))
  const refused = Buffer.from(JSON.stringify({ ...auth, SecurityToken: `${auth.SecurityToken.slice(0, -8)}AAAAAAAA` })).toString('base64')
  t.account.secrets.add(refused)
  session.phone.app.give(refused, answer.UploadAddress, answer.VideoId)
  await t.wait(session, 'expired')
  session.call('resumeUploadWithAuth', answer.UploadAuth)
  const info = await t.succeed(session)
  return `OSS answered ${t.refusals(session).join(', ')}; ${await t.verify(info)}`
}

/** The link is made so slow that the file takes longer than the credential lives. */
async function expiry(t) {
  const first = await t.account.createVideo({ FileName: 'video.mp4' })
  const { client, key, secondsLeft } = t.vendor(first)
  const size = 12 * MB
  const { session } = t.begin({ size, options: { partSize: 100 * KB, parallel: 2 }, uplink: size / (secondsLeft + 120) })
  const beyond = (secondsLeft + 1800) * 1000
  await t.wait(session, 'expired', () => true, beyond)
  session.phone.setUplink(null)
  const info = await t.succeed(session)
  await t.sleep(30_000)
  const answer = await client.head(key).then(() => 'taken', t.refusal)
  return `after ${secondsLeft} s; OSS answered ${t.refusals(session).join(', ') || 'nothing, it was renewed ahead of time'}, and to HeadObject with an old credential ${answer}; ${await t.verify(info)}`
}
