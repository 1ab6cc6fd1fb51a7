// What code in public mini programs and web pages does, and what apps do to the objects they hold.
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const logged = (t, event) => t.named('log').filter((one) => one.args[1].event === event)

// ---- credentials that do not come

row('no credential for a minute: a warning names the file and what is awaited, and again each minute', async (t) => {
  const up = t.make({}, 'none')
  up.go({ name: 'Holiday.mp4' })
  const { at } = await up.wait('onUploadstarted')
  await t.wait('log', () => logged(t, 'credential-missing').length === 3)
  const warnings = logged(t, 'credential-missing')
  assert.deepEqual(warnings.map((one) => Math.round((one.at - at) / 1000)), [60, 120, 180])
  assert.equal(warnings[0].args[0], 'warn')
  assert.match(warnings[0].args[1].message, /Holiday\.mp4 .*setUploadAuthAndAddress/)
  up.give(up.list[0])
  await up.wait('onUploadSucceed')
  await t.rest(120_000)
  assert.equal(logged(t, 'credential-missing').length, 3)
})

row('a credential that came in time is not asked for again', async (t) => {
  const up = t.make()
  up.go()
  await up.wait('onUploadSucceed')
  await t.rest(180_000)
  assert.equal(logged(t, 'credential-missing').length, 0)
})

// ---- names of the web SDK

row('init() warns what to use instead', async (t) => {
  const up = t.make({}, 'none')
  assert.equal(up.call('init'), undefined)
  await t.rest(10)
  assert.match(logged(t, 'init')[0].args[1].message, /new VODUpload/)
})

row('resumeUploadWithToken is resumeUploadWithSTSToken', async (t) => {
  const up = t.make({}, 'sts', {
    onUploadTokenExpired() {
      const token = t.cloud.accounts.sts()
      assert.equal(up.call('resumeUploadWithToken', token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration), true)
    },
  })
  t.cloud.faults.add({ when: { op: 'CreateUploadVideo' }, do: { status: 403, code: 'InvalidSecurityToken.Expired' } })
  up.go()
  await up.wait('onUploadSucceed')
})

row('resumeUploadWithAuth takes the answer of RefreshUploadVideo', async (t) => {
  t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'SecurityTokenExpired' } })
  const up = t.make({}, 'auth', {
    onUploadTokenExpired(info) {
      assert.equal(up.call('resumeUploadWithAuth', t.inner({ RequestId: '1' })), false)
      assert.equal(up.call('resumeUploadWithAuth', t.inner(t.permit(info))), true)
    },
  })
  up.go()
  await up.wait('onUploadSucceed')
  assert.match(logged(t, 'upload-auth')[0].args[1].message, /RequestId/)
})

// ---- checkpoints

row('getCheckpoint, unfinished and uploadInfo.checkpoint show what is stored, also after a restart', { switches: { 'fs.tempAfterRestart': 'there' } }, async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  assert.equal(up.call('getCheckpoint', t.inner({ url: 'wxfile://unknown.mp4' })), undefined)
  const url = up.go({ size: 6 * MB, name: 'Holiday.mp4' })
  await up.wait('onUploadProgress', (one) => one.args[2] > 60)
  const { videoId } = up.list[0]
  t.restart()
  const again = t.make({ partSize: 100 * KB }, 'none')
  const [one, ...others] = JSON.parse(JSON.stringify(again.call('unfinished')))
  assert.deepEqual(others, [])
  assert.deepEqual({ ...one, loaded: 0, savedAt: 0 }, { name: 'Holiday.mp4', size: 6 * MB, url, videoId, loaded: 0, total: 6 * MB, savedAt: 0 })
  assert.ok(one.loaded > 0 && one.loaded <= 6 * MB && one.savedAt > 0)
  const stored = { videoId, loaded: one.loaded, total: 6 * MB, savedAt: one.savedAt }
  assert.deepEqual(JSON.parse(JSON.stringify(again.call('getCheckpoint', t.inner({ url })))), stored)
  assert.deepEqual(JSON.parse(JSON.stringify(again.call('getCheckpoint', t.inner({ url: 'wxfile://other', name: 'Holiday.mp4', size: 6 * MB })))), stored)
  assert.deepEqual(JSON.parse(JSON.stringify(again.call('getCheckpoint', t.inner({ name: 'Holiday.mp4', size: 6 * MB })))), stored)
  assert.equal(again.call('getCheckpoint', t.inner({ name: 'Holiday.mp4' })), undefined)
  assert.deepEqual(t.make({ userScope: 'another' }, 'none').call('unfinished').length, 0)
  again.add({ url, name: 'Holiday.mp4' })
  assert.deepEqual(JSON.parse(JSON.stringify(again.list[0].checkpoint)), stored)
  again.start()
  const { live } = await again.wait('onUploadstarted')
  again.give(live)
  await again.wait('onUploadSucceed')
  assert.equal(again.call('unfinished').length, 0)
})

