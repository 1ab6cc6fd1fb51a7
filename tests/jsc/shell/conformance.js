// Uploads of all shapes through the package, compared byte by byte. The last line printed is the result as JSON.
var config = JSON.parse(readFile(arguments[0]))
var started = preciseTime()
var times = {}
var oss = createOss()
var phone = createPhone(oss)
var given = { wx: phone.wx, setTimeout: timers.setTimeout, clearTimeout: timers.clearTimeout, console: { log: note, warn: note, error: note } }
if (!config.useFallback) given.WXWebAssembly = createWxWebAssembly(config.module, times)
else given.WXWebAssembly = undefined
var lines = []
var VODUpload = loadModule(config.folder + '/index.js', given)

function note() {
  lines.push(Array.prototype.map.call(arguments, String).join(' '))
}

function fallback() {
  return function (imports) {
    var begun = preciseTime()
    var exports = loadModule(config.folder + '/fallback/index.js', {})(imports)
    times.instantiate = (preciseTime() - begun) * 1000
    return exports
  }
}

function content(size) {
  var bytes = new Uint8Array(size)
  var x = size | 1
  for (var i = 0; i < size; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x
  }
  return bytes
}

function same(a, b) {
  if (!a || a.length !== b.length) return false
  for (var i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function upload(one) {
  return new Promise(function (resolve) {
    var events = []
    var begun = preciseTime()
    var path = 'wxfile://tmp_' + one.name
    phone.files[path] = content(one.size)
    oss.damage = (one.damage || []).map(String)
    var before = oss.requests.length
    var uploader = new VODUpload(Object.assign({
      userId: '25346073170691',
      fallback: config.useFallback ? fallback() : undefined,
      onUploadstarted: function (info) { uploader.setUploadAuthAndAddress(info, one.credential.UploadAuth, one.credential.UploadAddress, 'video1') },
      onUploadSucceed: function () { events.push('succeed') },
      onUploadFailed: function (info, code, message) { events.push('failed ' + code + ': ' + message) },
      onUploadEnd: function () {
        var object = oss.objects[one.key]
        resolve({
          events: events,
          ms: (preciseTime() - begun) * 1000,
          size: object && object.bytes.length,
          same: same(object && object.bytes, phone.files[path]),
          requests: oss.requests.slice(before),
        })
      },
    }, one.options))
    uploader.addFile({ url: path, name: one.name }, null, null, null, one.paramData || null)
    uploader.startUpload()
  })
}

function brokenParamData() {
  return new Promise(function (resolve) {
    var uploader = new VODUpload({
      userId: 1,
      fallback: config.useFallback ? fallback() : undefined,
      onUploadFailed: function (info, code, message) { resolve({ taken: taken, code: code, message: message }) },
    })
    var taken = uploader.addFile({ url: 'wxfile://tmp_a.mp4' }, null, null, null, config.brokenParamData)
  })
}

var report = { times: times, uploads: [] }
VODUpload.load({ fallback: config.useFallback ? fallback() : undefined })
  .then(function () {
    times.ready = (preciseTime() - started) * 1000
    return config.uploads.reduce(function (before, one) {
      return before.then(function () { return upload(one) }).then(function (result) { report.uploads.push(result) })
    }, Promise.resolve())
  })
  .then(brokenParamData)
  .then(
    function (result) { report.broken = result },
    function (error) { report.error = String(error && error.stack ? error.message + '\n' + error.stack : error) },
  )
  .then(function () {
    report.output = lines
    report.left = Object.keys(oss.uploads)
    report.peak = MemoryFootprint().peak
    print(JSON.stringify(report))
    quit()
  })
