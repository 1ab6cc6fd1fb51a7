// The small picture of an upload: a block for each part, and a line for the rate of the last seconds.
const SAMPLES = 60
/** Samples of 250 ms that are shown as one rate: bytes come in lumps, a person reads a trend. */
const AVERAGED = 6

const rate = document.querySelector('.rate')
const line = document.querySelector('.rates polyline')
const uploadsElement = document.querySelector('.uploads')
const measured = []
const samples = []

export function showTransfer({ bytesPerSecond: latest, uploads }) {
  measured.push(latest)
  if (measured.length > AVERAGED) measured.shift()
  const bytesPerSecond = measured.reduce((sum, one) => sum + one, 0) / measured.length
  samples.push(bytesPerSecond)
  if (samples.length > SAMPLES) samples.shift()
  const most = Math.max(...samples, 1)
  line.setAttribute('points', samples.map((one, at) => `${(at * 100) / (SAMPLES - 1)},${23 - (one / most) * 22}`).join(' '))
  rate.textContent = bytesPerSecond ? text(bytesPerSecond) : ''
  if (uploads.length) uploadsElement.replaceChildren(...uploads.map(row))
}

function row({ parts }) {
  const element = document.createElement('div')
  element.className = 'parts'
  for (const { number, state, attempts } of parts) {
    const part = element.appendChild(document.createElement('i'))
    part.className = attempts > 1 ? `${state} again` : state
    part.title = `${number}: ${state}${attempts > 1 ? `, sent ${attempts} times` : ''}`
  }
  return element
}

const text = (bytes) => (bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB/s` : `${(bytes / 1024 / 1024).toFixed(1)} MB/s`)
