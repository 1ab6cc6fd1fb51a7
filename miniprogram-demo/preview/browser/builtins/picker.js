import { choices } from '../layers.js'
import { ComponentEvent } from './event.js'

// mode="selector" alone. Its range arrives as text, so no entry may have a comma in it.
export const definePicker = () => customElements.define('wx-picker', class extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', async () => {
      const range = this.getAttribute('range').split(',')
      const value = await choices(range, { chosen: Number(this.getAttribute('value')) })
      this.dispatchEvent(value < 0 ? new ComponentEvent('cancel') : new ComponentEvent('change', { value: String(value) }))
    })
  }
})
