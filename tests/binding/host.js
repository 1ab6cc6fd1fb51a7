// A host for one uploader: a phone with a single file, and an OSS with the few responses that an upload needs.
(function (size) {
  const file = new Uint8Array(size)
  for (let i = 0; i < size; i++) file[i] = (i * 31 + (i >> 8)) & 255

  // CRC-64/XZ byte by byte: no relative of the one under test.
  const table = Array.from({ length: 256 }, (_, n) => {
    let crc = BigInt(n)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
    return crc
  })
  const crc64 = (bytes) => {
    let crc = 0xffffffffffffffffn
    for (const byte of bytes) crc = table[Number(crc & 255n) ^ byte] ^ (crc >> 8n)
    return String(crc ^ 0xffffffffffffffffn)
  }
  const response = (status, headers, body) => ({ status, headers, body: body || '' })
  const stored = (bytes) => 'etag: "0123456789ABCDEF0123456789ABCDEF"\nx-oss-request-id: 1\nx-oss-hash-crc64ecma: ' + crc64(bytes) + '\n'
  const query = (url, name) => (new RegExp('[?&]' + name + '=([^&]*)').exec(url) || [])[1]
  const gone = { kind: 'missing', message: 'readFile:fail no such file' }

  const host = {
    file,
    parts: {},
    object: null,
    requests: [],
    emits: [],
    storage: {},
    damaged: 0,
    idle: 0,
    panics: [],
    ended: null,
    /** What the test gives: `handleTimeout` of the uploader. */
    handleTimeout: () => {},
    now: () => 1780000000000,
    request({ method, url, headers }, data) {
      const lines = Object.keys(headers).map((name) => name + ': ' + headers[name] + '\n')
      host.requests.push(method + ' ' + url.replace(/^https:\/\/[^/]+/, '') + '\n' + lines.join(''))
      const bytes = data && data.byteLength >= 0 ? new Uint8Array(data) : null
      const number = query(url, 'partNumber')
      if (method === 'POST' && /[?]uploads/.test(url)) {
        const xml = '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>'
        return Promise.resolve(response(200, 'x-oss-request-id: 1\n', xml))
      }
      if (method === 'PUT' && number) {
        host.parts[number] = bytes.slice()
        if (host.damaged-- > 0) host.parts[number][0] ^= 1
        return Promise.resolve(response(200, stored(host.parts[number])))
      }
      if (method === 'PUT') host.object = bytes.slice()
      else host.object = Uint8Array.from([].concat(...Object.keys(host.parts).sort((a, b) => a - b).map((n) => Array.from(host.parts[n]))))
      return Promise.resolve(response(200, stored(host.object), method === 'PUT' ? '' : '<CompleteMultipartUploadResult/>'))
    },
    uploadFile: () => Promise.resolve(response(204, '')),
    abort() {},
    statFile: () => Promise.resolve({ size, modifiedAt: 7 }),
    readFile: (path, position, length) => (path === '/film.mp4' ? Promise.resolve(file.buffer.slice(position, position + length)) : Promise.reject(gone)),
    fileMd5: () => Promise.resolve('d41d8cd98f00b204e9800998ecf8427e'),
    getItem: (key) => host.storage[key] || '',
    setItem: (key, value) => ((host.storage[key] = value), true),
    removeItem: (key) => void delete host.storage[key],
    setTimer(uploaderId, delay) {
      clearTimeout(host.timer)
      // Waiting costs nothing here: the timer fires at once.
      if (delay !== undefined) host.timer = setTimeout(() => host.handleTimeout(), 0)
    },
    onIdle: () => void host.idle++,
    emit(uploaderId, fileId, event) {
      host.emits.push(uploaderId + ' ' + fileId + ' ' + JSON.stringify(event))
      if (event.type === 'end' && host.ended) host.ended()
    },
    onPanic: (message) => void host.panics.push(message),
    end: () => new Promise((resolve) => (host.ended = resolve)),
    whole: () => !!host.object && host.object.length === size && host.object.every((byte, i) => byte === file[i]),
    log: () => host.emits.join('\n'),
    sent: () => host.requests.join('\n'),
    kept: () => JSON.stringify(host.storage),
    options: {
      userScope: '1', region: 'cn-shanghai', retryCount: 3, retryDuration: 0, timeout: 60000, partSize: 0, parallel: 0, parallelFiles: 1,
      cname: false, signature: 'v4', integrity: 'crc64', checkpoint: true, transport: 'auto', credentials: 'callbacks', expiredHandled: false,
      seed: 42, networkType: 'wifi',
    },
    newFile: (id, path) => ({
      id, path, name: 'film.mp4', kind: 'unknown', endpoint: '', bucket: '', object: '', paramData: '{"Vod":{}}', cover: '',
    }),
  }
  return host
})
