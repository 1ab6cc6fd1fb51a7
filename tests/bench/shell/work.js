// Uploads as fast as the package can: the phone answers at once and every read brings the same bytes, so what is left is our own work.
var config = JSON.parse(readFile(arguments[0]))
var memory
var calls = 0

/** Calls into the module and out of it are counted. */
function counted(group) {
  var result = {}
  Object.keys(group).forEach(function (name) {
    var value = group[name]
    if (value instanceof WebAssembly.Memory) memory = value
    result[name] = typeof value === 'function' && config.count ? function () {
      calls++
      return value.apply(null, arguments)
    } : value
  })
  return result
}

function soon(task, value) {
  Promise.resolve(value).then(function () { task(value) })
}

var buffers = {}
var parts = 0
var held = 0
var mostHeld = 0
/** After each slice of the parts: when, calls so far, bytes of the module's memory. */
var marks = []
var step = config.parts / config.slices
var storage = {}
var keys = 0
var INITIATED = '<?xml version="1.0" encoding="UTF-8"?>\n<InitiateMultipartUploadResult>\n  <Bucket>b</Bucket>\n  <Key>k</Key>\n  <UploadId>0004B9894A22E5B1888A1E29F8236E2D</UploadId>\n</InitiateMultipartUploadResult>'
var COMPLETED = '<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUploadResult>\n  <ETag>"B864DB6A936D376F9F8D3ED3BBE540DD-3"</ETag>\n</CompleteMultipartUploadResult>'

// CRC-64/XZ of zeros, which is all that these files hold. Polynomials over GF(2), bit-reversed: bit 63 is the coefficient of x^0.
var POLYNOMIAL = BigInt('0xC96C5795D7870F42')
var ALL_ONES = BigInt('0xFFFFFFFFFFFFFFFF')
var ONE = BigInt(1)

function product(a, b) {
  var result = BigInt(0)
  for (var bit = BigInt(63); bit >= 0; bit -= ONE) {
    if ((a >> bit) & ONE) result ^= b
    b = b & ONE ? (b >> ONE) ^ POLYNOMIAL : b >> ONE
  }
  return result
}

/** Each further zero byte multiplies the register, all ones at first, by x^8. */
function crc64OfZeros(length) {
  var register = ALL_ONES
  for (var factor = ONE << BigInt(55); length > 0; length = Math.floor(length / 2)) {
    if (length % 2) register = product(register, factor)
    factor = product(factor, factor)
  }
  return String(register ^ ALL_ONES)
}

var crcs = {}

function crcOf(length) {
  return crcs[length] || (crcs[length] = crc64OfZeros(length))
}

function answer(o) {
  if (o.method === 'PUT' && ++parts % step === 0 && marks.length <= config.slices) marks.push([preciseTime(), calls, size()])
  return {
    statusCode: 200,
    header: {
      'x-oss-hash-crc64ecma': crcOf(o.method === 'PUT' ? o.data.byteLength : config.size),
      Server: 'AliyunOSS', Date: 'Mon, 01 Jun 2026 00:00:00 GMT', 'Content-Length': '0', Connection: 'keep-alive',
      'x-oss-request-id': '6A1CBE00F1C5B53936D2A111', ETag: '"0123456789ABCDEF0123456789ABCDEF"', 'x-oss-server-time': '12',
    },
    data: /[?&]uploads/.test(o.url) ? INITIATED : o.method === 'POST' ? COMPLETED : '',
  }
}

/** The first file is the one that is measured; the others only wait in the list, or are all alike. */
function bytesOf(path) {
  return config.waiting && !/_0\.mp4$/.test(path) ? 1000 : config.size
}

function size() {
  return memory ? memory.buffer.byteLength : 0
}

var wx = {
  request: function (o) {
    var length = o.data instanceof ArrayBuffer ? o.data.byteLength : 0
    held += length
    mostHeld = Math.max(mostHeld, held)
    soon(function () {
      held -= length
      o.success(answer(o))
    })
    return { abort: function () {} }
  },
  getFileSystemManager: function () {
    return {
      stat: function (o) { soon(o.success, { stats: { size: bytesOf(o.path), lastModifiedTime: 1780000000 } }) },
      readFile: function (o) { soon(o.success, { data: buffers[o.length] || (buffers[o.length] = new ArrayBuffer(o.length)) }) },
      getFileInfo: function (o) { soon(o.success, { size: bytesOf(o.filePath), digest: 'd41d8cd98f00b204e9800998ecf8427e' }) },
    }
  },
  getStorageSync: function (key) { return key in storage ? storage[key] : '' },
  setStorageSync: function (key, value) {
    storage[key] = value
    keys = Math.max(keys, Object.keys(storage).length)
  },
  removeStorageSync: function (key) { delete storage[key] },
  getNetworkType: function (o) { soon(o.success, { networkType: 'wifi' }) },
}

var VODUpload = loadModule(config.folder + '/index.js', {
  wx: wx,
  setTimeout: timers.setTimeout,
  clearTimeout: timers.clearTimeout,
  console: { log: print, warn: print, error: print },
  WXWebAssembly: config.useFallback ? undefined : {
    instantiate: function (path, imports) {
      var given = {}
      Object.keys(imports).forEach(function (name) { given[name] = counted(imports[name]) })
      return WebAssembly.instantiate(readFile(config.module, 'binary'), given).then(function (result) {
        return { instance: { exports: counted(result.instance.exports) } }
      })
    },
  },
})
function fallback(imports) {
  var made = loadModule(config.folder + '/fallback/index.js', {})(imports)
  memory = made.memory
  return made
}

var report = { succeeded: 0, failed: '', marks: marks }
VODUpload.load({ fallback: config.useFallback && fallback }).then(function () {
  report.idle = size()
  var uploader = new VODUpload(Object.assign({
    userId: '25346073170691',
    fallback: config.useFallback && fallback,
    onUploadstarted: function (info) { uploader.setUploadAuthAndAddress(info, config.auth, config.address, '0123456789abcdef0123456789abcdef') },
    onUploadFailed: function (info, code, message) { report.failed = code + ': ' + message },
    onUploadSucceed: function () {
      report.succeeded++
      if (config.waiting) end()
    },
    onUploadEnd: end,
  }, config.options))
  for (var i = 0; i < config.files; i++) {
    var name = 'wxfile://tmp_0123456789abcdef0123456789abcdef_' + i + '.mp4'
    uploader.addFile({ url: name, name: 'holiday ' + i + '.mp4' }, null, null, null, '{"Vod":{"Title":"holiday"}}')
  }
  marks.push([preciseTime(), calls, size()])
  uploader.startUpload()
})

function end() {
  report.parts = parts
  report.mostHeld = mostHeld
  report.memory = size()
  report.keys = keys
  report.left = Object.keys(storage).length
  print(JSON.stringify(report))
  quit()
}