// ---- pauses

row('pauseFile: its requests end, the next file goes on; startUpload and resumeFile take it up again', async (t) => {
  t.phone.setUplink(MB)
  const up = t.make({ partSize: 100 * KB })
  up.add({ url: t.file({ size: 3 * MB }) })
  up.add({ url: t.file({ size: 3 * MB, seed: 2 }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.args[2] > 20)
  assert.equal(up.call('pauseFile', 0), true)
  assert.equal(up.call('pauseFile', 0), false)
  assert.equal(up.call('pauseFile', 7), false)
  await up.wait('onUploadProgress', (one) => one.info.url === up.list[1].url)
  assert.deepEqual(up.states, ['Stoped', 'Uploading'])
  assert.equal(up.call('resumeFile', 0), true)
  await up.end()
  assert.deepEqual(up.states, ['Success', 'Success'])
  assert.equal(t.asked('InitiateMultipartUpload').length, 2, 'what was stored was kept')
})

// ---- the end of a run

row('onUploadEnd counts how many succeeded, failed and were canceled', async (t) => {
  const up = t.make()
  up.add({ url: t.file() })
  up.add({ url: 'wxfile://tmp_gone.mp4' })
  up.add({ url: t.file({ seed: 3, size: MB }) })
  up.answers.onUploadFailed = () => void up.call('cancelFile', 2)
  up.start()
  const { args } = await up.end()
  assert.deepEqual(args[1], { succeeded: 1, failed: 1, canceled: 1 })
})

// ---- the uploader in page data

row('the uploader works from a copy of its own keys, behind a proxy, and serialises small', async (t) => {
  const up = t.make()
  const { uploader } = up
  assert.ok(JSON.stringify(uploader).length < 100)
  for (const key of Object.keys(uploader)) assert.equal(typeof uploader[key], 'function', key)
  up.uploader = Object.assign({}, uploader)
  up.go()
  await up.wait('onUploadSucceed')
  up.uploader = new Proxy(uploader, {})
  up.go({ seed: 2 })
  await up.wait('onUploadSucceed', (one) => one.info.url === up.list[1].url)
})

// ---- what the app holds is the app's

const deepFreeze = (value) => {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
}

for (const callback of ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed']) {
  row(`uploadInfo frozen in ${callback}: the upload and the next one do not notice`, async (t) => {
    t.phone.setUplink(2 * MB)
    const up = t.make({ partSize: 100 * KB }, 'auth')
    const given = up.answers[callback]
    up.answers[callback] = (info, ...more) => {
      deepFreeze(info)
      if (given) given(info, ...more)
    }
    up.add(t.file({ size: MB }))
    up.add(t.file({ size: MB, seed: 2 }))
    up.start()
    const { args } = await up.end()
    assert.deepEqual(args[1], { succeeded: 2, failed: 0, canceled: 0 })
    assert.equal(t.cloud.videos.size, 2)
    assert.deepEqual(Array.from(up.list, (info) => [info.state, info.fileSize, t.cloud.videos.has(info.videoId)]), [['Success', MB, true], ['Success', MB, true]])
  })
}

row('options, files and the list frozen; the list shows what was added all the same', async (t) => {
  const up = t.make()
  up.add({ url: t.file(), size: 40 * KB })
  deepFreeze(up.list)
  up.add({ url: t.file({ seed: 2 }), size: 40 * KB })
  assert.equal(up.list.length, 2)
  up.start()
  const { args } = await up.end()
  assert.equal(args[1].succeeded, 2)
  assert.equal(up.call('deleteFile', 0), true)
  assert.equal(up.list.length, 1)
})

row('an index means what the list shows, sorted or emptied by the app', async (t) => {
  const up = t.make({}, 'none')
  for (const name of ['a', 'b', 'c']) up.add({ url: `wxfile://${name}.mp4` })
  up.list.reverse()
  up.call('cancelFile', 0)
  assert.deepEqual(Array.from(up.list, (info) => [info.url, info.state]), [['wxfile://c.mp4', 'Canceled'], ['wxfile://b.mp4', 'Ready'], ['wxfile://a.mp4', 'Ready']])
  assert.equal(up.call('deleteFile', 2), true)
  assert.deepEqual(Array.from(up.list, (info) => info.url), ['wxfile://c.mp4', 'wxfile://b.mp4'])
  up.list.length = 0
  assert.equal(up.call('cancelFile', 0), false)
})

row('an info with traps that throw, and a list of copies', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: t.file() })
  up.list[0] = JSON.parse(JSON.stringify(up.list[0]))
  up.start()
  const { live } = await up.wait('onUploadstarted')
  const hostile = new Proxy(live, { get: () => { throw new Error('mine') } })
  assert.equal(up.give(live, t.permit(live)), true)
  assert.equal(up.call('setUploadAuthAndAddress', hostile, 'a', 'b', 'c'), false)
  await up.wait('onUploadSucceed')
  assert.equal(up.call('deleteFile', 0), true)
})

