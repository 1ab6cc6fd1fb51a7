// Everything at once, at random: commands of the app, the user's comings and goings, faults of the network. From a printed seed.
import assert from 'node:assert/strict'
import { Refusal, personaNames, unsure } from './phone/index.mjs'
import { createRandom } from './phone/random.mjs'
import { plain } from './support/inside.mjs'
import { MB, scenario } from './support/scenario.mjs'
import { seedOf } from './support/session.mjs'
import { checkManners } from './support/verify.mjs'

const first = seedOf()
const runs = Number(process.env.E2E_MONKEYS) || 24
const options = { partSize: 128 * 1024 }

const faults = [
  { dropAfterBytes: 3000 },
  { dropAnswer: true },
  { status: 500, code: 'InternalError' },
  { status: 503, code: 'ServiceUnavailable' },
  { status: 502, html: true },
  { corrupt: true },
  { expireCredential: true },
  { delay: 30 },
]
const operations = ['UploadPart', 'InitiateMultipartUpload', 'CompleteMultipartUpload', 'ListParts', 'AppCreate', 'AppRefresh']

for (let index = 0; index < runs; index++) {
  const seed = first + index
  const random = createRandom(seed)
  const pick = (name) => random.pick(unsure[name])
  const switches = {
    'life.interruptDelivery': pick('life.interruptDelivery'),
    'life.timersOnResume': pick('life.timersOnResume'),
    'life.resumeOrder': pick('life.resumeOrder'),
    'net.networkChange': pick('net.networkChange'),
    'net.overLimit': pick('net.overLimit'),
    'net.abortQueued': pick('net.abortQueued'),
    'storage.syncOnError': pick('storage.syncOnError'),
    'fs.tempAfterRestart': 'there',
    'life.killAfterMs': 1800000,
  }
  scenario(`seed ${seed}`, { personas: [personaNames[seed % personaNames.length]], switches, seed, stallMs: 300 }, (session) => monkey(session, random))
}

async function monkey(session, random) {
  const { phone, cloud, clock } = session
  const files = Array.from({ length: 3 }, (_, i) => phone.disk.addTemp({ name: `f${i}.mp4`, size: Math.round((0.3 + random.next() * 1.5) * MB), seed: i }))
  const open = () => {
    session.create('getAuth', { ...options, parallelFiles: 1 + random.below(2) })
    for (const url of files) session.call('addFile', { url })
    session.call('startUpload')
  }
  // Slow enough that there is something to disturb until the last action.
  phone.setUplink(100 * 1024)
  open()

  const actions = [
    () => session.call('stopUpload'),
    () => session.call('startUpload'),
    () => session.call('cancelFile', random.below(3)),
    () => session.call('resumeFile', random.below(3)),
    () => phone.hide(),
    () => phone.show(),
    () => phone.setNetwork(random.pick(['wifi', '4g', 'none'])),
    () => phone.memoryWarning(random.pick([5, 10, 15])),
    () => cloud.faults.add({ when: { op: random.pick(operations) }, times: 1 + random.below(2), do: random.pick(faults) }),
    () => {
      const hit = random.next()
      phone.faults.fs = hit < 0.5 ? null : (name) => {
        if (name === 'readFile' && random.chance(0.2)) throw new Refusal('readFile:fail system error', { errCode: 1300201 })
      }
    },
    () => {
      phone.faults.storage = random.chance(0.5) ? null : (op) => (op === 'set' && random.chance(0.5) ? 'setStorage:fail:quota reached' : null)
    },
    () => {
      session.restart()
      open()
    },
  ]
  for (let step = 0; step < 25; step++) {
    random.pick(actions)()
    await clock.advance(random.below(4000))
    if (!phone.alive) session.restart(), open()
  }

  if (process.env.E2E_VERBOSE) console.error(session.uploader.listFiles().map((one) => one.state).join())
  // Peace: what is not uploaded now never will be.
  cloud.faults.clear()
  phone.faults.fs = null
  phone.faults.storage = null
  phone.show()
  phone.setNetwork(phone.network.type === 'wifi' ? '4g' : 'wifi')
  for (let round = 0; round < 4 && !done(session); round++) {
    for (let i = 0; i < files.length; i++) session.call('resumeFile', i)
    session.call('startUpload')
    await clock.advance(60000)
  }
  const states = plain(session.uploader.listFiles()).map((one) => one.state)
  assert.deepEqual(states, files.map(() => 'Success'))

  const stored = new Set(await Promise.all(cloud.objects().map((one) => one.sha256())))
  for (const path of files) assert.ok(stored.has(await phone.disk.sha256(path)), 'a file that succeeded is not there')
  await clock.advance(30000)
  assert.equal(phone.pending, 0, 'requests after the end')
  const ends = session.named('end', session.runs.at(-1)).length
  assert.ok(ends >= 1)
  checkManners(session, { ends, terminal: null })
}

const done = (session) => session.uploader.listFiles().every((one) => one.state === 'Success')
