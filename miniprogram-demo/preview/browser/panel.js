// The control panel next to the phone: settings, faults, and the requests that the cloud receives.
import { showTransfer } from './transfer.js'

const SKEW = 2 * 3600 * 1000 // ms
const LINES = 60
const SAMPLE_SIZE = 12 * 1024 * 1024

const frame = document.querySelector('iframe')
const device = document.querySelector('.device')
const urls = new Map()
let listeners = {} // of the phone, for its present run
let started // a promise: resolved when the phone has registered its listeners

// See surroundings.js.
window.surroundings = {
  skew: 0,
  online: true,
  theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  language: /^zh/.test(navigator.language) ? 'zh_CN' : 'en',
  files: new Map(),
  handed: [],
  url(file) {
    if (!urls.has(file)) urls.set(file, URL.createObjectURL(file))
    return urls.get(file)
  },
  log: (level, text) => console[level](text),
  watch() {},
}
const { surroundings } = window

const post = (name) => fetch(`/panel/${name}`, { method: 'POST' })

function restart() {
  listeners = {}
  started = new Promise((resolve) => {
    surroundings.watch = (phoneListeners) => {
      listeners = phoneListeners
      resolve()
    }
  })
  // Whoever starts it again looks at it.
  device.classList.remove('away')
  document.querySelector('[data-fault="background"]').setAttribute('aria-pressed', 'false')
  frame.src = '/phone.html'
}

const choices = {
  width(value) {
    device.style.setProperty('--width', `${value}px`)
  },
  link: (value) => post(`link-${value}`),
  theme(value) {
    surroundings.theme = value
    frame.style.colorScheme = value
    listeners.theme?.(value)
  },
  language(value) {
    const changed = surroundings.language !== value
    surroundings.language = value
    document.documentElement.lang = value
    const word = value === 'en' ? 'en' : 'zh'
    for (const element of document.querySelectorAll('[data-en]')) element.textContent = element.dataset[word]
    if (changed) restart()
  },
}

const faults = {
  offline(on) {
    surroundings.online = !on
    listeners.network?.()
  },
  clock(on) {
    surroundings.skew = on ? SKEW : 0
  },
  background(on) {
    device.classList.toggle('away', on)
    listeners.visible?.(!on)
  },
}

const acts = {
  expire: () => post('expire'),
  'server-error': () => post('server-error'),
  kill: restart,
  'kill-clear'() {
    surroundings.files.clear()
    restart()
  },
  async sample() {
    const film = await (await fetch('/sample.mp4')).blob()
    surroundings.handed.push(new File([film, padding(SAMPLE_SIZE - film.size)], 'sample.mp4', { type: 'video/mp4' }))
    await started
    frame.contentWindow.miniProgram.choose()
  },
}

// A box that players skip: the film stays the same and takes its time on the way.
function padding(size) {
  const box = new Uint8Array(size)
  for (let at = 8; at < size; at += 65536) crypto.getRandomValues(box.subarray(at, Math.min(at + 65536, size)))
  const head = new DataView(box.buffer)
  head.setUint32(0, size)
  head.setUint32(4, 0x66726565) // 'free'
  return box
}

function choose(kind, value) {
  for (const button of document.querySelectorAll(`[data-choice="${kind}"] button`)) button.setAttribute('aria-pressed', String(button.dataset.value === value))
  choices[kind](value)
}

for (const group of document.querySelectorAll('[data-choice]')) {
  group.addEventListener('click', ({ target }) => target.dataset.value && choose(group.dataset.choice, target.dataset.value))
}
for (const button of document.querySelectorAll('[data-fault]')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(on))
    faults[button.dataset.fault](on)
  })
}
for (const button of document.querySelectorAll('[data-act]')) {
  button.addEventListener('click', () => {
    acts[button.dataset.act]()
    button.animate([{ opacity: 0.3 }, { opacity: 1 }], 400)
  })
}

const list = document.querySelector('.requests')
const events = new EventSource('/panel/requests')
events.addEventListener('transfer', ({ data }) => showTransfer(JSON.parse(data)))
events.addEventListener('request', ({ data }) => {
  const { op, partNumber, status, code, bytes } = JSON.parse(data)
  const line = document.createElement('li')
  const size = bytes ? `${Math.max(1, Math.round(bytes / 1024))} KB` : ''
  line.className = status >= 200 && status < 300 ? 'good' : 'bad'
  for (const text of [op + (partNumber ? ` ${partNumber}` : ''), code ?? size, status || '✕']) line.appendChild(document.createElement('span')).textContent = text
  list.prepend(line)
  if (list.children.length > LINES) list.lastChild.remove()
})

// The cloud forgets with the command that started it; a phone that remembered its uploads would only meet refusals.
const run = await (await fetch('/panel/run')).text()
if (localStorage.getItem('run') !== run) localStorage.clear()
localStorage.setItem('run', run)

choose('width', '375')
choose('link', 'usual')
choose('theme', surroundings.theme)
choose('language', surroundings.language)
restart()
