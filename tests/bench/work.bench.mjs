// What a part, a file and a queue cost: time in the package, calls over its border, memory of the module, speed of the checksum.
import { fileURLToPath } from 'node:url'
import { findJsc, howToInstall, run } from '../jsc/engine.mjs'

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64')
const credential = {
  auth: encoded({
    SecurityToken: 'CAIS'.padEnd(700, 'x'), AccessKeyId: 'STS.NUyK8ZJ5tUqBvYm3JxP7kz9Hd', AccessKeySecret: 'A'.repeat(44),
    Expiration: '3000', ExpireUTCTime: '2096-06-01T00:00:00Z', Region: 'cn-shanghai',
  }),
  address: encoded({
    Endpoint: 'https://oss-cn-shanghai.aliyuncs.com', Bucket: 'outin-0123456789abcdef00163e1c35d5', FileName: 'sv/2b3c4d5e-18f5c2a0b1d/2b3c4d5e-18f5c2a0b1d.mp4',
  }),
}

const jsc = findJsc()
const node = [process.execPath, [fileURLToPath(new URL('../jsc/in_node.mjs', import.meta.url))]]
const engines = [
  { name: 'V8', program: node, bar: 1, crcBar: 1000 },
  ...(jsc
    ? [
        { name: 'JavaScriptCore', program: [jsc, []] },
        { name: 'JavaScriptCore without JIT', program: [jsc, ['--useJIT=0']], bar: 5, crcBar: 95 },
        { name: 'the same, the fallback', program: [jsc, ['--useJIT=0', '--useWasm=0']], useFallback: true },
      ]
    : []),
]
const LEAST = 102_400
const MB = 1_000_000
/** What else runs on the machine makes some slices slower and none quicker: the quickest counts. */
const SLICES = 20
let missed = 0

async function upload({ program: [program, flags], useFallback }, { files = 1, waiting = false, size, part, parallel, integrity = 'off', count = false }) {
  const parts = (waiting ? 1 : files) * Math.ceil(size / (part ?? size))
  const report = await run(program, flags, '../../bench/shell/work.js', {
    ...credential, useFallback, files, waiting, size, parts, slices: SLICES, count, options: { partSize: part, parallel, integrity },
  })
  if (report.failed || report.succeeded !== (waiting ? 1 : files)) throw new Error(`the upload failed: ${report.failed}`)
  return report
}

const perSlice = (report, column) => report.marks.slice(1).map((mark, i) => mark[column] - report.marks[i][column])

/** µs a part. */
const quickest = (report, parts) => (Math.min(...perSlice(report, 0)) * 1e6) / (parts / SLICES)

function compare(figure, bar, text, better = 'less') {
  if (bar === undefined) return text
  const miss = better === 'less' ? figure > bar : figure < bar
  missed += miss
  return `${text} of ${bar}${miss ? ' *' : ''}`
}

const cell = (text, width = 20) => String(text).padStart(width)

console.log('A part, without its checksum: ms in the whole package beside its bar, alone and with 1,000 files in the list; the checksum, copied through the module')
console.log(`${''.padEnd(28)}${cell('1 file')}${cell('1,000 files')}${cell('CRC64, MB/s')}`)
for (const engine of engines) {
  const slow = engine.name !== 'V8'
  const parts = slow ? 1000 : 5000
  const alone = quickest(await upload(engine, { size: parts * LEAST, part: LEAST }), parts) / 1000
  const queued = quickest(await upload(engine, { files: 1000, waiting: true, size: parts * LEAST, part: LEAST }), parts) / 1000
  // One part after the other, and so large that the rest of its work does not show.
  const [size, count] = [engine.useFallback ? MB : 4 * MB, SLICES]
  const speed = size / quickest(await upload(engine, { size: count * size, part: size, parallel: 1, integrity: 'crc64' }), count)
  console.log(
    engine.name.padEnd(28) +
      cell(compare(alone, engine.bar, alone.toFixed(2))) +
      cell(compare(queued, engine.bar, queued.toFixed(2))) +
      cell(compare(speed, engine.crcBar, speed.toFixed(0), 'more')),
  )
}

console.log('\nMemory of the module, bytes, counted; target 2,500,000')
const large = await upload(engines[0], { size: 10_000 * MB, part: MB, integrity: 'crc64' })
const queue = await upload(engines[0], { files: 1000, size: 300_000, integrity: 'crc64' })
const thousands = (n) => n.toLocaleString('en')
console.log(`loaded                        ${cell(thousands(large.idle))}`)
console.log(`10 GB in 10,000 parts         ${cell(thousands(large.memory))}${large.memory > 2.5e6 ? ' *' : ''}   before the last request: ${thousands(large.marks.at(-1)[2])}`)
console.log(`a queue of 1,000 files        ${cell(thousands(queue.memory))}${queue.memory > 2.5e6 ? ' *' : ''}`)
console.log(`file bytes in requests        ${cell(thousands(large.mostHeld))}   at most, of 8 × 1,000,000; keys in storage at most ${large.keys}, left ${large.left}`)
missed += (large.memory > 2.5e6) + (queue.memory > 2.5e6) + (large.mostHeld > 8 * MB)

console.log('\nCalls over the border of the module, both ways, a part')
const crossed = await upload(engines[0], { size: 10_000 * LEAST, part: LEAST, count: true })
const calls = perSlice(crossed, 1).map((n) => (n / (10_000 / SLICES)).toFixed(1))
console.log(`the first five hundred of 10,000 parts ${calls[0]}, the last ${calls.at(-1)}`)

if (!jsc) console.error(howToInstall)
console.log(`\nbars missed: ${missed}`)
