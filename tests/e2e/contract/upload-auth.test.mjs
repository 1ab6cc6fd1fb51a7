// setUploadAuthAndAddress (js-glue/README.md, "Methods"): when it is called, and with what.
import assert from 'node:assert/strict'
import { encode, good, started, without } from './credential_states.mjs'
import { KB, MB, row } from './kit.mjs'

// ---- setUploadAuthAndAddress: when

row('inside onUploadstarted', { personas: ['ios', 'old'] }, async (t) => {
  const answers = []
  const up = t.make({}, 'none', { onUploadstarted: (info) => void answers.push(up.give(info)) })
  up.go()
  await up.wait('onUploadSucceed')
  assert.deepEqual(answers, [true])
})

for (const after of [0, 1000, 3 * 3600_000]) {
  row(`${after / 1000} s after onUploadstarted`, async (t) => {
    const { up, info } = await started(t)
    await t.rest(after)
    assert.equal(up.states[0], 'Uploading')
    assert.equal(up.give(info), true)
    await up.wait('onUploadSucceed')
  })
}

row('with a copy of the info, as a page\'s data holds it', async (t) => {
  const { up, info } = await started(t)
  assert.equal(up.give(JSON.parse(JSON.stringify(info))), true)
  await up.wait('onUploadSucceed')
})

row('a second time: false, and the first one stays', async (t) => {
  const { up, info } = await started(t, { partSize: 100 * KB }, { file: { size: MB } })
  assert.equal(up.give(info), true)
  const id = info.videoId
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'b.mp4' })), false, 'at once')
  await up.wait('onUploadProgress')
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'c.mp4' })), false, 'on the way')
  await up.wait('onUploadSucceed')
  assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'd.mp4' })), false, 'after the end')
  assert.equal(info.videoId, id)
  assert.equal(t.cloud.objects().length, 1)
})

for (const [title, end] of [
  ['canceled', (up) => up.call('cancelFile', 0)],
  ['stopped', (up) => up.call('stopUpload')],
  ['deleted', (up) => up.call('deleteFile', 0)],
  ['cleaned', (up) => up.call('cleanList')],
]) {
  row(`for a file that was ${title} meanwhile: false, no effect`, async (t) => {
    const { up, info } = await started(t)
    end(up)
    await t.rest(100)
    const from = t.callbacks.length
    assert.equal(up.give(info), false)
    assert.equal(up.call('setUploadAuthAndAddress', info, 'garbled', 'garbled', 'v'), false)
    await t.rest(60_000)
    assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [])
    assert.deepEqual(t.cloud.objects(), [])
  })
}

row('for an uploadInfo that is none of this uploader: false, and a warning that says what to pass', async (t) => {
  const { up, info } = await started(t)
  assert.equal(up.call('setUploadAuthAndAddress', { ...info, ri: 'unknown' }, 'a', 'b', 'c'), false)
  const { args } = await up.wait('log', (one) => one.args[1].event === 'unknown-upload-info')
  assert.equal(args[0], 'warn')
  assert.match(args[1].message, /onUploadstarted/)
  up.give(info)
  await up.wait('onUploadSucceed')
})

row('before onUploadstarted, or without a file: false, no effect', async (t) => {
  const up = t.make({}, 'none')
  up.add({ url: t.file() })
  await t.rest(100)
  assert.equal(up.give(up.list[0]), false, 'Ready')
  for (const info of [null, undefined, {}, 'x', 5, { ri: 'unknown' }]) assert.equal(up.call('setUploadAuthAndAddress', info, 'a', 'b', 'c'), false)
  assert.deepEqual(up.states, ['Ready'])
})

row('of another uploader\'s file: false', async (t) => {
  const { info } = await started(t)
  const other = t.make({}, 'none')
  assert.equal(other.give(info), false)
})

// ---- setUploadAuthAndAddress: with what

