// Callbacks that throw, and callbacks that call the uploader (js-glue/README.md, "Callbacks").
import assert from 'node:assert/strict'
import { KB, MB, row } from './kit.mjs'

const acts = {
  stopUpload: (up) => up.call('stopUpload'),
  startUpload: (up) => up.start(),
  'stopUpload and startUpload': (up) => (up.call('stopUpload'), up.start()),
  'deleteFile(0)': (up) => up.call('deleteFile', 0),
  'cancelFile(0)': (up) => up.call('cancelFile', 0),
  cleanList: (up) => up.call('cleanList'),
  addFile: (up, t) => up.add({ url: t.file({ seed: 77 }) }),
}

// ---- callbacks that misbehave, and callbacks that act

for (const name of ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadEnd', 'log']) {
  row(`${name} throws: caught, printed, and nothing else changes`, async (t) => {
    const flow = name === 'onUploadstarted' ? 'none' : 'auth'
    // An unknown region causes a log line.
    const up = t.make({ region: 'xx-atlantis-1' }, flow, {
      [name](info) {
        if (name === 'onUploadstarted') up.give(info)
        throw new Error('the app is broken here')
      },
    })
    const path = up.go({ size: MB })
    await up.end()
    assert.deepEqual(up.states, ['Success'])
    assert.ok(t.phone.console.some((one) => one.level === 'error' && /the app is broken here/.test(one.text)))
    assert.equal(await t.cloud.objects()[0].sha256(), await t.phone.disk.sha256(path))
  })
}

for (const name of ['onUploadFailed', 'onUploadCanceled', 'onUploadTokenExpired']) {
  row(`${name} throws: the queue goes on`, async (t) => {
    t.cloud.faults.add({ when: { op: 'PutObject' }, do: name === 'onUploadTokenExpired' ? { expireCredential: true } : { status: 403, code: 'AccessDenied' } })
    const up = t.make({}, 'auth', {
      [name](info) {
        if (name === 'onUploadTokenExpired') up.call('resumeUploadWithAuth', t.permit(info).UploadAuth)
        throw new Error('the app is broken here')
      },
    })
    for (const seed of [1, 2]) up.add({ url: t.file({ seed }) })
    if (name === 'onUploadCanceled') up.call('cancelFile', 0)
    up.start()
    await up.end()
    assert.equal(up.named(name).length, 1)
    assert.equal(up.states[1] === 'Success' || up.states[1] === 'Failure', true)
    assert.ok(t.phone.console.some((one) => one.level === 'error' && /the app is broken here/.test(one.text)))
  })
}

for (const name of ['onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadEnd', 'log']) {
  row(`an async ${name} that rejects is as one that throws`, async (t) => {
    const up = t.make({ region: 'xx-atlantis-1' }, name === 'onUploadstarted' ? 'none' : 'auth', {
      [name](info) {
        if (name === 'onUploadstarted') up.give(info)
        return Promise.reject(t.phone.world.error('the app is broken here'))
      },
    })
    up.go()
    await up.end()
    await t.rest(0)
    assert.deepEqual(up.states, ['Success'])
    assert.ok(t.phone.console.some((one) => one.level === 'error' && /the app is broken here/.test(one.text)))
  })
}

for (const name of ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadEnd']) {
  for (const [title, act] of Object.entries(acts)) {
    row(`${title} inside ${name}`, async (t) => {
      let done = false
      const once = (up) => {
        if (done) return
        done = true
        act(up, t)
      }
      const up = t.make({ partSize: 100 * KB }, 'none', {
        onUploadstarted(info) {
          if (name === 'onUploadstarted') once(up)
          up.give(info)
        },
        ...(name !== 'onUploadstarted' && { [name]: () => once(up) }),
      })
      up.go({ size: 300 * KB })
      await t.rest(30_000)
      assert.ok(done)
      if (title === 'cleanList' || title === 'deleteFile(0)') assert.deepEqual(up.states, [])
      if (title === 'cancelFile(0)' && !/Succeed|End/.test(name)) assert.deepEqual(up.states, ['Canceled'])
      if (title === 'stopUpload' && !/Succeed|End|addFile/.test(name)) assert.deepEqual(up.states, ['Stoped'])
      if (title === 'startUpload' || title === 'stopUpload and startUpload') assert.deepEqual(up.states, ['Success'])
      // Whatever it was, the uploader is as good as new.
      up.call('cleanList')
      const from = t.callbacks.length
      up.go({ size: 300 * KB, seed: 9 })
      await up.wait('onUploadSucceed', undefined, { from })
    })
  }
}

for (const name of ['onUploadCanceled', 'onUploadTokenExpired', 'log', 'getAuth']) {
  for (const [title, act] of Object.entries(acts)) {
    row(`${title} inside ${name}`, async (t) => {
      t.phone.setUplink(MB)
      let done = false
      const once = () => {
        if (done) return
        done = true
        act(up, t)
      }
      if (name === 'onUploadTokenExpired') t.cloud.faults.add({ when: { op: 'UploadPart', nth: 2 }, do: { expireCredential: true } })
      const up = t.make({ partSize: 100 * KB, ...(name === 'log' && { region: 'xx-atlantis-1' }) }, name === 'getAuth' ? 'none' : 'auth', {
        [name](info) {
          once()
          if (name === 'onUploadTokenExpired') up.call('resumeUploadWithAuth', t.permit(info).UploadAuth)
          if (name === 'getAuth') return t.inner(t.permit({ ...info.uploadInfo, videoId: info.videoId }))
        },
      })
      for (const seed of [1, 2]) up.add({ url: t.file({ size: 500 * KB, seed }) })
      up.start()
      if (name === 'onUploadCanceled') {
        await up.wait('onUploadProgress', (one) => one.args[2] > 20)
        up.call('cancelFile', 0)
      }
      await t.rest(60_000)
      assert.ok(done)
      assert.equal(t.phone.pending, 0)
      if (title === 'cleanList') assert.deepEqual(up.states, [])
      if (/^startUpload|addFile|and start/.test(title)) assert.ok(up.states.every((state) => /Success|Canceled/.test(state)), up.states.join())
      // Whatever it was, the uploader is as good as new.
      up.call('cleanList')
      await t.rest(1000)
      const from = t.callbacks.length
      up.go({ size: 300 * KB, seed: 9 })
      await up.wait('onUploadSucceed', undefined, { from })
    })
  }
}

for (const [title, act] of Object.entries(acts)) {
  row(`${title} inside onUploadFailed, as public code does`, async (t) => {
    const rule = t.cloud.faults.add({ when: { op: 'PutObject' }, do: { status: 403, code: 'AccessDenied' } })
    const up = t.make({}, 'auth', { onUploadFailed: () => void act(up, t) })
    up.go()
    await t.rest(30_000)
    assert.equal(rule.hits, 1)
    up.call('cleanList')
    const from = t.callbacks.length
    up.go({ seed: 9 })
    await up.wait('onUploadSucceed', undefined, { from })
  })
}
