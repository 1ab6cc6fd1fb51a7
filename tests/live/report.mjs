// The report: Markdown to paste into an issue. Everything in it goes through the account's scrubber.
export function markdown({ version, region, persona, date, cases, rights, left, refused, scrub }) {
  const count = (outcome) => cases.filter((one) => one.outcome === outcome).length
  const lines = [
    `## vod-upload ${version ?? '(never started)'} against VOD in ${region}`,
    '',
    `${date.toISOString().slice(0, 16)}Z, a simulated phone like "${persona}", Node ${process.version}: ${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run.`,
    '',
    ...(refused ? [`VOD refused the first call: ${refused}`, ''] : []),
    ...table(['case', 'outcome', 's', 'answers', 'note'], cases.map((one) => [one.title, one.outcome === 'failed' ? '**failed**' : one.outcome, one.seconds?.toFixed(1), one.answers, one.note])),
    '',
    ...(rights.length ? ['What a credential of VOD may do:', '', ...table(['request', 'answer'], rights.map((one) => [one.operation, one.answer])), ''] : []),
    refused ? 'Nothing was made.' : left.length ? `Not deleted: ${left.map(({ id, reason }) => `${id} (${reason})`).join(', ')}.` : 'What was made was deleted again.',
    '',
  ]
  return scrub(lines.join('\n'))
}

function table(head, rows) {
  const row = (cells) => `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...rows.map(row)]
}
