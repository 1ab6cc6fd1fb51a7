// WeChat's built-in components, as many as the demo uses: custom elements named wx-….
import { defineImage } from './image.js'
import { definePicker } from './picker.js'
import { defineScrollView } from './scroll_view.js'
import { defineSwitch } from './switch.js'
import { defineVideo } from './video.js'

export const BUILTINS = ['view', 'text', 'button', 'image', 'video', 'switch', 'picker', 'scroll-view']

export function defineBuiltins(files) {
  defineImage(files)
  defineVideo(files)
  defineSwitch()
  definePicker()
  defineScrollView()
  pressing()
}

// hover-class: what a finger on it looks like.
function pressing() {
  let pressed = null
  // In a component the classes of an element begin with its scope.
  const hoverClasses = (element) => {
    const [, scope = ''] = /(?:^|\s)([\w-]+?--)/.exec(element.className) ?? []
    return element.getAttribute('hover-class').split(' ').map((name) => scope + name)
  }
  const release = () => {
    pressed?.classList.remove(...hoverClasses(pressed))
    pressed = null
  }
  document.addEventListener('pointerdown', ({ target }) => {
    const element = target.closest('[hover-class]')
    if (!element || element.getAttribute('hover-class') === 'none' || element.hasAttribute('disabled')) return
    pressed = element
    pressed.classList.add(...hoverClasses(pressed))
  })
  for (const type of ['pointerup', 'pointercancel', 'scroll']) document.addEventListener(type, release, { capture: true })
}
