import { ComponentEvent } from './event.js'

export const defineSwitch = () => customElements.define('wx-switch', class extends HTMLElement {
  static observedAttributes = ['checked', 'color']

  connectedCallback() {
    this.setAttribute('role', 'switch')
    this.tabIndex = 0
    this.addEventListener('click', () => {
      this.#show(this.getAttribute('aria-checked') !== 'true')
      this.dispatchEvent(new ComponentEvent('change', { value: this.getAttribute('aria-checked') === 'true' }))
    })
  }

  attributeChangedCallback(name, _, value) {
    if (name === 'color') this.style.setProperty('--on', value)
    else this.#show(value !== null && value !== 'false')
  }

  #show(on) {
    this.setAttribute('aria-checked', String(on))
  }
})
