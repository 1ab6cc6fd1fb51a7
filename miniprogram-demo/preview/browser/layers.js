// What WeChat itself lays over a page: lists to choose from, questions, words that fade.
const layers = () => document.querySelector('.os-layers')

/** → the number of the chosen entry, or -1 */
export function choices(entries, { chosen = -1, cancel, color } = {}) {
  return new Promise((resolve) => {
    const sheet = layer('os-sheet', () => done(-1))
    const list = sheet.appendChild(document.createElement('div'))
    list.className = 'os-entries'
    entries.forEach((entry, at) => {
      const button = list.appendChild(document.createElement('button'))
      button.textContent = entry
      if (color) button.style.color = color
      if (at === chosen) button.className = 'os-chosen'
      button.onclick = () => done(at)
    })
    if (cancel) {
      const button = sheet.appendChild(document.createElement('button'))
      button.textContent = cancel
      button.className = 'os-cancel'
      button.onclick = () => done(-1)
    }
    const done = (at) => {
      sheet.parentNode.remove()
      resolve(at)
    }
  })
}

/** → whether it was confirmed */
export function question({ title, content, confirmText, cancelText, showCancel = true, confirmColor }) {
  return new Promise((resolve) => {
    const box = layer('os-question')
    box.append(paragraph('os-title', title), paragraph('os-content', content))
    const row = box.appendChild(document.createElement('div'))
    for (const [text, value] of [...(showCancel ? [[cancelText, false]] : []), [confirmText, true]]) {
      const button = row.appendChild(document.createElement('button'))
      button.textContent = text
      if (value) button.style.color = confirmColor ?? 'var(--link)'
      button.onclick = () => {
        box.parentNode.remove()
        resolve(value)
      }
    }
  })
}

/** A picture or film over the whole screen, until it is tapped. */
export function media(url, type) {
  const box = layer('os-media', () => box.parentNode.remove())
  const element = document.createElement(type === 'video' ? 'video' : 'img')
  Object.assign(element, { src: url, controls: true, autoplay: true, playsInline: true })
  box.append(element)
}

export function toast(title, ms = 1500) {
  layers().querySelector('.os-toast')?.remove()
  const element = paragraph('os-toast', title)
  layers().append(element)
  setTimeout(() => element.remove(), ms)
}

/** Why the mini program could not be shown; it stays. */
export function showFailure(message) {
  layers().append(paragraph('os-failure', message))
}

function layer(name, dismiss) {
  const shade = document.createElement('div')
  shade.className = 'os-shade'
  shade.onclick = ({ target }) => target === shade && dismiss?.()
  const box = shade.appendChild(document.createElement('div'))
  box.className = name
  layers().append(shade)
  return box
}

function paragraph(name, text) {
  const element = document.createElement('p')
  element.className = name
  element.textContent = text ?? ''
  element.hidden = !text
  return element
}