for (const [code, title, auth, address] of [
  ['InvalidUploadAuth', 'undefined', undefined],
  ['InvalidUploadAuth', 'null', null],
  ['InvalidUploadAuth', 'empty', ''],
  ['InvalidUploadAuth', 'not base64', '%%%'],
  ['InvalidUploadAuth', 'base64 of no JSON', Buffer.from('hello').toString('base64')],
  ['InvalidUploadAuth', 'cut short', encode(good().auth).slice(0, 40)],
  ['InvalidUploadAuth', 'not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe]).toString('base64')],
  ['InvalidUploadAuth', 'a list', encode([1])],
  ['InvalidUploadAuth', 'a number', 12345],
  ['InvalidUploadAuth', 'an object', { UploadAuth: 'x' }],
  ['InvalidUploadAuth', 'the address in its place', encode(good().address)],
  ['InvalidUploadAuth', 'without AccessKeyId', without('auth', 'AccessKeyId')],
  ['InvalidUploadAuth', 'without AccessKeySecret', without('auth', 'AccessKeySecret')],
  ['InvalidUploadAuth', 'without SecurityToken', without('auth', 'SecurityToken')],
  ['InvalidUploadAuth', 'with an empty secret', encode({ ...good().auth, AccessKeySecret: '' })],
  ['InvalidUploadAddress', 'undefined', 'good', undefined],
  ['InvalidUploadAddress', 'empty', 'good', ''],
  ['InvalidUploadAddress', 'not base64', 'good', '***'],
  ['InvalidUploadAddress', 'base64 of no JSON', 'good', Buffer.from('{').toString('base64')],
  ['InvalidUploadAddress', 'the credential in its place', 'good', encode(good().auth)],
  ['InvalidUploadAddress', 'without Endpoint', 'good', without('address', 'Endpoint')],
  ['InvalidUploadAddress', 'without Bucket', 'good', without('address', 'Bucket')],
  ['InvalidUploadAddress', 'without FileName', 'good', without('address', 'FileName')],
  ['InvalidUploadAddress', 'a key that begins with a slash', 'good', encode({ ...good().address, FileName: '/a.mp4' })],
]) {
  row(`${code}: ${title}`, async (t) => {
    const { up, info } = await started(t)
    const from = t.callbacks.length
    const given = auth === 'good' ? encode(good().auth) : auth
    assert.equal(up.call('setUploadAuthAndAddress', info, given, auth === 'good' ? address : encode(good().address), 'v'), false)
    assert.deepEqual(t.callbacks.slice(from).filter((one) => one.name !== 'log'), [], 'nothing inside the call')
    const failed = await up.wait('onUploadFailed')
    assert.equal(failed.args[1], code)
    assert.ok(failed.args[2].length > 20, failed.args[2])
    await up.end()
    assert.deepEqual(up.states, ['Failure'])
    // startUpload asks again, and a good one will do.
    const again = t.callbacks.length
    up.start()
    await up.wait('onUploadstarted', undefined, { from: again })
    assert.equal(up.give(info, t.cloud.createVideo({ fileName: 'a.mp4' })), true)
    await up.wait('onUploadSucceed')
  })
}

row('the message says which field is missing', async (t) => {
  const { up, info } = await started(t)
  up.call('setUploadAuthAndAddress', info, without('auth', 'SecurityToken'), encode(good().address), 'v')
  assert.match((await up.wait('onUploadFailed')).args[2], /SecurityToken/)
})

for (const [title, change] of [
  ['line breaks in it', (text) => text.replace(/(.{60})/g, '$1\r\n')],
  ['no padding', (text) => text.replace(/=+$/, '')],
  ['spaces around it', (text) => `  ${text}\n`],
]) {
  row(`base64 with ${title} is taken`, async (t) => {
    const { up, info } = await started(t)
    const permit = t.permit(info)
    assert.equal(up.give(info, { ...permit, UploadAuth: change(permit.UploadAuth), UploadAddress: change(permit.UploadAddress) }), true)
    await up.wait('onUploadSucceed')
  })
}
