// A mini program that calls the package as the test asks, and records its callbacks with their times.
const VODUpload = require('vod-upload-miniprogram')

const NAMES = ['addFileSuccess', 'onUploadstarted', 'onUploadProgress', 'onUploadSucceed', 'onUploadFailed', 'onUploadCanceled', 'onUploadTokenExpired', 'onUploadEnd']

const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

App({
  VODUpload,
  /** Calls of a method that have not returned. */
  depth: 0,
  report() {},

  // The options of an uploader: what the test gave, and callbacks that report to it. `on`: functions that the callbacks call, by name; `without`: callbacks that this app lacks.
  options(id, optionsText, on, without) {
    const app = this
    const options = JSON.parse(optionsText)
    const record = (name) => (...args) => {
      app.report({ uploader: id, name, inside: app.depth > 0, args: copy(args), live: args[0] })
      if (on[name]) return on[name](...args)
    }
    for (const name of NAMES) if (without.indexOf(name) < 0) options[name] = record(name)
    if (without.indexOf('log') < 0) options.log = record('log')
    for (const name of Object.keys(on)) if (!options[name] && without.indexOf(name) < 0) options[name] = record(name)
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
