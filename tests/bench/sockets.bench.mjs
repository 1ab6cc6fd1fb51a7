// Time of an upload over real sockets through the built package, beside ali-oss and one stream, in one run of twenty minutes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeContent } from '../e2e/phone/disk.mjs'
import { openCloud } from './sockets/cloud.mjs'
import { aliOss, phoneWith, stream } from './sockets/clients.mjs'

const RUNS = Number(process.env.BENCH_RUNS) || 5
const MB = 1_000_000
const SLACK = 0.0005

// `bars`: time ÷ ideal that ours may take; of 200 KB: time ÷ that of the stream.
const A = { name: 'A: 2 MB/s, 60 ms', shape: { bytesPerSecond: 2 * MB, rttMs: 60 }, bars: { 50: 1.03, 5: 1.15, 0.2: 1.05 } }
const B = { name: 'B: 8 MB/s, 1 a connection, 100 ms', shape: { bytesPerSecond: 8 * MB, perConnection: MB, rttMs: 100 }, bars: { 50: 1.2, 5: 2.2, 0.2: 1.05 } }
const C = { name: 'C: 20 MB/s, 20 ms', shape: { bytesPerSecond: 20 * MB, rttMs: 20 }, bars: { 50: 1.1, 5: 1.5, 0.2: 1.05 } }
const SLOW = { name: 'slow: 120 KB/s, 60 ms', shape: { bytesPerSecond: 0.12 * MB, rttMs: 60 }, bars: { 20: 1.15 } }

const CLIENTS = ['ours', 'stream', 'ali-oss']
/** Bytes sent ÷ size that ours may need. */
const TWICE = 1.05

const root = mkdtempSync(join(tmpdir(), 'vod-bench-'))
const rows = []

// ali-oss advises against STS tokens without a refresh function on each construction.
console.warn = () => {}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** One upload: → seconds, requests, bytes sent ÷ size; undefined when it failed. */
async function once(client, cloud, dir, file, size) {
  const video = await cloud.video(size)
  const phone = client === 'ours' && (await phoneWith(cloud, file, join(dir, 'phone')))
  const work = { ours: () => phone.upload(video), 'ali-oss': () => aliOss(cloud, file, video), stream: () => stream(cloud, file, size, video) }[client]
  const start = performance.now()
  const well = await work().then(() => true, () => false)
  const seconds = (performance.now() - start) / 1000
  if (phone) await phone.close()
  const { requests, sent } = await cloud.traffic()
  return well ? { seconds, requests, sent: sent / size } : undefined
}

/** Every size on one link, the clients in turn, so that whatever disturbs the machine disturbs all of them. */
async function onLink(link, sizes, { runs = RUNS, clients = CLIENTS, resets = 0 } = {}) {
  const dir = mkdtempSync(join(root, 'link-'))
  const cloud = await openCloud(join(dir, 'cloud'))
  await cloud.link(link.shape)
  for (const size of sizes) {
    const file = join(dir, 'film')
    writeContent(file, { size: size * MB, seed: 7 })
    const found = Object.fromEntries(clients.map((client) => [client, []]))
    for (let run = 1; run <= runs; run++) {
      for (const client of clients) {
        await cloud.resets(resets, run)
        found[client].push(await once(client, cloud, dir, file, size * MB))
      }
    }
    for (const client of clients) {
      const done = found[client].filter(Boolean)
      const of = (name) => median(done.map((one) => one[name]))
      const ideal = (size * MB) / link.shape.bytesPerSecond
      rows.push({ link, size, resets, client, runs, done: done.length, ...(done.length && { seconds: of('seconds'), time: of('seconds') / ideal, requests: of('requests'), sent: of('sent') }) })
    }
  }
  await cloud.close()
}

await Promise.all([onLink(A, [50, 5, 0.2]), onLink(SLOW, [20], { runs: 1, clients: ['ours'] }).then(() => onLink(SLOW, [20], { runs: 1, clients: ['ours'], resets: 0.03 }))])
await onLink(B, [50, 5, 0.2])
await onLink(C, [50, 5, 0.2])
for (const resets of [0.01, 0.03]) await onLink(A, [50], { runs: 3, resets })
rmSync(root, { recursive: true, force: true })

let missed = 0
function beside(figure, bar) {
  const miss = figure > bar + SLACK
  missed += miss
  return `${figure.toFixed(3)} of ${bar}${miss ? ' *' : ''}`
}

const cell = (text, width = 15) => String(text).padStart(width)
console.log(`Medians of ${RUNS}: time ÷ ideal beside its bar, 200 KB: time ÷ that of one stream. –: not finished. A new connection costs two round trips more.\n`)
console.log(`${'link'.padEnd(34)} ${cell('size', 7)} ${cell('resets', 7)} ${cell('ours')} ${cell('sent ÷ size')} ${cell('requests', 9)} ${cell('one stream')} ${cell('ali-oss')}`)
for (const ours of rows.filter((row) => row.client === 'ours')) {
  const peer = (name) => rows.find((row) => row.client === name && row.link === ours.link && row.size === ours.size && row.resets === ours.resets)
  const small = ours.size < 1
  const figure = (row) => (!row ? '' : row.done < row.runs ? `– ${row.done}/${row.runs}` : small ? `${(row.seconds * 1000).toFixed(0)} ms` : row.time.toFixed(3))
  const bar = ours.resets ? 1.15 : ours.link.bars[ours.size]
  missed += ours.done < ours.runs
  const mine = ours.done < ours.runs ? figure(ours) : beside(small ? ours.seconds / peer('stream').seconds : ours.time, bar)
  console.log(
    `${ours.link.name.padEnd(34)} ${cell(small ? `${ours.size * 1000} KB` : `${ours.size} MB`, 7)} ${cell(ours.resets ? `${ours.resets * 100} %` : '', 7)} ` +
      `${cell(mine)} ${cell(beside(ours.sent ?? Infinity, TWICE))} ${cell(ours.requests, 9)} ${cell(figure(peer('stream')))} ${cell(figure(peer('ali-oss')))}`,
  )
}
const target = fileURLToPath(new URL('../../target/bench/', import.meta.url))
mkdirSync(target, { recursive: true })
const head = 'link,size,resets,client,runs,finished,seconds,time_by_ideal,sent_by_size,requests\n'
writeFileSync(join(target, 'sockets.csv'), head + rows.map((r) => `"${r.link.name}",${r.size * MB},${r.resets},${r.client},${r.runs},${r.done},${[r.seconds, r.time, r.sent, r.requests].map((n) => n?.toFixed(4) ?? '').join()}\n`).join(''))
console.log('\nevery row: target/bench/sockets.csv')
console.log(`bars missed: ${missed}`)
