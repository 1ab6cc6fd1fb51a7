// node tests/bench/plot.mjs FOLDER: draws FOLDER/links.svg and FOLDER/progress.svg from what the benches have written to target/bench.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WIDTH = 960
const HEIGHT = 340
/** Pixels around the area of a chart. */
const MARGIN = { left: 50, right: 10, top: 30, bottom: 42 }
const LINKS = ['A', 'B', 'C']
/** Bytes. Below, the round trips alone make the ratio. */
const SIZES = [2e5, 1.2e10]
/** Time ÷ ideal. */
const TIMES = [0.98, 12]
/** Names in the tables, names in the legend, colours that the colour-blind tell apart (Okabe and Ito). */
const CLIENTS = [
  { name: 'ours', label: 'vod-upload', colour: '#d55e00' },
  { name: 'one stream', label: 'one stream', colour: '#0072b2' },
  { name: 'ali-oss', label: 'ali-oss, 1 MiB × 5', colour: '#009e73' },
  { name: 'COS', label: 'COS, 1 MiB × 3', colour: '#cc79a7' },
  { name: 'Tencent VOD', label: 'Tencent VOD, 8 MiB × 6', colour: '#787878' },
]

/** Time ÷ ideal by size on each link. `model`: runs in virtual time, drawn as lines; `sockets`: runs over real sockets, drawn as dots. */
export function linksPlot(model, sockets) {
  const width = WIDTH / LINKS.length
  const charts = LINKS.map((link, index) => {
    const [lines, dots] = [linkPoints(model.filter((run) => run.table === 'matrix'), link), linkPoints(sockets.filter((run) => run.resets === 0), link)]
    const title = model.find((run) => run.link.startsWith(link))?.link ?? link
    const chart = createChart({ left: index * width, width, title, x: logScale(SIZES), y: logScale(TIMES), xLabel: 'size', yLabel: 'time ÷ ideal' })
    const series = CLIENTS.map(({ name, colour }) => chart.line(lines(name), colour) + chart.dots(dots(name), colour))
    return [chart.frame([1e6, 1e8, 1e10], [1, 2, 5, 10], formatSize), chart.clip(series), index === 0 ? chart.legend(CLIENTS, 'right') : ''].join('\n')
  })
  return svg(charts)
}

/** How the progress bar moves while one file is uploaded. `steps`: what each client showed, as {client, seconds, megabytes}. */
export function progressPlot(steps) {
  const [seconds, megabytes] = ['seconds', 'megabytes'].map((field) => Math.max(...steps.map((step) => step[field])))
  const chart = createChart({ left: 0, width: WIDTH, title: '5 MB at 250 KB/s, 100 ms', x: linearScale(seconds), y: linearScale(megabytes), xLabel: 'seconds', yLabel: 'MB that the bar shows' })
  const series = CLIENTS.map(({ name, colour }) => chart.line(staircase(steps.filter((step) => step.client === name)), colour))
  return svg([chart.frame(ticks(seconds), ticks(megabytes)), chart.clip(series), chart.legend(CLIENTS, 'left')])
}

/** By client: [size, time ÷ ideal] of the runs on a link that finished. */
function linkPoints(runs, link) {
  const shown = runs.filter((run) => run.finished && run.link.startsWith(link) && run.size >= SIZES[0] && run.size <= SIZES[1])
  return (client) => shown.filter((run) => run.client === client).map((run) => [run.size, run.timeByIdeal])
}

/** The bar stands still until the next step. */
function staircase(steps) {
  let shown = 0
  return [[0, 0], ...steps.flatMap(({ seconds, megabytes }) => [[seconds, shown], [seconds, (shown = megabytes)]])]
}

export function formatSize(bytes) {
  const [unit, name] = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'KB']].find(([unit]) => bytes >= unit)
  return `${bytes / unit} ${name}`
}

/** A scale maps a value to 0…1 of its axis. */
const linearScale = (most) => (value) => value / most
const logScale = ([from, to]) => (value) => Math.log(value / from) / Math.log(to / from)

/** Whole numbers from 0, about six. */
function ticks(most) {
  const step = Math.max(1, Math.round(most / 6))
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}

function createChart({ left, width, title, x, y, xLabel, yLabel }) {
  const area = { left: left + MARGIN.left, right: left + width - MARGIN.right, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom }
  const toX = (value) => round(area.left + x(value) * (area.right - area.left))
  const toY = (value) => round(area.bottom - y(value) * (area.bottom - area.top))
  return {
    frame: (xTicks, yTicks, formatX = String) => [
      text((area.left + area.right) / 2, 18, title, 'middle'),
      `<path d="M${area.left} ${area.top}V${area.bottom}H${area.right}" fill="none" stroke="black"/>`,
      ...xTicks.map((value) => `<path d="M${toX(value)} ${area.bottom}v5" stroke="black"/>` + text(toX(value), area.bottom + 18, formatX(value), 'middle')),
      ...yTicks.map((value) => `<path d="M${area.left} ${toY(value)}h-5" stroke="black"/>` + text(area.left - 9, toY(value) + 4, value, 'end')),
      text((area.left + area.right) / 2, HEIGHT - 6, xLabel, 'middle'),
      text(0, 0, yLabel, 'middle', `translate(${left + 14} ${(area.top + area.bottom) / 2}) rotate(-90)`),
    ].join('\n'),
    /** Hides what lies outside the scales. */
    clip: (series) => {
      const box = [area.left, area.top, area.right - area.left, area.bottom - area.top].map(round)
      const [x, y, width, height] = box
      return `<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="${box.join(' ')}">${series.join('\n')}</svg>`
    },
    line: (points, colour) => `<polyline points="${points.map(([a, b]) => `${toX(a)},${toY(b)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    dots: (points, colour) => points.map(([a, b]) => `<circle cx="${toX(a)}" cy="${toY(b)}" r="3" fill="${colour}"/>`).join(''),
    legend: (clients, side) => {
      const from = side === 'left' ? area.left + 12 : area.right - 150
      const line = ({ label, colour }, index) =>
        `<path d="M${from} ${area.top + 12 + 16 * index}h16" stroke="${colour}" stroke-width="2"/>` + text(from + 22, area.top + 16 + 16 * index, label, 'start')
      return clients.map(line).join('\n')
    },
  }
}

const round = (pixels) => Math.round(pixels * 10) / 10

function text(x, y, content, anchor, transform) {
  const place = transform ? `transform="${transform}"` : `x="${round(x)}" y="${round(y)}"`
  return `<text ${place} text-anchor="${anchor}">${content}</text>`
}

function svg(parts) {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`
  return [open, '<rect width="100%" height="100%" fill="white"/>', ...parts, '</svg>', ''].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = fileURLToPath(new URL('../../target/bench/', import.meta.url))
  const folder = process.argv[2]
  mkdirSync(folder, { recursive: true })
  const plots = { 'links.svg': [linksPlot, 'link.json', 'sockets.json'], 'progress.svg': [progressPlot, 'progress.json'] }
  for (const [name, [plot, ...sources]] of Object.entries(plots)) {
    const tables = sources.map((source) => join(measured, source))
    const missing = sources.filter((_, index) => !existsSync(tables[index]))
    if (missing.length) {
      console.log(`no plot ${name}: target/bench has no ${missing.join(' and ')}`)
      continue
    }
    writeFileSync(join(folder, name), plot(...tables.map((table) => JSON.parse(readFileSync(table, 'utf8')))))
    console.log(`plot: ${join(folder, name)}`)
  }
}
