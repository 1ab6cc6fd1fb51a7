// What starting costs: the script, the engine, and the way to the first callback of the first file.
var config = JSON.parse(readFile(arguments[0]))
var times = {}
var oss = createOss()
var phone = createPhone(oss)
phone.files['wxfile://tmp_a.mp4'] = new Uint8Array(1000)

function timed(name, task) {
  var begun = preciseTime()
  var result = task()
  times[name] = (preciseTime() - begun) * 1000
  return result
}

function memory() {
  if (typeof gc === 'function') gc()
  return MemoryFootprint().current
}

var before = memory()
var VODUpload = timed('script', function () {
  return loadModule(config.folder + '/index.js', {
    wx: phone.wx,
    WXWebAssembly: config.useFallback ? undefined : createWxWebAssembly(config.module, {}),
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clearTimeout,
    console: { log: print, warn: print, error: print },
  })
})
var fallback = config.useFallback && function (imports) {
  return timed('parse', function () { return loadModule(config.folder + '/fallback/index.js', {}) })(imports)
}

var begun = preciseTime()
VODUpload.load({ fallback: fallback }).then(function () {
  times.engine = (preciseTime() - begun) * 1000
  begun = preciseTime()
  var uploader = new VODUpload({
    userId: '1',
    onUploadstarted: function () {
      times.first = (preciseTime() - begun) * 1000
      print(JSON.stringify({ times: times, bytes: memory() - before }))
      quit()
    },
  })
  uploader.addFile({ url: 'wxfile://tmp_a.mp4' })
  uploader.startUpload()
})
