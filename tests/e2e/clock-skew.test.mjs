// A phone whose clock is wrong, or is set right in the middle.
import assert from 'node:assert/strict'
import { MB, begin, requestsOf, scenario, succeed } from './support/scenario.mjs'

const hour = 3600000
const skewed = (session) => session.cloud.requests.filter((one) => one.code === 'RequestTimeTooSkewed')

for (const [title, skew] of [['one hour slow', -hour], ['one hour fast', hour], ['twenty minutes slow', -hour / 3], ['a day fast', 24 * hour], ['years behind', -5 * 365 * 24 * hour], ['ten minutes off, which is allowed', 600000]]) {
  for (const flow of ['auth', 'sts']) {
    scenario(`${flow}: ${title}`, { switches: { wallClockSkewMs: skew } }, async (session) => {
      const path = begin(session, { size: 2 * MB, flow, options: { partSize: 512 * 1024 } })
      await succeed(session, path)
      assert.equal(session.named('expired').length, 0, 'a wrong clock was taken for an expired token')
      assert.ok(skewed(session).length <= 3, `${skewed(session).length} requests refused for their time`)
      if (Math.abs(skew) < 15 * 60000) assert.equal(skewed(session).length, 0)
    })
  }
}

scenario('the clock jumps an hour while parts are sent', {}, async (session) => {
  session.phone.setUplink(MB)
  const path = begin(session, { size: 6 * MB, options: { partSize: 512 * 1024 } })
  await session.wait('progress', { fits: ({ percent }) => percent > 20 })
  session.phone.skewMs = hour
  await session.wait('progress', { fits: ({ percent }) => percent > 60 })
  session.phone.skewMs = -hour
  await succeed(session, path)
  assert.equal(requestsOf(session, 'InitiateMultipartUpload').length, 1)
})

scenario('a refusal dated 1970 is asked again', { switches: { wallClockSkewMs: hour } }, async (session) => {
  session.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, do: { status: 403, code: 'RequestTimeTooSkewed', headers: { date: 'Thu, 01 Jan 1970 00:00:00 GMT' } } })
  const path = begin(session, { size: 2 * MB, options: { partSize: 512 * 1024 } })
  await succeed(session, path)
})

scenario('a clock that no correction helps ends in ClockSkew', { personas: ['ios'] }, async (session) => {
  session.cloud.faults.add({ when: { op: 'InitiateMultipartUpload' }, times: Infinity, do: { status: 403, code: 'RequestTimeTooSkewed' } })
  begin(session, { size: 2 * MB, options: { partSize: 512 * 1024 } })
  const failed = await session.wait('failed')
  assert.equal(failed.code, 'ClockSkew')
})
