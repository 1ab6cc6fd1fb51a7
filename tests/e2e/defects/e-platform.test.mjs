// Defects of the vendor's SDK 1.0.1 for mini programs, group E: platform and code. One test for each.
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { personaNames } from '../phone/index.mjs'
import { packageRoot } from '../support/session.mjs'
import { KB, MB, row } from '../contract/kit.mjs'

const dist = (name) => join(packageRoot, 'miniprogram_dist', name)

row('E1 window, document and an undeclared name were read', { personas: personaNames }, async (t) => {
  assert.equal(t.phone.eval('return typeof window + typeof document'), 'undefinedundefined')
  const up = t.make({ partSize: 100 * KB })
  up.go({ size: 300 * KB })
  await up.wait('onUploadSucceed')
})

for (const transport of ['request', 'uploadFile']) {
  row(`E2 a wrapper whose call returns a promise crashed it (${transport})`, async (t) => {
    for (const api of ['request', 'uploadFile']) {
      const real = t.phone.wx[api]
      t.phone.wx[api] = (options) => {
        real(options)
        return t.phone.eval('return Promise.resolve({})')
      }
    }
    const up = t.make({ transport })
    up.go()
    await up.wait('onUploadSucceed')
  })

  row(`E2 a wrapper whose call returns nothing (${transport})`, async (t) => {
    for (const api of ['request', 'uploadFile']) {
      const real = t.phone.wx[api]
      t.phone.wx[api] = (options) => void real(options)
    }
    const up = t.make({ transport })
    up.go({ size: MB })
    await up.wait('onUploadstarted')
    up.call('stopUpload')
    up.start()
    await up.wait('onUploadSucceed')
  })
}

row('E3 addFile read the whole file for an MD5 that nobody used', async (t) => {
  const files = t.phone.wx.getFileSystemManager()
  const calls = []
  for (const name of ['getFileInfo', 'readFile', 'stat']) {
    const real = files[name]
    files[name] = (options) => {
      calls.push(name)
      return real(options)
    }
  }
  const up = t.make()
  up.add({ url: t.file({ size: 20 * MB }) })
  await t.rest(5000)
  assert.deepEqual(calls, [])
  up.start()
  await up.wait('onUploadSucceed')
  assert.ok(!calls.includes('getFileInfo'), 'the MD5 of a large file')
})

row('E4 system and account info were read when an uploader was made', async (t) => {
  const read = []
  for (const name of ['getSystemInfo', 'getSystemInfoSync', 'getAccountInfoSync', 'getDeviceInfo', 'getAppBaseInfo', 'getWindowInfo']) {
    t.phone.wx[name] = () => {
      read.push(name)
      return t.inner({})
    }
  }
  const up = t.make()
  up.go()
  await up.wait('onUploadSucceed')
  assert.deepEqual(read, [])
})

row('E4 its log was emptied: warnings reach the app', async (t) => {
  t.make({ region: 'xx-nowhere-1' }, 'none', {}, { without: ['log'] })
  await t.rest(0)
  assert.ok(t.phone.console.some((one) => one.level === 'warn'))
})

row('E5 58 % of it was a whole CryptoJS', async () => {
  const text = readFileSync(dist('index.js'), 'utf8')
  assert.ok(!/CryptoJS|Rabbit|RC4/.test(text))
  assert.ok(statSync(dist('index.js')).size + statSync(dist('vod_upload.wasm.br')).size <= 162_000)
})

row('E6 no types, promises, error codes or version, and one file at a time', async (t) => {
  assert.match(readFileSync(dist('index.d.ts'), 'utf8'), /InvalidUploadAuth/)
  assert.match(t.package.version, /^\d+\.\d+\.\d+/)
  t.phone.setUplink(2 * MB)
  const up = t.promise({ parallelFiles: 2, partSize: 100 * KB })
  const both = [1, 2].map((seed) => up.call('upload', t.file({ seed, size: MB })))
  await up.wait('onUploadProgress', (one) => one.args[2] > 20 && one.live === up.list[1])
  assert.deepEqual(up.states, ['Uploading', 'Uploading'])
  await Promise.all(both)
})

row('E7 the documented sample failed at uploadInfo.file.name', { personas: ['ios', 'old'] }, async (t) => {
  const names = []
  const up = t.make({}, 'none', {
    onUploadstarted(info) {
      names.push(info.file.name.length > 0)
      up.give(info)
    },
    onUploadProgress: (info) => void names.push(info.file.name.length > 0),
    onUploadSucceed: (info) => void names.push(info.file.name.length > 0),
  })
  up.go()
  await up.end()
  assert.ok(names.length >= 3 && names.every(Boolean))
})
