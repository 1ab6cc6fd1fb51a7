// A file whose name makes the module panic, added while another one waits for its credential.
var config = JSON.parse(readFile(arguments[0]))
var phone = createPhone(createOss())
phone.files['wxfile://first.mp4'] = new Uint8Array(100)
var printed = []
function note() {
  printed.push(Array.prototype.map.call(arguments, String).join(' '))
}
var VODUpload = loadModule(config.folder + '/index.js', {
  wx: phone.wx,
  WXWebAssembly: createWxWebAssembly(config.module, {}),
  setTimeout: timers.setTimeout,
  clearTimeout: timers.clearTimeout,
  console: { log: note, warn: note, error: note },
})
var logged = []
var uploader = new VODUpload({
  userId: '1',
  log: function (level, event) {
    if (level === 'error') logged.push(event.message)
  },
  onUploadstarted: function () {
    uploader.addFile({ url: 'wxfile://' + config.name })
  },
  onUploadFailed: function (info, code, message) {
    if (info.file.name !== 'first.mp4') return
    print(JSON.stringify({ code: code, message: message, logged: logged, printed: printed }))
    quit()
  },
})
uploader.addFile({ url: 'wxfile://first.mp4' })
uploader.startUpload()
