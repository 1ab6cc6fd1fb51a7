// The samples of the READMEs run as they are printed: a mini program is put together from a document's code blocks, and its files arrive in the local cloud.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CodePackage } from '../phone/index.mjs'
import { samplesOf } from '../support/samples.mjs'
import { isBuilt, openSession, packageRoot, seedOf } from '../support/session.mjs'
import { KB } from './kit.mjs'

const samplesIn = (name) => samplesOf(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'))

/** A phone with the samples of a document in it. */
function sample(title, document, work) {
  test(`${document}: ${title}`, { timeout: 120_000, skip: isBuilt ? false : 'the package is not built: cargo xtask build' }, async () => {
    const session = await openSession({ seed: seedOf(), stallMs: 300, switches: { 'fs.tempAfterRestart': 'there' } })
    const { phone, cloud, seed } = session
    try {
      const launch = () => phone.launch(new CodePackage({ 'app.js': 'App({})', ...Object.fromEntries(samplesIn(document)) }).addNpm(packageRoot))
      launch()
      phone.wx.setStorageSync('session', 'a.user.logged-in')
      await work({ phone, cloud, launch, path: phone.disk.addTemp({ name: 'film.mp4', size: 300 * KB, seed: 1 }) })
      assert.deepEqual(phone.violations, [], 'WeChat would have refused something')
      assert.equal(phone.errors.length, 0, `exceptions: ${phone.errors.map((error) => error?.stack ?? error).join('\n')}`)
    } catch (error) {
      error.message += `\n  E2E_SEED=${seed}\n  ${phone.console.map((line) => line.text).join('\n  ')}`
      throw error
    } finally {
      await session.close()
    }
  })
}

/** Resolves with the first console line that fits. */
function printed(phone, pattern) {
  const lines = phone.console
  return new Promise((resolve) => {
    lines.push = (...more) => {
      for (const { text } of more) if (pattern.test(text)) resolve(text)
      return Array.prototype.push.apply(lines, more)
    }
  })
}

async function arrived({ phone, cloud, path }, videoId) {
  assert.ok(cloud.videos.has(videoId), `${videoId} is none of ${[...cloud.videos.keys()]}`)
  const [object, ...others] = cloud.objects()
  assert.equal(others.length, 0)
  assert.equal(await object.sha256(), await phone.disk.sha256(path))
}

const VIDEO_ID = /^[0-9a-f]{32}$/

for (const document of ['README.md', 'README.zh-CN.md']) {
  sample('the promise API', document, async (t) => {
    const { phone, path } = t
    phone.openPage('pages/promise/index')
    phone.choices.push({ path })
    const ended = new Promise((resolve) => phone.observers.push(({ data }) => (data.videoId || data.message) && resolve()))
    phone.tap('onChoose')
    await ended
    assert.equal(phone.page.data.message, '')
    assert.equal(phone.page.data.percent, 100)
    await arrived(t, phone.page.data.videoId)
  })

  sample('the promise API: paused and resumed', document, async (t) => {
    const { phone, cloud, path } = t
    const paused = new Promise((resolve) => cloud.faults.add({ when: { op: 'PutObject' }, do: { call: () => resolve(phone.tap('onPause')) } }))
    phone.openPage('pages/promise/index')
    phone.choices.push({ path })
    const ended = new Promise((resolve) => phone.observers.push(({ data }) => (data.videoId || data.message) && resolve()))
    phone.tap('onChoose')
    await paused
    assert.equal(phone.page.data.videoId, '')
    phone.tap('onResume')
    await ended
    assert.equal(cloud.requests.filter(({ op }) => op === 'PutObject').length, 2, 'the first was not broken off')
    assert.equal(phone.page.data.message, '')
    await arrived(t, phone.page.data.videoId)
  })

  sample("the vendor's API", document, async (t) => {
    const { phone, path } = t
    phone.openPage('pages/callbacks/index')
    phone.choices.push({ path })
    const videoId = printed(phone, VIDEO_ID)
    phone.tap('onChoose')
    await arrived(t, await videoId)
  })

  sample("the vendor's API, when VOD no longer has the video of a failed upload", document, async (t) => {
    const { phone, cloud, path } = t
    cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied' } })
    phone.openPage('pages/callbacks/index')
    phone.choices.push({ path }, { path })
    const failed = printed(phone, /^AccessDenied/)
    phone.tap('onChoose')
    await failed
    const [gone] = cloud.videos.keys()
    cloud.videos.delete(gone)
    const videoId = printed(phone, VIDEO_ID)
    phone.tap('onChoose')
    const created = await videoId
    assert.notEqual(created, gone)
    await arrived(t, created)
  })

  sample("the component's page: its getAuth gives a credential", document, async ({ phone, path }) => {
    const { getAuth } = phone.require('./utils/server.js')
    phone.openPage('pages/upload/index')
    const file = phone.world.plain({ name: 'film.mp4', size: 300 * KB, url: path })
    const auth = await getAuth(phone.world.plain({ kind: 'create-video', file }))
    assert.match(auth.VideoId, VIDEO_ID)
    const videoId = printed(phone, VIDEO_ID)
    phone.tap('onSuccess', { detail: { file: { videoId: auth.VideoId } } })
    assert.equal(await videoId, auth.VideoId)
  })

  sample("an error of the app's server has its code and message", document, async ({ phone }) => {
    const { getAuth } = phone.require('./utils/server.js')
    const refused = getAuth(phone.world.plain({ kind: 'refresh-video', videoId: 'f'.repeat(32) }))
    await assert.rejects(() => refused, (error) => error.code === 'InvalidVideo.NotFound' && error.message.length > 10)
  })
}

for (const document of ['js-glue/README.md', 'js-glue/README.zh-CN.md']) {
  for (const flow of ['credential_flow', 'sts_flow']) {
    sample(flow, document, async (t) => {
      const { phone, cloud, path } = t
      const created = flow === 'sts_flow' ? onceStored(cloud) : printed(phone, VIDEO_ID)
      phone.require(`./utils/${flow}.js`).send(phone.world.plain({ tempFilePath: path }))
      await arrived(t, await created)
      if (flow === 'sts_flow') assert.equal([...cloud.videos.values()][0].parameters.CateId, '42')
    })
  }

  sample('promise_flow', document, async (t) => {
    const { phone, path } = t
    const { send } = phone.require('./utils/promise_flow.js')
    await arrived(t, await send(phone.world.plain({ tempFilePath: path }), () => {}))
  })

  for (const [what, isCleared] of [['', false], [', its file cleared and chosen again', true]]) {
    sample(`restart_flow goes on with the upload of before${what}`, document, async (t) => {
      const { phone, cloud, launch, path } = t
      const killed = new Promise((resolve) => cloud.faults.add({ when: { op: 'PutObject' }, do: { call: () => resolve(phone.kill()) } }))
      phone.require('./utils/promise_flow.js').send(phone.world.plain({ tempFilePath: path }), () => {})
      await killed
      if (isCleared) phone.disk.remove(path)
      launch()
      const { goOn } = phone.require('./utils/restart_flow.js')
      const asked = []
      const { videoId } = await goOn(async (name) => {
        asked.push(name)
        return phone.world.plain({ tempFilePath: (t.path = phone.disk.addTemp({ name: 'again.mp4', size: 300 * KB, seed: 1 })) })
      })
      assert.deepEqual(asked, isCleared ? [path.split('/').pop()] : [])
      assert.deepEqual([...cloud.videos.keys()], [videoId])
      await arrived(t, videoId)
      assert.equal(await phone.require('./utils/restart_flow.js').goOn(), undefined)
    })
  }
}

/** Resolves with the id of the video whose object is the first to be stored. */
function onceStored(cloud) {
  return new Promise((resolve) => {
    const end = cloud.onEvent(({ type, request }) => {
      if (type !== 'stored' || !/PutObject|CompleteMultipartUpload/.test(request.op)) return
      end()
      resolve([...cloud.videos.keys()][0])
    })
  })
}
