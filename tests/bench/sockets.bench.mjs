// An upload over real sockets through the built package, compared with other SDKs: time, standstill and bytes at risk. A run takes twenty minutes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeContent } from '../e2e/phone/disk.mjs'
import { openCloud } from './sockets/cloud.mjs'
import { aliOss, phoneWith, stream } from './sockets/clients.mjs'

const RUNS = Number(process.env.BENCH_RUNS) || 3
const MB = 1_000_000
const MIB = 1024 * 1024
const SLACK = 0.0005

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
const rows = []
let missed = 0

// ali-oss advises against STS tokens without a refresh function on each construction.
console.warn = () => {}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
const longest = (times) => Math.max(...times.slice(1).map((at, i) => at - times[i])) / 1000

function compare(figure, bar) {
  const miss = !(figure <= bar + SLACK)
  missed += miss
  return `${figure.toFixed(2)} of ${bar === Infinity ? '–' : bar}${miss ? ' *' : ''}`
}

/** One upload; undefined when it failed. */
async function once(client, cloud, dir, file, size, link) {
  const video = await cloud.video(size)
  const phone = client === 'ours' && (await phoneWith(cloud, file, join(dir, 'phone')))
  const start = Date.now()
  const reported = await (phone ? phone.upload(video) : OTHERS[client](cloud, file, size, video).then(() => [])).catch(() => undefined)
  const end = Date.now()
  if (phone) await phone.close()
  const traffic = await cloud.traffic()
  if (!reported) return undefined
  const seconds = (end - start) / 1000
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

/** Medians of some runs of one client; `done` tells how many finished. */
async function measure(client, { shape, name }, size, { runs = client === 'ours' ? RUNS : 1, resets = 0 } = {}) {
  const dir = mkdtempSync(join(root, 'link-'))
  const cloud = await openCloud(join(dir, 'cloud'))
  await cloud.link(shape)
  const file = join(dir, 'film')
  writeContent(file, { size: size * MB, seed: 7 })
  const done = []
  for (let run = 1; run <= runs; run++) {
    await cloud.resets(resets, run)
    const one = await once(client, cloud, dir, file, size * MB, shape)
    if (one) done.push(one)
  }
  await cloud.close()
  const row = { link: name, size, resets, client, runs, done: done.length }
  for (const figure of Object.keys(done[0] ?? {})) row[figure] = median(done.map((one) => one[figure]))
  rows.push(row)
  if (client === 'ours') missed += runs - done.length
  return row
}

const cell = (text, width = 14) => String(text).padStart(width)
const short = (row) => (row.done ? `${row.time.toFixed(2)} ${row.still.toFixed(2)} ${row.risk.toFixed(2)} ${row.meanRisk.toFixed(2)}` : '–')

console.log(`Ours: medians of ${RUNS} beside their bars. Others, once: time ÷ ideal, standstill s, at risk s of the link (most, mean; a kill loses the mean).\n`)
for (const link of LINKS.filter((one) => one.name.startsWith(only))) {
  for (const [size, [time, still, risk]] of Object.entries(link.bars)) {
    const ours = await measure('ours', link, Number(size))
    if (ours.done) {
      console.log(`${link.name.padEnd(32)} ${cell(`${size} MB`, 6)} ${cell(compare(ours.time, time))} ${cell(compare(ours.still, still))} ${cell(compare(ours.risk, risk))} mean ${ours.meanRisk.toFixed(2)}, ${ours.requests} requests`)
    } else console.log(`${link.name}, ${size} MB: not finished`)
    if (process.env.BENCH_OURS) continue
    for (const client of Object.keys(OTHERS)) console.log(`${cell(client, 39)}  ${short(await measure(client, link, Number(size)))}`)
  }
  const small = await measure('ours', link, 0.2)
  const raw = await measure('one stream', link, 0.2, { runs: RUNS })
  console.log(`${link.name.padEnd(32)} 200 KB ${cell(compare(small.seconds / raw.seconds, SMALL))} of one stream`)
}
const faults = [[SLOW, 20, 0, 1], [SLOW, 20, 0.03, RUNS], [LINKS[3], 50, 0.01, RUNS], [LINKS[3], 50, 0.03, RUNS]]
for (const [link, size, resets, runs] of only ? [] : faults) {
  const ours = await measure('ours', link, size, { runs, resets })
  console.log(`${link.name}, resets ${resets * 100} %: time ${compare(ours.time ?? NaN, UNDER_FAULTS[0])}, sent ${compare(ours.sent ?? NaN, UNDER_FAULTS[1])}`)
}
rmSync(root, { recursive: true, force: true })

const target = fileURLToPath(new URL('../../target/bench/', import.meta.url))
mkdirSync(target, { recursive: true })
const table = rows.map(({ link, size, resets, client, runs, done, seconds, time, sent, requests, still, risk, meanRisk }) => ({
  link, size: size * MB, resets, client, runs, finished: done, seconds, timeByIdeal: time, sentBySize: sent, requests, standstill: still, atRisk: risk, meanAtRisk: meanRisk,
}))
writeFileSync(join(target, 'sockets.json'), JSON.stringify(table, null, 1))
console.log('\nevery row: target/bench/sockets.json')
console.log(`bars missed: ${missed}`)
