export const defineScrollView = () => customElements.define('wx-scroll-view', class extends HTMLElement {
  static observedAttributes = ['scroll-top']

  attributeChangedCallback(name, _, value) {
    // The content that makes it so high is not there yet.
    requestAnimationFrame(() => {
      this.scrollTop = Number(value) || 0
    })
  }
})
