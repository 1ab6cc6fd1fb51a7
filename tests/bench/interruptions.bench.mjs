// What interruptions cost: the built package on the simulated phone, over real sockets, with an uplink that is shaped in the phone's clock. Four minutes.
import { begin } from '../e2e/support/scenario.mjs'
import { openSession } from '../e2e/support/session.mjs'
import { Report } from './report.mjs'

const MB = 1_000_000
const PERSONA = 'android'

/** About twenty seconds of the link, as far as the machine keeps up with it. */
const LINKS = [
  { name: '60 KB/s, 200 ms', rate: 0.06 * MB, rttMs: 200, size: 1.2 * MB },
  { name: '250 KB/s, 100 ms', rate: 0.25 * MB, rttMs: 100, size: 5 * MB },
  { name: '1 MB/s, 50 ms', rate: MB, rttMs: 50, size: 20 * MB },
  { name: '2 MB/s, 60 ms', rate: 2 * MB, rttMs: 60, size: 40 * MB },
  { name: '8 MB/s, 60 ms', rate: 8 * MB, rttMs: 60, size: 100 * MB },
]
/** Moments of an interruption, as shares of the file that the bar shows. */
const MOMENTS = [10, 25, 40, 55, 70, 85]
/** After a step: what is under way is neither at its beginning nor at its end. */
const BETWEEN_STEPS_MS = 400

/** What happens in mid-upload. `bar`: seconds of the link that are sent again at most. */
const INTERRUPTIONS = [
  { name: 'killed', bar: 2.5, happen: killAndRestart },
  { name: 'network switched', bar: 2.5, happen: ({ phone }) => phone.setNetwork('4g') },
  {
    name: 'offline for 10 s',
    bar: 2.5,
    async happen({ phone, clock }) {
      phone.setNetwork('none')
      await clock.advance(10_000)
      phone.setNetwork('wifi')
    },
  },
  {
    name: 'background for 9 s',
    bar: 0,
    async happen({ phone, clock }) {
      phone.hide()
      await clock.advance(9000)
      phone.show()
    },
  },
]
/** A credential that ends unannounced: share of the file that is sent again. */
const EXPIRY = {
  link: { name: '5 MB/s, 40 ms', rate: 5 * MB, rttMs: 40, size: 12 * MB },
  bar: 0.45,
  delayMs: 0,
  async happen(session) {
    session.cloud.accounts.expireAll()
    await session.wait('expired')
  },
}
/** Nine pictures, getAuth in 150 ms: seconds until all are stored. */
const PICTURES = { count: 9, size: 300_000, serverMs: 150, links: [{ name: '6 MB/s, 40 ms', rate: 6 * MB, rttMs: 40, bar: 1.1 }, { name: '1 MB/s, 50 ms', rate: MB, rttMs: 50, bar: 3.4 }] }

const report = new Report()

function killAndRestart(session, options) {
  const { phone } = session
  phone.kill()
  session.restart()
  begin(session, options)
}

/** One upload that is interrupted `delayMs` after the bar shows `percent`: bytes of the file that were sent more than once. */
async function sentAgain({ rate, rttMs, size }, percent, { happen, delayMs = BETWEEN_STEPS_MS }) {
  const session = await openSession({ persona: PERSONA, switches: { 'fs.tempAfterRestart': 'there' }, seed: percent })
  const { clock, phone } = session
  try {
    session.launch()
    phone.setUplink(rate, rttMs)
    let path
    let happened
    const over = new Promise((resolve, reject) => {
      const onProgress = (shown) => {
        if (shown < percent || happened) return
        happened = true
        clock.setTimeout(() => Promise.resolve(happen(session, { path })).then(resolve, reject), delayMs)
      }
      path = begin(session, { size, hooks: { onProgress } })
    })
    await over
    await session.wait('succeed')
    return phone.meter.putBytes - size
  } finally {
    await session.close()
  }
}

async function worst(link, interruption) {
  const found = []
  for (const percent of MOMENTS) found.push(await sentAgain(link, percent, interruption))
  return Math.max(...found)
}

/** Seconds from the start of nine pictures until the last is stored. */
async function pictures({ rate, rttMs }) {
  const { count, size, serverMs } = PICTURES
  const session = await openSession({ persona: PERSONA, seed: 1 })
  const { phone, cloud, clock } = session
  try {
    session.launch()
    phone.setUplink(rate, rttMs)
    await phone.app.VODUpload.load()
    const uploader = new phone.app.VODUpload({
      userId: '1',
      async getAuth({ file }) {
        await clock.sleep(serverMs)
        return phone.world.plain(cloud.createVideo({ fileName: file.name, image: true }))
      },
      onUploadEnd: (info, { succeeded }) => phone.app.report('pictures', null, { succeeded }),
    })
    for (let i = 1; i <= count; i++) uploader.addFile(phone.disk.addTemp({ name: `${i}.jpg`, size, seed: i }))
    const start = clock.now()
    uploader.startUpload()
    const { at, succeeded } = await session.wait('pictures')
    if (succeeded !== count) throw new Error(`${succeeded} of ${count} pictures`)
    return (at - start) / 1000
  } finally {
    await session.close()
  }
}

const column = (text, width = 20) => String(text).padStart(width)

console.log(`Sent again after an interruption, s of the link: the most of ${MOMENTS.length} moments, beside the target.\n`)
console.log(`${''.padEnd(20)}${INTERRUPTIONS.map(({ name }) => column(name)).join('')}`)
const lines = []
for (const link of LINKS) {
  const figures = []
  for (const one of INTERRUPTIONS) figures.push(report.compare((await worst(link, one)) / link.rate, one.bar))
  console.log(`${link.name.padEnd(20)}${figures.map(({ text }) => column(text)).join('')}`)
  lines.push([link.name, ...figures.map(({ cell }) => cell)])
}
report.addTable(['link', ...INTERRUPTIONS.map(({ name }) => name)], lines)

const share = report.compare((await worst(EXPIRY.link, EXPIRY)) / EXPIRY.link.size, EXPIRY.bar)
console.log(`\nThe credential ends unannounced at ${EXPIRY.link.name}: share of 12 MB sent again ${share.text}`)
const others = [['a credential ends unannounced at 5 MB/s: share of 12 MB sent again', share.cell]]
for (const link of PICTURES.links) {
  const seconds = report.compare(await pictures(link), link.bar)
  console.log(`Nine pictures of 300 KB, getAuth in ${PICTURES.serverMs} ms, ${link.name}: ${seconds.text} s`)
  others.push([`nine pictures of 300 KB, getAuth in ${PICTURES.serverMs} ms, ${link.name}: s`, seconds.cell])
}
report.addTable(['', ''], others)
report.write('interruptions')
console.log(`\nbars missed: ${report.missed}`)
