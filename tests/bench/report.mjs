// What a bench reports: figures beside their bars, printed and as the tables that `cargo xtask bench --record` puts into README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Two digits are shown; a difference that does not show is none. */
const SLACK = 0.0005

const measured = fileURLToPath(new URL('../../target/bench/', import.meta.url))

export class Report {
  /** Figures above their bars. */
  missed = 0
  #paragraphs = []

  /** A figure beside its bar, Infinity for none: `text` for the terminal, where a miss has a star, `cell` for a table, where it is bold. */
  compare(figure, bar) {
    const shown = figure.toFixed(2)
    const limit = bar === Infinity ? '–' : bar
    const miss = !(figure <= bar + SLACK)
    if (miss) this.missed++
    return { text: `${shown} of ${limit}${miss ? ' *' : ''}`, cell: `${miss ? `**${shown}**` : shown} (${limit})` }
  }

  addTable(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`
    this.#paragraphs.push([line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n'))
  }

  /** Writes what was added, for the section of that bench. */
  write(bench) {
    writeMeasured(`${bench}.md`, this.#paragraphs.join('\n\n') + '\n')
  }
}

/** Writes a file of target/bench. */
export function writeMeasured(name, text) {
  mkdirSync(measured, { recursive: true })
  writeFileSync(measured + name, text)
}
