// The list of uploads behind the page: rows that are shown, and an uploader for each.
//
// Every file has a VODUpload of its own, so that one can be paused while the next goes on. An app that starts and
// stops its list as a whole needs only one VODUpload, and an addFile for each file: then the package keeps the queue.

const VODUpload = require('vod-upload-miniprogram')
const config = require('../config')
const server = require('./server')
const format = require('./format')
const errors = require('./errors')

// A bar needs no more than five steps a second, and each setData is a message from the logic thread to the page.
const PROGRESS_MS = 200

// render(patch) is the page's setData.
function createUploads(render, language) {
  const rows = []
  const uploaders = {} // by row id
  const changes = {} // by row id: what the page has not been told yet
  let lastId = 0
  let timer = null

  // ---- telling the page

  function flush() {
    clearTimeout(timer)
    timer = null
    const patch = {}
    rows.forEach((row, index) => {
      const changed = changes[row.id] || {}
      Object.keys(changed).forEach((key) => {
        patch[`files[${index}].${key}`] = changed[key]
      })
      delete changes[row.id]
    })
    if (Object.keys(patch).length) render(patch)
  }

  function change(row, values) {
    Object.assign(row, values)
    changes[row.id] = Object.assign(changes[row.id] || {}, values)
  }

  function flushSoon() {
    if (timer === null) timer = setTimeout(flush, PROGRESS_MS)
  }

  // ---- one file after another

  function next() {
    if (!rows.some((row) => row.state === 'uploading')) {
      const row = rows.find((candidate) => candidate.state === 'waiting')
      if (row) {
        change(row, { state: 'uploading' })
        uploaders[row.id].resumeFile(0) // has an effect on a canceled file only
        uploaders[row.id].startUpload() // goes on where it was: parts that are stored are not sent again
      }
    }
    // A screen that locks puts the app in the background, where WeChat ends all requests.
    const keepScreenOn = rows.some((row) => row.state === 'uploading')
    if (wx.setKeepScreenOn) wx.setKeepScreenOn({ keepScreenOn, fail() {} })
    flush()
  }

  function settle(row, values) {
    change(row, Object.assign({ speed: '', left: '' }, values))
    next()
  }

  function createUploader(row, file, mode) {
    const credentials = mode === 'sts'
      ? { getSTSToken: server.getSTSToken }
      : { getAuth: (context) => server.getAuth(context, file) }

    return new VODUpload(Object.assign({
      userId: config.userId,
      region: config.region,

      onUploadstarted(info) {
        change(row, { size: format.bytes(info.fileSize), videoId: info.videoId || '' })
        flush()
      },
      onUploadProgress(info, total, percent, detail) {
        change(row, {
          percent: Math.floor(percent),
          speed: format.speed(detail.bytesPerSecond),
          left: format.left(detail.secondsLeft)
        })
        flushSoon()
      },
      onUploadSucceed(info) {
        settle(row, { state: 'success', percent: 100, videoId: info.videoId || '', imageUrl: info.imageUrl || '' })
      },
      onUploadFailed(info, code, message) {
        settle(row, { state: 'failed', code, error: errors.text(code, language), detail: `${code}: ${message}` })
      }
    }, credentials))
  }

  // ---- what the page may do

  // Takes WeChat's entries as they come; answers how many of them were in the list already.
  function add(entries, mode) {
    const fresh = entries.filter((entry) => !rows.some((row) => row.path === (entry.tempFilePath || entry.path)))
    fresh.forEach((entry) => {
      lastId += 1
      const path = entry.tempFilePath || entry.path
      const name = format.fileName(entry, path, lastId)
      const title = format.title(name)
      const row = {
        id: lastId,
        name,
        path,
        kind: format.kind(entry, path),
        thumb: entry.thumbTempFilePath || '',
        size: format.bytes(entry.size),
        percent: 0,
        speed: '',
        left: '',
        state: 'ready',
        videoId: '',
        imageUrl: '',
        code: '',
        error: '',
        detail: ''
      }
      rows.push(row)
      uploaders[row.id] = createUploader(row, { name, title, size: entry.size }, mode)
      const paramData = JSON.stringify({ Vod: { Title: title } })
      uploaders[row.id].addFile(Object.assign({ name }, entry), null, null, null, paramData)
    })
    render({ files: rows.slice() })
    return entries.length - fresh.length
  }

  // Start, resume and retry are one: the file stands in line again.
  function queue(row) {
    change(row, { state: 'waiting', code: '', error: '', detail: '' })
  }

  function start(id) {
    queue(rows.find((row) => row.id === id))
    next()
  }

  function startAll() {
    rows.filter((row) => /^(ready|paused|failed)$/.test(row.state)).forEach(queue)
    next()
  }

  function pause(id) {
    uploaders[id].stopUpload()
    settle(rows.find((row) => row.id === id), { state: 'paused' })
  }

  function stopAll() {
    rows.filter((row) => /^(waiting|uploading)$/.test(row.state)).forEach((row) => {
      uploaders[row.id].stopUpload()
      change(row, { state: 'paused', speed: '', left: '' })
    })
    next()
  }

  function cancel(id) {
    uploaders[id].cancelFile(0)
    settle(rows.find((row) => row.id === id), { state: 'canceled', percent: 0 })
  }

  function remove(id) {
    uploaders[id].deleteFile(0)
    delete uploaders[id]
    rows.splice(rows.findIndex((row) => row.id === id), 1)
    render({ files: rows.slice() })
    next()
  }

  return { add, start, startAll, pause, stopAll, cancel, remove }
}

module.exports = createUploads
