// Wi-Fi, 4G, a tunnel.
import assert from 'node:assert/strict'
import { unsure } from './phone/index.mjs'
import { MB, begin, partsAcknowledged, partsTaken, requestsOf, scenario, succeed } from './support/scenario.mjs'
import { checkManners } from './support/verify.mjs'

const options = { partSize: 512 * 1024 }

async function halfWay(session, { size = 6 * MB, uplink = MB, more = {} } = {}) {
  session.phone.setUplink(uplink)
  const path = begin(session, { size, options: { ...options, ...more } })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  return path
}

for (const rule of unsure['net.networkChange']) {
  scenario(`from Wi-Fi to 4G and back: ${rule}`, { switches: { 'net.networkChange': rule }, stallMs: 400 }, async (session) => {
    const path = await halfWay(session, { more: { retryCount: 0 } })
    session.phone.setNetwork('4g')
    await session.clock.sleep(300)
    session.phone.setNetwork('wifi')
    await succeed(session, path)
  })

  scenario(`30 s without a network: ${rule}`, { switches: { 'net.networkChange': rule }, stallMs: 400 }, async (session) => {
    const path = await halfWay(session, { more: { retryCount: 0 } })
    session.phone.setNetwork('none')
    await session.clock.advance(30000)
    assert.equal(session.named('failed').length, 0, 'retries are for working networks')
    session.phone.setNetwork('4g')
    await succeed(session, path)
  })
}

scenario('requests hang in a tunnel after others have overtaken them: nothing runs in circles', { personas: ['ios', 'android', 'old', 'windows'], switches: { 'net.networkChange': 'hang-until-timeout' }, stallMs: 400 }, async (session) => {
  session.phone.setUplink(4 * MB)
  const path = begin(session, { size: 12 * MB, options: { partSize: 256 * 1024, parallel: 6 } })
  await session.wait('progress', { fits: ({ percent }) => percent > 50 })
  session.phone.setNetwork('none')
  await session.clock.advance(45000)
  session.phone.setNetwork('wifi')
  await succeed(session, path)
})

scenario('six switches in a row are no failure', {}, async (session) => {
  const path = await halfWay(session, { uplink: 400 * 1024, more: { retryCount: 1 } })
  for (let i = 0; i < 6; i++) {
    session.phone.setNetwork(i % 2 ? 'wifi' : '5g')
    await session.clock.sleep(700)
  }
  await succeed(session, path)
})

scenario('the network never comes back: NetworkError after some minutes, then startUpload goes on', { stallMs: 400 }, async (session) => {
  const path = await halfWay(session)
  const before = partsAcknowledged(session)
  session.phone.setNetwork('none')
  const failed = await session.wait('failed')
  await session.wait('end')
  assert.equal(failed.code, 'NetworkError')
  checkManners(session)
  session.phone.setNetwork('wifi')
  const from = session.events.length
  const mark = session.cloud.requests.length
  session.call('startUpload')
  await succeed(session, path, { from })
  const again = before.filter((number) => partsTaken(session, mark).has(number))
  assert.deepEqual(again, [])
})

scenario('started without a network', {}, async (session) => {
  session.phone.setNetwork('none')
  const path = begin(session, { options })
  await session.clock.advance(5000)
  session.phone.setNetwork('wifi')
  await succeed(session, path)
})

scenario('a slow uplink: parts are made small enough for the 60 s', {}, async (session) => {
  session.phone.setUplink(25 * 1024) // 200 kbit/s
  const path = begin(session, { size: 4 * MB })
  await succeed(session, path)
  const timeouts = requestsOf(session, 'UploadPart').filter((one) => one.status !== 200).length
  // The first eight may be too large together; then it has learnt.
  assert.ok(timeouts <= 8, `${timeouts} parts were too large`)
})

scenario('other code of the app takes nine of the ten slots', { personas: ['ios', 'devtools'] }, async (session) => {
  const release = session.phone.occupySlots(9)
  const path = begin(session, { options })
  await succeed(session, path)
  release()
})

for (const rule of unsure['net.overLimit']) {
  scenario(`all ten slots taken for a while: ${rule}`, { switches: { 'net.overLimit': rule } }, async (session) => {
    const path = begin(session, { options })
    await session.wait('given')
    const release = session.phone.occupySlots(10)
    await session.clock.sleep(4000)
    release()
    await succeed(session, path)
  })
}
