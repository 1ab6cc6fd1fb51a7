// `wx`, as much of it as the demo and the package use. What is missing here is missing loudly: "wx.x is not a function".
import { createChoosers } from './choosers.js'
import { createFiles } from './files.js'
import { createLife } from './life.js'
import { createNetwork } from './network.js'
import { createScreen } from './screen.js'
import { createStorage } from './storage.js'

export function createWx({ surroundings, navigate, setTitle }) {
  const life = createLife({ surroundings })
  const files = createFiles({ surroundings })
  const network = createNetwork({ surroundings, files, life })
  return {
    files,
    emit: life.emit,
    networkChanged: network.changed,
    visibilityChanged(visible) {
      life.emit(visible ? 'AppShow' : 'AppHide', {})
      network.visibilityChanged(visible)
    },
    api: {
      ...life.api,
      ...files.api,
      ...network.api,
      ...createChoosers({ surroundings, files }),
      ...createScreen({ navigate, setTitle, surroundings, files }),
      ...createStorage(),
    },
  }
}
