// The report: Markdown to paste into an issue. Everything in it goes through the account's scrubber.
export function markdown({ version, region, persona, date, cases, answers, left, refused, scrub }) {
  const count = (outcome) => cases.filter((one) => one.outcome === outcome).length
  const lines = [
    `## vod-upload ${version ?? '(never started)'} against VOD in ${region}`,
    '',
    `${date.toISOString().slice(0, 16)}Z, a simulated phone like "${persona}", Node ${process.version}: ${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run.`,
    '',
    ...(refused ? [`VOD refused the first call: ${refused}`, ''] : []),
    ...table(['case', 'outcome', 's', 'answers', 'note'], cases.map((one) => [one.title, one.outcome === 'failed' ? '**failed**' : one.outcome, one.seconds?.toFixed(1), one.answers, one.note])),
    '',
    ...(answers ? asked(answers) : []),
    refused ? 'Nothing was made.' : left.length ? `Not deleted: ${left.map(({ id, reason }) => `${id} (${reason})`).join(', ')}.` : 'What was made was deleted again.',
    '',
  ]
  return scrub(lines.join('\n'))
}

/** The answers to the questions; first those that the package's behaviour depends on. */
function asked({ rights, overwriting, customId }) {
  const verdict = (rows, request) => {
    const row = rows.find((one) => one.request === request)
    return row ? `${row.verdict} (${row.answer})` : 'not asked'
  }
  const section = (title, rows) => [title, '', ...table(['request', '', 'answer'], rows.map((one) => [one.request, one.verdict, one.answer])), '']
  return [
    `* InitiateMultipartUpload honours x-oss-forbid-overwrite: ${verdict(overwriting, 'InitiateMultipartUpload with it, an object there')}`,
    ...['HeadObject', 'ListParts', 'AbortMultipartUpload'].map((request) => `* A credential of VOD may use ${request}: ${verdict(rights, request)}`),
    `* A lost CreateUploadVideo is found again by its ReferenceId: ${verdict(customId, 'RefreshUploadVideo by it')}`,
    '',
    ...section('What a credential of VOD may do:', rights),
    ...section('Whether x-oss-forbid-overwrite is honoured:', overwriting),
    ...section('What becomes of a ReferenceId:', customId),
  ]
}

function table(head, rows) {
  const row = (cells) => `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...rows.map(row)]
}
