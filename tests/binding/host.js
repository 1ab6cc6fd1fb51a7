// A host for one engine: a phone with a single file, and an OSS just clever enough to be told apart from a broken one.
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
  const answer = (status, headers, body) => [status, headers, body || '']
  const stored = (bytes) => 'etag: "0123456789ABCDEF0123456789ABCDEF"\nx-oss-request-id: 1\nx-oss-hash-crc64ecma: ' + crc64(bytes) + '\n'
  const query = (url, name) => (new RegExp('[?&]' + name + '=([^&]*)').exec(url) || [])[1]

  // Places in the list of js-glue/src/host.ts.
  const [TICK, ANSWER, STAT, READ, DIGEST] = [19, 21, 22, 23, 24]
  const tell = (command, ...args) => Promise.resolve().then(() => host.tell(command, args))
  const facts = [size, 7]
  const gone = '#1300002#?#undefined#?readFile:fail'

  const host = {
    file,
    parts: {},
    object: null,
    requests: [],
    emits: [],
    storage: {},
    damaged: 0,
    ended: null,
    /** What the test gives: `tell` of the module. */
    tell: () => {},
    now: () => 1780000000000,
    ask: (what, id, options, number) => asked[what](id, options, number),
    copy: (buffer, at, to) => to.set(new Uint8Array(buffer, at, to.length)),
    get: (key) => host.storage[key] || '',
    set: (key, value) => ((host.storage[key] = value), true),
    emit(kind, id, payload) {
      host.emits.push(kind === 'patch' || kind === 'log' ? kind + ' ' + JSON.stringify(payload) : kind)
      if (kind === 'end' && host.ended) host.ended()
    },
    end: () => new Promise((resolve) => (host.ended = resolve)),
    whole: () => !!host.object && host.object.length === size && host.object.every((byte, i) => byte === file[i]),
    log: () => host.emits.join('\n'),
    sent: () => host.requests.join('\n'),
    kept: () => JSON.stringify(host.storage),
    options: {
      userId: '1', region: 'cn-shanghai', retryCount: 3, retryDuration: 0, timeout: 60000, partSize: 0, parallel: 0, parallelFiles: 1,
      cname: false, credentials: 0, expiredHandled: false,
      seed: 42, networkType: 'wifi',
    },
  }

  // In the order of the list of js-glue/src/host.ts.
  const asked = [
    function request(id, { url, method, header, data }) {
      const lines = Object.keys(header).map((name) => name + ': ' + header[name] + '\n')
      host.requests.push(method + ' ' + url.replace(/^https:\/\/[^/]+/, '') + '\n' + lines.join(''))
      const bytes = data && data.byteLength >= 0 ? new Uint8Array(data) : null
      const number = query(url, 'partNumber')
      let result
      if (method === 'POST' && /[?]uploads/.test(url)) {
        result = answer(200, 'x-oss-request-id: 1\n', '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>')
      } else if (method === 'PUT' && number) {
        host.parts[number] = bytes.slice()
        if (host.damaged-- > 0) host.parts[number][0] ^= 1
        result = answer(200, stored(host.parts[number]))
      } else if (method === 'PUT') {
        host.object = bytes.slice()
        result = answer(200, stored(host.object))
      } else {
        const whole = Object.keys(host.parts).sort((a, b) => a - b).map((n) => Array.from(host.parts[n]))
        host.object = Uint8Array.from([].concat(...whole))
        result = answer(200, stored(host.object), '<CompleteMultipartUploadResult/>')
      }
      tell(ANSWER, id, ...result)
    },
    function upload(id) {
      tell(ANSWER, id, ...answer(204, ''))
    },
    function abort() {},
    function stat(op) {
      tell(STAT, op, facts)
    },
    function read(op, { filePath, position, length }, uses) {
      if (filePath === '/film.mp4') tell(READ, op, file.buffer.slice(position, position + length), facts, uses)
      else tell(READ, op, gone, gone, uses)
    },
    function digest(id) {
      tell(DIGEST, id, 'd41d8cd98f00b204e9800998ecf8427e')
    },
    function remove(id, key) {
      delete host.storage[key]
    },
    function timer(id, nothing, delay) {
      clearTimeout(host.clock)
      // Waiting costs nothing here: the engine is only told that its time has come.
      if (delay >= 0) host.clock = setTimeout(() => host.tell(TICK, []), 0)
    },
  ]
  return host
})
