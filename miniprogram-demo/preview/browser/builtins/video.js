import { ComponentEvent } from './event.js'

export const defineVideo = (files) => customElements.define('wx-video', class extends HTMLElement {
  static observedAttributes = ['src', 'autoplay', 'poster', 'controls', 'muted', 'loop']
  #video = document.createElement('video')

  connectedCallback() {
    if (this.#video.parentNode) return
    this.#video.playsInline = true
    this.#video.controls = this.getAttribute('controls') !== 'false'
    for (const type of ['play', 'pause', 'ended']) this.#video.addEventListener(type, () => this.dispatchEvent(new ComponentEvent(type)))
    this.#video.addEventListener('error', () => this.dispatchEvent(new ComponentEvent('error', { errMsg: this.#video.error?.message ?? '' })))
    this.append(this.#video)
  }

  disconnectedCallback() {
    this.#video.pause()
  }

  async attributeChangedCallback(name, _, value) {
    if (name === 'src' || name === 'poster') {
      if (!value) return
      try {
        this.#video[name] = await files.url(value)
      } catch (error) {
        if (name === 'src') this.dispatchEvent(new ComponentEvent('error', { errMsg: error.message }))
      }
    } else {
      this.#video[name] = value !== null && value !== 'false'
    }
  }
})
