// The cloud's events, and what is reckoned from them.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Traffic } from '../cloud/traffic.js'
import { cloudFor, eventOf, newVideo, refusalOf, sendForm, sendSigned, signedFields } from './helpers.js'

const SIZE = 300_000

test('each request begins, receives, stores and ends', async (t) => {
  // More than one read of the socket brings.
  const size = 1 << 20
  const events = []
  const cloud = await cloudFor(t, { onEvent: (event) => events.push({ ...event }) })
  const video = newVideo(cloud)
  // The client may have the answer before the server notices that it is out.
  const send = async (options) => {
    const ended = new Promise((resolve) => {
      const stop = cloud.onEvent(({ type }) => {
        if (type === 'end') resolve(stop())
      })
    })
    await sendSigned(cloud, video, options)
    await ended
  }
  await send({ method: 'PUT', body: randomBytes(size) })
  assert.deepEqual([...new Set(events.map(({ type }) => type))], ['begin', 'received', 'stored', 'end'])
  assert.equal(events[0].request, cloud.requests[0])
  assert.deepEqual([events[0].request.op, events[0].request.status, events[0].request.storedBytes], ['PutObject', 200, size])
  const received = events.filter(({ type }) => type === 'received').map(({ bytes }) => bytes)
  assert.ok(received.length > 1)
  assert.deepEqual(received, received.toSorted((a, b) => a - b))
  assert.equal(received.at(-1), size)
  for (const { at } of events) assert.ok(at >= events[0].at)

  const count = events.length
  let heard = 0
  const stop = cloud.onEvent(() => heard++)
  await send({ method: 'HEAD' })
  assert.deepEqual([heard, events.length - count], [2, 2])
  stop()
  await send({ method: 'HEAD' })
  assert.deepEqual([heard, events.length - count], [2, 4])
})

test('bytes are at risk until they are stored, and lost when they are not', async (t) => {
  let now = 1_800_000_000_000
  const traffic = new Traffic()
  const cloud = await cloudFor(t, { clock: () => now, onEvent: traffic.observe })
  const video = newVideo(cloud)
  const { Bucket, FileName: key } = video.address
  const uploadId = /<UploadId>(\w+)/.exec((await sendSigned(cloud, video, { method: 'POST', query: { uploads: '' } })).body)[1]
  const part = (number, bytes = randomBytes(SIZE)) => sendSigned(cloud, video, { method: 'PUT', query: { partNumber: String(number), uploadId }, body: bytes })

  const cut = async (number, fault) => {
    cloud.faults.add({ when: { op: 'UploadPart' }, do: fault })
    await Promise.all([eventOf(cloud, ({ type }) => type === 'end'), refusalOf(part(number))])
  }

  await part(1)
  assert.deepEqual([traffic.atRisk, traffic.lostBytes, traffic.peakAtRisk], [0, 0, SIZE])

  await cut(2, { dropAfterBytes: 120_000 })
  assert.deepEqual([traffic.atRisk, traffic.lostBytes], [0, 120_000])

  // Two parts at once: both are at risk, and the one that is stored is so no longer.
  cloud.faults.add({ when: { op: 'UploadPart', partNumber: 3 }, do: { stall: true, afterBytes: 200_000 } })
  const halfWay = eventOf(cloud, ({ type, bytes }) => type === 'received' && bytes === 200_000)
  const third = refusalOf(part(3))
  await halfWay
  assert.equal(traffic.atRisk, 200_000)
  cloud.faults.add({ when: { op: 'UploadPart', partNumber: 4 }, do: { call: () => (now += 250) } })
  await part(4)
  assert.equal(traffic.atRisk, 200_000)
  assert.ok(traffic.peakAtRisk >= 500_000)

  // Stored, but its answer is lost: neither lost bytes nor an acknowledgement.
  await cut(5, { dropAnswer: true })
  assert.equal(traffic.lostBytes, 120_000)
  assert.deepEqual(traffic.acknowledgements.map(({ partNumber, bytes }) => [partNumber, bytes]), [[1, SIZE], [4, SIZE]])
  for (const { began, received, acknowledged } of traffic.acknowledgements) assert.ok(began <= received && received <= acknowledged)

  const form = await sendForm(cloud, Bucket, { key, ...signedFields(cloud, video, {}) }, randomBytes(SIZE))
  assert.equal(form.status, 204)
  assert.equal(traffic.acknowledgements.at(-1).op, 'PostObject')
  assert.ok(traffic.acknowledgements.at(-1).bytes > SIZE, 'the fields count, too')
  assert.equal(traffic.history.at(-1).atRisk, 200_000)
  await cloud.stop()
  await third
  cloud.stop = async () => {}
  assert.deepEqual([traffic.atRisk, traffic.lostBytes], [0, 320_000])
})
