// Choosers without a screen: the test sets in advance what the user chooses.
import { basename } from 'node:path'
import { statSync } from 'node:fs'

const images = /\.(png|jpe?g|gif|bmp|webp)$/i

export function createChoosers({ persona, disk, later, choices }) {
  const size = (path) => (persona.choosers?.sizeWrongOrZero ? 0 : statSync(disk.find(path).real).size)

  function chooser(name, form) {
    return (options) => {
      const choice = choices.shift()
      if (!choice || choice === 'cancel') return later(name, options, { errMsg: `${name}:fail cancel` }, 'fail')
      return later(name, options, form(Array.isArray(choice) ? choice : [choice]))
    }
  }

  const thumb = (one) => one.thumb ?? ''
  return {
    chooseMedia: chooser('chooseMedia', (list) => ({
      type: images.test(list[0].path) ? 'image' : 'video',
      tempFiles: list.map((one) => (images.test(one.path)
        ? { tempFilePath: one.path, size: size(one.path), fileType: 'image' }
        : { tempFilePath: one.path, size: size(one.path), fileType: 'video', duration: 12, width: 1280, height: 720, thumbTempFilePath: thumb(one) })),
    })),
    chooseMessageFile: chooser('chooseMessageFile', (list) => ({
      tempFiles: list.map((one) => ({
        path: one.path,
        name: one.name ?? basename(one.path),
        size: size(one.path),
        type: images.test(one.path) ? 'image' : 'video',
        ...(persona.sys.platform === 'devtools' ? {} : { time: 1760000000 }),
      })),
    })),
    chooseImage: chooser('chooseImage', (list) => ({
      tempFilePaths: list.map((one) => one.path),
      tempFiles: list.map((one) => ({ path: one.path, size: size(one.path) })),
    })),
    chooseVideo: chooser('chooseVideo', ([one]) => ({ tempFilePath: one.path, duration: 12, size: size(one.path), width: 1280, height: 720, thumbTempFilePath: thumb(one) })),
  }
}
