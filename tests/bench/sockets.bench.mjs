// An upload over real sockets through the built package, compared with other SDKs: time, standstill and bytes at risk. A run takes twenty minutes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeContent } from '../e2e/phone/disk.mjs'
import { Report, writeMeasured } from './report.mjs'
import { openCloud } from './sockets/cloud.mjs'
import { aliOss, phoneWith, stream } from './sockets/clients.mjs'

const RUNS = Number(process.env.BENCH_RUNS) || 3
/** 200 KB take less than 0.1 s on the fastest link, of which a late timer is some percent. */
const RUNS_OF_SMALL = 3 * RUNS
const MB = 1_000_000
const MIB = 1024 * 1024

/** Bars by size in MB: time ÷ ideal, standstill in s, bytes at risk in s of the link. */
const LINKS = [
  { name: '60 KB/s, 200 ms', shape: { bytesPerSecond: 0.06 * MB, rttMs: 200 }, bars: { 1: [1.15, 5, Infinity] } },
  { name: '250 KB/s, 100 ms', shape: { bytesPerSecond: 0.25 * MB, rttMs: 100 }, bars: { 5: [1.06, 2, 2.5] } },
  { name: '1 MB/s, 50 ms', shape: { bytesPerSecond: MB, rttMs: 50 }, bars: { 5: [1.1, 1.2, 2] } },
  { name: 'A: 2 MB/s, 60 ms', shape: { bytesPerSecond: 2 * MB, rttMs: 60 }, bars: { 5: [1.19, 0.9, 1.5], 50: [1.03, 1.2, 2.5] } },
  { name: 'B: 8 MB/s, 1 a connection, 100 ms', shape: { bytesPerSecond: 8 * MB, perConnection: MB, rttMs: 100 }, bars: { 5: [2.7, 1, 1], 50: [1.26, 1, 2.5] } },
  { name: 'C: 20 MB/s, 20 ms', shape: { bytesPerSecond: 20 * MB, rttMs: 20 }, bars: { 5: [1.85, 0.25, 0.3], 50: [1.13, 0.5, 1] } },
]
/** 120 KB/s with the 60 s cap, and 2 MB/s with resets: time ÷ ideal, bytes sent ÷ size. */
const SLOW = { name: '120 KB/s, 60 ms', shape: { bytesPerSecond: 0.12 * MB, rttMs: 60 } }
const UNDER_FAULTS = [1.15, 1.05]
/** 200 KB: time ÷ that of one stream. */
const SMALL = 1.05

/** Parts of 1 MiB, five and three at once, and of 8 MiB, six at once. */
const OTHERS = {
  'one stream': stream,
  'ali-oss': (cloud, file, size, video) => aliOss(cloud, file, video),
  COS: (cloud, file, size, video) => aliOss(cloud, file, video, { parallel: 3 }),
  'Tencent VOD': (cloud, file, size, video) => aliOss(cloud, file, video, { parallel: 6, partSize: 8 * MIB }),
}

const only = process.env.BENCH_LINK ?? ''
const root = mkdtempSync(join(tmpdir(), 'vod-bench-'))
const report = new Report()
const rows = []

// ali-oss advises against STS tokens without a refresh function on each construction.
console.warn = () => {}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
const longest = (times) => Math.max(...times.slice(1).map((at, i) => at - times[i])) / 1000

/** One upload; undefined when it failed. */
async function once(client, cloud, dir, file, size, link) {
  const video = await cloud.video(size)
  const phone = client === 'ours' && (await phoneWith(cloud, file, join(dir, 'phone')))
  const [start, begin] = [Date.now(), performance.now()]
  const reported = await (phone ? phone.upload(video) : OTHERS[client](cloud, file, size, video).then(() => [])).catch(() => undefined)
  const seconds = (performance.now() - begin) / 1000
  const end = Date.now()
  if (phone) await phone.close()
  const traffic = await cloud.traffic()
  if (!reported) return undefined
  // Other SDKs report no steps of their own; the cloud's acknowledgements count.
  const steps = phone ? reported : [start, ...traffic.acknowledged]
  return {
    seconds,
    time: (seconds * link.bytesPerSecond) / size,
    still: longest([...steps, end]),
    risk: traffic.peakAtRisk / link.bytesPerSecond,
    meanRisk: traffic.meanAtRisk / link.bytesPerSecond,
    requests: traffic.requests,
    sent: traffic.sent / size,
  }
}

/**
 * Medians of some runs of each client, which take turns; `done` tells how many finished. `warm`: before that, one more that does not
 * count, for servers have run for a while.
 */
