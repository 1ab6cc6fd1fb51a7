// The plots of the benches.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSize, linksPlot, progressPlot } from './plot.mjs'

const count = (text, pattern) => text.match(pattern)?.length ?? 0

test('runs of the model that finished become lines, runs over sockets dots', () => {
  const run = { table: 'matrix', link: 'A: 2 MB/s, 60 ms', client: 'ours', size: 5e6, finished: true, timeByIdeal: 1.25 }
  const dot = { ...run, resets: 0, finished: 3 }
  const drawn = linksPlot([run, { ...run, size: 5e7 }, { ...run, table: 'faults' }, { ...run, finished: false }], [dot, { ...dot, resets: 0.01 }, { ...dot, finished: 0 }])
  const [line] = drawn.match(/<polyline points="[^"]+" fill="none" stroke="#d55e00"/)
  assert.equal(line.split(' ').filter((point) => /\d,\d/.test(point)).length, 2)
  assert.equal(count(drawn, /<circle/g), 1)
  assert.match(drawn, />A: 2 MB\/s, 60 ms</)
})

test('the bar stands still between its steps', () => {
  const drawn = progressPlot([{ client: 'ours', seconds: 5, megabytes: 1 }, { client: 'ours', seconds: 10, megabytes: 4 }])
  assert.match(drawn, /<polyline points="50,298 500,298 500,231 950,231 950,30" [^>]*stroke="#d55e00"/)
})

test('sizes have units', () => {
  assert.deepEqual([2e5, 1e6, 1e10].map(formatSize), ['200 KB', '1 MB', '10 GB'])
})
