import { ComponentEvent } from './event.js'

const FITS = { scaleToFill: 'fill', aspectFit: 'contain', aspectFill: 'cover', widthFix: 'contain' }

export const defineImage = (files) => customElements.define('wx-image', class extends HTMLElement {
  static observedAttributes = ['src', 'mode']
  #image = new Image()

  connectedCallback() {
    if (this.#image.parentNode) return
    this.#image.alt = ''
    this.#image.draggable = false
    this.#image.onload = () => this.dispatchEvent(new ComponentEvent('load', { width: this.#image.naturalWidth, height: this.#image.naturalHeight }))
    this.append(this.#image)
  }

  async attributeChangedCallback(name, _, value) {
    if (name === 'mode') return void (this.#image.style.objectFit = FITS[value] ?? 'fill')
    if (!value) return void this.#image.removeAttribute('src')
    try {
      const url = await files.url(value)
      await loads(url)
      if (this.getAttribute('src') === value) this.#image.src = url
    } catch (error) {
      if (this.getAttribute('src') === value) this.dispatchEvent(new ComponentEvent('error', { errMsg: error.message }))
    }
  }
})

const loads = (url) => new Promise((resolve, reject) => {
  const probe = new Image()
  probe.onload = resolve
  probe.onerror = () => reject(new Error(`GET ${url} can't be shown`))
  probe.src = url
})
