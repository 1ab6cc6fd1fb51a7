// CRC-64/XZ as OSS reports it, byte by byte: no relative of the one under test.
var crc64 = (function () {
  var low = new Uint32Array(256)
  var high = new Uint32Array(256)
  for (var byte = 0; byte < 256; byte++) {
    var value = BigInt(byte)
    for (var bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0xc96c5795d7870f42n : value >> 1n
    low[byte] = Number(value & 0xffffffffn)
    high[byte] = Number(value >> 32n)
  }
  return function (bytes) {
    var l = -1
    var h = -1
    for (var i = 0; i < bytes.length; i++) {
      var at = (l ^ bytes[i]) & 255
      l = low[at] ^ ((l >>> 8) | (h << 24))
      h = high[at] ^ (h >>> 8)
    }
    return String((BigInt(~h >>> 0) << 32n) | BigInt(~l >>> 0))
  }
})()