// ---- pictures

row('a picture: videoId and imageId are what the app passed', async (t) => {
  const up = t.make({}, 'none', {
    onUploadstarted(info) {
      const { UploadAuth, UploadAddress } = t.permit(info)
      up.call('setUploadAuthAndAddress', info, UploadAuth, UploadAddress, 'picture-7')
    },
  })
  up.go({ name: 'photo.jpg' })
  const { info } = await up.wait('onUploadSucceed')
  assert.deepEqual([info.videoId, info.imageId], ['picture-7', 'picture-7'])
})

// ---- too many requests

row('"exceed max upload connection count" for 20 s is waited for and costs no retry', async (t) => {
  const up = t.make({ retryCount: 0 })
  const until = t.clock.now() + 20_000
  const wx = t.phone.eval('return wx')
  const { request } = wx
  wx.request = (options) => {
    if (t.clock.now() >= until) return request(options)
    Promise.resolve().then(() => options.fail({ errMsg: 'request:fail exceed max upload connection count' }))
    return { abort() {} }
  }
  up.go({ size: MB })
  await up.wait('onUploadSucceed')
  assert.ok(t.clock.now() >= until)
})

// ---- objects without a prototype, and prototypes that another library has extended

row('options and files without a prototype', async (t) => {
  const bare = t.phone.eval('return function bare(fields) { return Object.assign(Object.create(null), fields) }')
  const up = t.make({}, 'auth')
  up.uploader = t.phone.app.within(() => new t.package(bare(t.phone.app.options(up.id, '{"userId":"1","partSize":102400}', up.answers, []))))
  up.add(bare({ url: t.file({ size: 400 * KB }), uid: 3 }))
  up.start()
  const { info } = await up.wait('onUploadSucceed')
  assert.deepEqual([info.file.uid, t.asked('UploadPart').length], [3, 4])
})

row('Object, Array and String extended with enumerable members by another library', async (t) => {
  t.phone.eval('Object.prototype.retryCount = "extended"; Object.prototype.each = Array.prototype.each = String.prototype.each = function () {}')
  const up = t.make({ partSize: 100 * KB }, 'getAuth')
  up.add({ url: t.file({ size: 400 * KB }), uid: 3 })
  up.add({ url: t.file({ name: 'photo.png', seed: 2 }) })
  up.start()
  const { args: [, summary] } = await up.end()
  assert.deepEqual(summary, { succeeded: 2, failed: 0, canceled: 0 })
  assert.deepEqual(Object.keys(up.list[0].file), ['url', 'uid', 'name', 'size', 'type'])
})
