// The lines of the log drawer: the package's log, and the app's own lines.

const MOST = 200

const lines = []
let lastId = 0
let listener = null

function two(number) {
  return number < 10 ? `0${number}` : `${number}`
}

// entry: an event of the package, {level, event, …}, or text.
function add(level, entry) {
  const now = new Date()
  let text = entry
  if (typeof entry === 'object') {
    const details = Object.keys(entry).filter((key) => key !== 'level' && key !== 'event')
    text = [entry.event].concat(details.map((key) => `${key}=${entry[key]}`)).join(' ')
  }
  lastId += 1
  lines.push({ id: lastId, level, time: `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`, text })
  if (lines.length > MOST) lines.shift()
  if (listener) listener()
}

function clear() {
  lines.length = 0
  if (listener) listener()
}

module.exports = {
  add,
  clear,
  lines: () => lines.slice(),
  asText: () => lines.map(({ time, level, text }) => `${time} ${level} ${text}`).join('\n'),
  // One listener: the drawer, while it is open.
  listen: (onLine) => {
    listener = onLine
  }
}
