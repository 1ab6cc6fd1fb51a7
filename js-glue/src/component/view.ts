// What the template shows of a row, and the smallest setData that gets it there.
import { formatBytes, formatSeconds } from './format'
import { mustBeChosenAgain } from './upload_list'
import type { Row } from './upload_list'
import type { Words } from './words'

/** Only text and flags: the template decides nothing. */
export interface RowView {
  uid: string
  name: string
  status: string
  state: string
  size: string
  thumb: string
  icon: string
  preview: boolean
  percent: number
  bar: boolean
  speed: string
  left: string
  message: string
  action: string
  actionText: string
}

export function viewOf(row: Row, words: Words): RowView {
  const { uid, name, status, percent, type, url, thumb, broken, bytesPerSecond, secondsLeft } = row
  const uploading = status === 'uploading'
  const action = actionOf(row)
  const left = uploading ? formatSeconds(secondsLeft) : ''
  const speed = uploading ? formatBytes(bytesPerSecond) : ''
  return {
    uid,
    name,
    status,
    state: words.status[status === 'waiting' && !row.upload ? 'ready' : status],
    size: formatBytes(row.size),
    thumb: broken ? '' : thumb || (type === 'image' ? url : ''),
    icon: type,
    preview: type === 'video' || type === 'image',
    percent,
    bar: status !== 'done' && (uploading || percent > 0),
    speed: speed && `${speed}/s`,
    left: left && words.left.replace('$', left),
    message: row.message,
    action,
    actionText: action && words.action[action],
  }
}

function actionOf(row: Row): keyof Words['action'] | '' {
  switch (row.status) {
    case 'done':
      return ''
    case 'paused':
      return 'resume'
    case 'failed':
      return mustBeChosenAgain(row) ? 'again' : 'retry'
    default:
      return row.upload ? 'pause' : 'start'
  }
}

/** Undefined when all is shown already. Rows that come or go replace the list. */
export function patchOf(shown: RowView[], next: RowView[]): object | undefined {
  if (shown.length !== next.length || shown.some((row, index) => row.uid !== next[index]!.uid)) return { rows: next }
  const patch: { [path: string]: unknown } = {}
  next.forEach((row, index) => {
    for (const key of Object.keys(row) as Array<keyof RowView>) {
      if (row[key] !== shown[index]![key]) patch[`rows[${index}].${key}`] = row[key]
    }
  })
  return Object.keys(patch).length ? patch : undefined
}
