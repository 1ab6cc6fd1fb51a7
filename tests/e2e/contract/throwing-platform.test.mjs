// WeChat's functions that throw: whatever a call has sent by then counts, and an upload goes on.
import assert from 'node:assert/strict'
import { KB, row } from './kit.mjs'

/** The transports, and a size that takes each of their kinds of request. */
const KINDS = [['request', 500 * KB], ['request', 40 * KB], ['uploadFile', 300 * KB]]

/** Each call of wx[name] goes through `change`. */
function wrap(t, name, change) {
  const real = t.phone.wx[name]
  t.phone.wx[name] = (options) => change(options, real)
}

for (const [transport, size] of KINDS) {
  row(`wx.${transport} of ${size / KB} KB throws after it has sent: its answer counts, and nothing goes twice`, async (t) => {
    for (const name of ['request', 'uploadFile']) {
      wrap(t, name, (options, real) => {
        real(options)
        throw t.phone.world.error('boom')
      })
    }
    const up = t.make({ transport, partSize: 100 * KB }, 'sts')
    up.go({ size })
    await up.wait('onUploadSucceed')
    assert.equal(t.cloud.videos.size, 1)
    const sent = t.cloud.requests.map((one) => `${one.op} ${one.partNumber ?? ''}`)
    assert.deepEqual(sent, [...new Set(sent)])
  })
}

row('wx.request that throws and has sent nothing: asked again, then NetworkError', async (t) => {
  wrap(t, 'request', () => {
    throw t.phone.world.error('boom')
  })
  const up = t.make({ retryCount: 1 })
  up.go()
  const failed = await up.wait('onUploadFailed')
  assert.equal(failed.args[1], 'NetworkError')
  assert.match(failed.args[2], /boom/)
})

for (const [transport, size] of KINDS) {
  row(`wx.${transport} of ${size / KB} KB gives a task whose members throw: sent, stopped and started again`, async (t) => {
    const throwing = () => {
      throw t.phone.world.error('no')
    }
    for (const name of ['request', 'uploadFile']) {
      wrap(t, name, (options, real) => {
        real(options)
        return t.inner({ abort: throwing, onProgressUpdate: throwing, onHeadersReceived: throwing })
      })
    }
    const up = t.make({ transport, partSize: 100 * KB })
    up.go({ size })
    await up.wait('onUploadstarted')
    up.call('stopUpload')
    up.start()
    await up.wait('onUploadSucceed')
  })
}

for (const [title, change] of [
  ['throws every third time', (real, options, n) => {
    if (n % 3 === 1) throw new Error('boom')
    return real(options)
  }],
  ['calls fail after success', (real, options) => real({ ...options, success: (result) => void (options.success(result), options.fail({ errMsg: 'late' })) })],
]) {
  row(`the file system ${title}: the file is read and sent`, async (t) => {
    const files = t.phone.wx.getFileSystemManager()
    let calls = 0
    for (const name of ['stat', 'readFile', 'getFileInfo']) {
      const real = files[name].bind(files)
      files[name] = (options) => change(real, options, calls++)
    }
    const up = t.make({ partSize: 100 * KB })
    up.go({ size: 500 * KB })
    await up.wait('onUploadSucceed')
  })
}
