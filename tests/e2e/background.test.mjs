// The user leaves and comes back.
import assert from 'node:assert/strict'
import { unsure } from './phone/index.mjs'
import { MB, begin, partsAcknowledged, partsTaken, scenario, succeed } from './support/scenario.mjs'

const options = { partSize: 512 * 1024 }

async function halfWay(session, { size = 6 * MB, uplink = MB, percent = 20, more = {} } = {}) {
  session.phone.setUplink(uplink)
  const path = begin(session, { size, options: { ...options, ...more } })
  await session.wait('progress', { fits: (event) => event.percent > percent })
  return path
}

// Time in the background is given by hand: nobody's timers run there.
async function away(session, ms) {
  session.phone.hide()
  await session.clock.advance(ms)
  session.phone.show()
}

for (const delivery of unsure['life.interruptDelivery']) {
  for (const timers of unsure['life.timersOnResume']) {
    for (const order of unsure['life.resumeOrder']) {
      scenario(`20 s away: interrupted ${delivery}, timers ${timers}, ${order}`, { switches: { 'life.interruptDelivery': delivery, 'life.timersOnResume': timers, 'life.resumeOrder': order } }, async (session) => {
        const path = await halfWay(session)
        await away(session, 20000)
        await succeed(session, path)
        assert.equal(session.named('failed').length, 0)
      })
    }
  }
}

for (const text of unsure['net.errMsg.suspendedNewCall']) {
  scenario(`a request while suspended: ${text.slice(0, 60)}`, { switches: { 'net.errMsg.suspendedNewCall': text, 'life.interruptDelivery': 'at-5s', 'net.errnoMissingRate': 1 } }, async (session) => {
    const path = await halfWay(session)
    await away(session, 20000)
    await succeed(session, path)
  })
}

scenario('3 s away, ten times', {}, async (session) => {
  const path = await halfWay(session, { uplink: 200 * 1024, percent: 5 })
  for (let i = 0; i < 10; i++) {
    await away(session, 3000)
    await session.clock.advance(500)
  }
  await succeed(session, path)
  for (const count of partsTaken(session).values()) assert.equal(count, 1)
})

scenario('20 s away, five times: retries are not spent on it', {}, async (session) => {
  const path = await halfWay(session, { uplink: 400 * 1024, percent: 5 })
  for (let i = 0; i < 5; i++) {
    await away(session, 20000)
    await session.clock.advance(1000)
  }
  await succeed(session, path)
})

scenario('20 s away, five times, and the client calls it a broken connection', { switches: { 'net.errMsg.interrupted': 'request:fail -100:net::ERR_CONNECTION_CLOSED', 'net.errnoMissingRate': 1 } }, async (session) => {
  const path = await halfWay(session, { uplink: 400 * 1024, percent: 5, more: { retryCount: 1, parallel: 1 } })
  for (let i = 0; i < 5; i++) {
    await away(session, 20000)
    await session.clock.advance(300)
  }
  await succeed(session, path)
})

scenario('nine minutes away: goes on where it was', { switches: { 'life.killAfterMs': 1800000 } }, async (session) => {
  const path = await halfWay(session)
  const before = partsAcknowledged(session)
  const mark = session.cloud.requests.length
  await away(session, 9 * 60000)
  await succeed(session, path)
  const again = before.filter((number) => partsTaken(session, mark).has(number))
  assert.deepEqual(again, [])
})

scenario('away before the credential has come', {}, async (session) => {
  const path = begin(session, { options })
  await session.wait('started')
  session.phone.hide()
  await session.clock.advance(20000)
  session.phone.show()
  await succeed(session, path)
})

scenario('the token ends while nobody is there', { switches: { 'life.killAfterMs': 7200000 } }, async (session) => {
  const path = await halfWay(session)
  await away(session, 3500 * 1000)
  await succeed(session, path)
  assert.ok(session.named('expired').length <= 1)
})

scenario('memory warnings make it smaller, not wrong', {}, async (session) => {
  const path = await halfWay(session, { size: 8 * MB })
  for (const level of [5, 10, 15]) session.phone.memoryWarning(level)
  await succeed(session, path)
})
