// A mini program that does nothing by itself: it calls the package as the test says, and notes what it is told, and when.
const VODUpload = require('vod-upload-miniprogram')

const NAMES = ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadFailed', 'onUploadCanceled', 'onUploadTokenExpired', 'onUploadEnd']

const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

App({
  VODUpload,
  /** Calls of a method that have not returned. */
  depth: 0,
  tell() {},

  // The options of an uploader: what the test gave, and callbacks that tell it. `on`: its answers to them, by name; `without`: callbacks this app lacks.
  options(id, optionsText, on, without) {
    const app = this
    const options = JSON.parse(optionsText)
    const heard = (name) => (...args) => {
      app.tell({ uploader: id, name, inside: app.depth > 0, args: copy(args), live: args[0] })
      if (on[name]) return on[name](...args)
    }
    for (const name of NAMES) if (without.indexOf(name) < 0) options[name] = heard(name)
    if (without.indexOf('log') < 0) options.log = heard('log')
    for (const name of Object.keys(on)) if (!options[name] && without.indexOf(name) < 0) options[name] = heard(name)
    return options
  },

  // Results and exceptions both come back as they are.
  within(task) {
    this.depth++
    try {
      return task()
    } finally {
      this.depth--
    }
  },
})
