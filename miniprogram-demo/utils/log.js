// The log drawer's lines: what the package says of its work, and what the app adds.

const MOST = 200

const lines = []
let lastId = 0
let listener = null

function two(number) {
  return number < 10 ? `0${number}` : `${number}`
}

// fields: an event of the package's, {level, event, …}; or a text of our own.
function add(level, said) {
  const now = new Date()
  let text = said
  if (typeof said === 'object') {
    const details = Object.keys(said).filter((key) => key !== 'level' && key !== 'event')
    text = [said.event].concat(details.map((key) => `${key}=${said[key]}`)).join(' ')
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
  listen: (heard) => {
    listener = heard
  }
}