async function measure(clients, { shape, name }, size, { runs, resets = 0, warm = false }) {
  const dir = mkdtempSync(join(root, 'link-'))
  const cloud = await openCloud(join(dir, 'cloud'))
  await cloud.link(shape)
  const file = join(dir, 'film')
  writeContent(file, { size: size * MB, seed: 7 })
  const done = Object.fromEntries(clients.map((client) => [client, []]))
  for (let run = warm ? 0 : 1; run <= runs; run++) {
    await cloud.resets(resets, run)
    for (const client of clients) {
      const one = await once(client, cloud, dir, file, size * MB, shape)
      if (one && run > 0) done[client].push(one)
    }
  }
  await cloud.close()
  return clients.map((client) => {
    const row = { link: name, size, resets, client, runs, done: done[client].length }
    for (const figure of Object.keys(done[client][0] ?? {})) row[figure] = median(done[client].map((one) => one[figure]))
    rows.push(row)
    if (client === 'ours') report.missed += runs - row.done
    return row
  })
}

const column = (text, width = 14) => String(text).padStart(width)
const short = (row) => (row.done ? [row.time, row.still, row.risk].map((figure) => figure.toFixed(2)).join(' · ') : '–')

console.log(`Ours: medians of ${RUNS} beside their bars. Others, once: time ÷ ideal · standstill s · at risk s of the link, and its mean, which a kill loses.\n`)
const lines = []
for (const link of LINKS.filter((one) => one.name.startsWith(only))) {
  for (const [size, [time, still, risk]] of Object.entries(link.bars)) {
    const [ours] = await measure(['ours'], link, Number(size), { runs: RUNS })
    const figures = [report.compare(ours.time ?? NaN, time), report.compare(ours.still ?? NaN, still), report.compare(ours.risk ?? NaN, risk)]
    console.log(`${link.name.padEnd(33)} ${column(`${size} MB`, 6)}${figures.map(({ text }) => column(text, 16)).join('')}, mean ${ours.meanRisk?.toFixed(2)}, ${ours.requests} requests`)
    const others = []
    for (const client of process.env.BENCH_OURS ? [] : Object.keys(OTHERS)) {
      const [row] = await measure([client], link, Number(size), { runs: 1 })
      others.push(short(row))
      console.log(`${column(client, 40)}  ${short(row)}, mean ${row.meanRisk?.toFixed(2)}`)
    }
    lines.push([link.name, `${size} MB`, ...figures.map(({ cell }) => cell), ours.requests, ...others])
  }
  const [small, raw] = await measure(['ours', 'one stream'], link, 0.2, { runs: RUNS_OF_SMALL, warm: true })
  const { text, cell } = report.compare(small.seconds / raw.seconds, SMALL)
  console.log(`${link.name.padEnd(33)} 200 KB${column(text, 16)} of one stream: ${(small.seconds * 1000).toFixed(1)} of ${(raw.seconds * 1000).toFixed(1)} ms`)
  lines.push([link.name, '200 KB', cell, ...Array(process.env.BENCH_OURS ? 3 : 7).fill('')])
}
report.addTable(['link', 'file', 'time', 'bar stands still, s', 'at risk, s of the link', 'requests', ...(process.env.BENCH_OURS ? [] : Object.keys(OTHERS))], lines)

// Three minutes each on the slow link; without resets it has nothing that varies.
const faults = [[SLOW, 20, 0, 1], [SLOW, 20, 0.03, RUNS], [LINKS[3], 50, 0.01, RUNS], [LINKS[3], 50, 0.03, RUNS]]
const faultLines = []
for (const [link, size, resets, runs] of only ? [] : faults) {
  const [ours] = await measure(['ours'], link, size, { runs, resets })
  const [time, sent] = [report.compare(ours.time ?? NaN, UNDER_FAULTS[0]), report.compare(ours.sent ?? NaN, UNDER_FAULTS[1])]
  console.log(`${link.name}, resets ${resets * 100} %: time ${time.text}, sent ${sent.text}, ${ours.done} of ${ours.runs} finished`)
  faultLines.push([`${resets * 100} %, ${link.name}`, `${size} MB`, time.cell, sent.cell, `${ours.done} of ${ours.runs}`])
}
if (faultLines.length) report.addTable(['resets', 'file', 'time', 'bytes sent ÷ size', 'finished'], faultLines)
rmSync(root, { recursive: true, force: true })

const table = rows.map(({ link, size, resets, client, runs, done, seconds, time, sent, requests, still, risk, meanRisk }) => ({
  link, size: size * MB, resets, client, runs, finished: done, seconds, timeByIdeal: time, sentBySize: sent, requests, standstill: still, atRisk: risk, meanAtRisk: meanRisk,
}))
writeMeasured('sockets.json', JSON.stringify(table, null, 1))
report.write('sockets')
console.log('\nevery row: target/bench/sockets.json')
console.log(`bars missed: ${report.missed}`)
