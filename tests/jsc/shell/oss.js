// An OSS in memory: parts and objects, with the checksums that the client compares. Whether the signatures are right is looked into afterwards.
function createOss() {
  var oss = {
    /** What was asked, for the signature check: method, url, headers. */
    requests: [],
    objects: {},
    uploads: {},
    /** Numbers of parts that are stored with a wrong byte, once each. */
    damage: [],
    answer: answer,
  }
  var etags = 0

  function answer(method, url, headers, body) {
    oss.requests.push({ method: method, url: url, headers: headers })
    var parts = /^https:\/\/[^/]+\/([^?]*)\??(.*)$/.exec(url)
    var key = decodeURIComponent(parts[1])
    var query = {}
    parts[2].split('&').forEach(function (pair) {
      var equals = pair.indexOf('=')
      if (pair) query[decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals))] = equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1))
    })
    if (method === 'POST' && 'uploads' in query) {
      var id = 'U' + (Object.keys(oss.uploads).length + 1)
      oss.uploads[id] = {}
      return ok('<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>' + id + '</UploadId></InitiateMultipartUploadResult>', {})
    }
    if (method === 'PUT') {
      var bytes = new Uint8Array(body.slice(0))
      if (!query.uploadId) return ok('', (oss.objects[key] = stored(bytes)).headers)
      var wrong = oss.damage.indexOf(query.partNumber)
      if (wrong >= 0) {
        oss.damage.splice(wrong, 1)
        bytes[bytes.length >> 1] ^= 1
      }
      return ok('', (oss.uploads[query.uploadId][query.partNumber] = stored(bytes)).headers)
    }
    if (method === 'POST' && query.uploadId) {
      var object = stored(joined(oss.uploads[query.uploadId]))
      oss.objects[key] = object
      delete oss.uploads[query.uploadId]
      return ok('<CompleteMultipartUploadResult><Key>k</Key><ETag>' + object.headers.ETag + '</ETag></CompleteMultipartUploadResult>', object.headers)
    }
    return { statusCode: 400, header: {}, data: '<Error><Code>InvalidArgument</Code></Error>' }
  }

  function stored(bytes) {
    return { bytes: bytes, headers: { ETag: '"' + ('0000000000000000000000000000000' + ++etags).slice(-32) + '"', 'x-oss-hash-crc64ecma': crc64(bytes) } }
  }

  function ok(data, headers) {
    return { statusCode: 200, header: Object.assign({ 'x-oss-request-id': 'R' + oss.requests.length }, headers), data: data }
  }

  return oss
}

function joined(parts) {
  var numbers = Object.keys(parts).map(Number).sort(function (a, b) { return a - b })
  var whole = new Uint8Array(numbers.reduce(function (sum, n) { return sum + parts[n].bytes.length }, 0))
  var at = 0
  numbers.forEach(function (n) {
    whole.set(parts[n].bytes, at)
    at += parts[n].bytes.length
  })
  return whole
}
