// The part of `wx` that the package uses, and the package inside it: in JavaScriptCore's bare shell, with nothing of Node's or a browser's.

/** The shell's own timers cannot be taken back. */
var timers = (function () {
  var waiting = {}
  var last = 0
  return {
    setTimeout: function (task, ms) {
      var id = ++last
      waiting[id] = task
      setTimeout(function () {
        if (!waiting[id]) return
        delete waiting[id]
        task()
      }, ms)
      return id
    },
    clearTimeout: function (id) {
      delete waiting[id]
    },
  }
})()

function createPhone(oss) {
  var files = {}
  var storage = {}

  function later(task) {
    setTimeout(task, 0)
  }

  function file(options, method, work) {
    later(function () {
      var bytes = files[options.filePath || options.path]
      if (bytes) options.success(work(bytes))
      else options.fail({ errMsg: method + ':fail no such file or directory', errCode: 1300002 })
    })
  }

  var manager = {
    stat: function (o) {
      file(o, 'stat', function (bytes) { return { stats: { size: bytes.length, lastModifiedTime: 1780000000 } } })
    },
    readFile: function (o) {
      file(o, 'readFile', function (bytes) { return { data: bytes.buffer.slice(o.position, o.position + o.length) } })
    },
    getFileInfo: function (o) {
      file(o, 'getFileInfo', function (bytes) { return { size: bytes.length, digest: 'd41d8cd98f00b204e9800998ecf8427e' } })
    },
  }

  return {
    files: files,
    wx: {
      request: function (o) {
        if (o.method === 'PUT' && !(o.data instanceof ArrayBuffer)) throw new TypeError('a body must be an ArrayBuffer')
        var aborted = false
        later(function () {
          if (aborted) return o.fail({ errMsg: 'request:fail abort' })
          var answer = oss.answer(o.method, o.url, o.header, o.data)
          later(function () {
            o.success(answer)
          })
        })
        return { abort: function () { aborted = true } }
      },
      getFileSystemManager: function () { return manager },
      getStorageSync: function (key) { return key in storage ? storage[key] : '' },
      setStorageSync: function (key, value) { storage[key] = value },
      removeStorageSync: function (key) { delete storage[key] },
      onAppShow: function () {},
      onAppHide: function () {},
      onNetworkStatusChange: function () {},
      getNetworkType: function (o) { later(function () { o.success({ networkType: 'wifi' }) }) },
    },
  }
}

/** WXWebAssembly over the shell's own engine; `file` holds the module unpacked, for the shell knows no brotli. */
function createWxWebAssembly(file, times) {
  return {
    instantiate: function (path, imports) {
      if (!/\.wasm\.br$/.test(path)) return Promise.reject(new Error('not support ' + path))
      var bytes = readFile(file, 'binary')
      var begun = preciseTime()
      return WebAssembly.instantiate(bytes, imports).then(function (result) {
        times.instantiate = (preciseTime() - begun) * 1000
        return result
      })
    },
  }
}

/** Evaluates a file of the package as a mini program does: names of browsers and of newer languages are not there. */
function loadModule(file, given) {
  var absent = ['window', 'self', 'globalThis', 'global', 'WebAssembly', 'BigInt', 'TextDecoder', 'TextEncoder', 'queueMicrotask', 'WeakRef', 'FinalizationRegistry', 'Intl', 'readFile', 'load', 'print']
  var names = Object.keys(given)
  var module = { exports: {} }
  var wrapped = new Function(['module', 'exports'].concat(names, absent).join(','), readFile(file))
  wrapped.apply(undefined, [module, module.exports].concat(names.map(function (name) { return given[name] })))
  return module.exports
}
