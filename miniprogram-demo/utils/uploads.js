// The list of uploads behind the page: rows that are shown and stored, and an uploader for each.
//
// Every file has a VODUpload of its own, so that one can be paused while the next goes on. An app that starts and
// stops its list as a whole needs only one VODUpload, and an addFile for each file: then the package keeps the queue.

const VODUpload = require('vod-upload-miniprogram')
const config = require('../config')
const server = require('./server')
const format = require('./format')
const errors = require('./errors')
const log = require('./log')
const settings = require('./settings')
const store = require('./store')

// A bar needs no more than five steps a second, and each setData is a message from the logic thread to the page.
const PROGRESS_MS = 200
const SAVE_MS = 2000

// render(patch) is the page's setData.
function createUploads(render, language) {
  const rows = store.load()
  const uploaders = {} // by row id
  const changes = {} // by row id: what the page has not been told yet
  const began = {} // by row id: when its present run began
  let lastId = rows.reduce((most, row) => Math.max(most, row.id), 0)
  let timer = null
  let savedAt = 0

  const find = (id) => rows.find((row) => row.id === id)

  // ---- telling the page, and the storage

  function save() {
    savedAt = Date.now()
    store.save(rows)
  }

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
    if (Date.now() - savedAt > SAVE_MS) save()
    if (timer === null) timer = setTimeout(flush, PROGRESS_MS)
  }

  function renderAll() {
    rows.forEach((row) => delete changes[row.id])
    save()
    render({ files: rows.slice() })
  }

  // ---- after a restart

  // What was on its way is not any more. WeChat may have cleared the temporary files, too: those are chosen again, and the
  // package knows them by their content.
  function restore() {
    rows.filter((row) => /^(uploading|waiting)$/.test(row.state)).forEach((row) => {
      Object.assign(row, { state: 'paused', speed: '', left: '' })
    })
    render({ files: rows.slice() })
    rows.filter((row) => !/^(success|missing)$/.test(row.state)).forEach((row) => {
      wx.getFileSystemManager().access({
        path: row.path,
        fail() {
          change(row, { state: 'missing', thumb: '' })
          save()
          flush()
        }
      })
    })
    return rows.filter((row) => row.state === 'paused').length
  }

  // ---- one file after another

  function next() {
    if (!rows.some((row) => row.state === 'uploading')) {
      const row = rows.find((candidate) => candidate.state === 'waiting')
      if (row) {
        began[row.id] = Date.now()
        change(row, { state: 'uploading' })
        const uploader = uploaderOf(row)
        uploader.resumeFile(0) // has an effect on a canceled file only
        uploader.startUpload() // goes on where it was: parts that are stored are not sent again
      }
    }
    // A screen that locks puts the app in the background, where WeChat ends all requests.
    const keepScreenOn = rows.some((row) => row.state === 'uploading')
    if (wx.setKeepScreenOn) wx.setKeepScreenOn({ keepScreenOn, fail() {} })
    save()
    flush()
  }

  function leave(row, values) {
    const took = began[row.id] ? row.took + Date.now() - began[row.id] : row.took
    delete began[row.id]
    change(row, Object.assign({ speed: '', left: '', took }, values))
  }

  function settle(row, values) {
    leave(row, values)
    next()
  }

  function uploaderOf(row) {
    if (!uploaders[row.id]) take(row, { url: row.path, coverUrl: row.thumb, name: row.name, fileType: row.kind })
    return uploaders[row.id]
  }

  // Gives the row an uploader with its file in it. entry: as WeChat's chooser gave it.
  function take(row, entry) {
    const title = format.title(row.name)
    const file = { name: row.name, title, size: row.bytes }
    uploaders[row.id] = createUploader(row, file)
    uploaders[row.id].addFile(Object.assign({ name: row.name }, entry), null, null, null, JSON.stringify({ Vod: { Title: title } }))
  }

  function createUploader(row, file) {
    const { region, parallel, retryCount } = settings.load()
    const credentials = row.mode === 'sts'
      ? { getSTSToken: server.getSTSToken }
      : { getAuth: (context) => server.getAuth(context, file) }

    return new VODUpload(Object.assign({
      userId: config.userId,
      region,
      parallel,
      retryCount,
      log: log.add,

      onUploadstarted(info) {
        change(row, { bytes: info.fileSize, size: format.bytes(info.fileSize), videoId: info.videoId || '' })
        log.add('info', `${row.name}: ${info.videoId ? `goes on as ${info.videoId}` : 'started'}`)
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
        log.add('info', `${row.name}: done`)
        settle(row, { state: 'success', percent: 100, videoId: info.videoId || '', imageId: info.imageId || '', imageUrl: info.imageUrl || '' })
      },
      onUploadFailed(info, code, message) {
        log.add('error', `${row.name}: ${code}: ${message}`)
        settle(row, { state: 'failed', code, error: errors.text(code, language), detail: `${code}: ${message}` })
      }
    }, credentials))
  }

  // ---- what the page may do

  const pathOf = (entry) => entry.tempFilePath || entry.path

  // Takes WeChat's entries as they come; answers how many of them were in the list already.
  function add(entries) {
    const fresh = entries.filter((entry) => !rows.some((row) => row.path === pathOf(entry)))
    fresh.forEach((entry) => {
      lastId += 1
      const path = pathOf(entry)
      const row = {
        id: lastId,
        name: format.fileName(entry, path, lastId),
        path,
        kind: format.kind(entry, path),
        thumb: entry.thumbTempFilePath || '',
        bytes: entry.size || 0,
        size: format.bytes(entry.size),
        duration: entry.duration ? format.left(entry.duration) : '',
        mode: settings.load().mode,
        percent: 0,
        speed: '',
        left: '',
        took: 0, // ms
        state: 'ready',
        videoId: '',
        imageId: '',
        imageUrl: '',
        code: '',
        error: '',
        detail: ''
      }
      rows.push(row)
      take(row, entry)
    })
    renderAll()
    return entries.length - fresh.length
  }

  // The file of a row that WeChat has lost, chosen anew.
  function replace(id, entry) {
    const row = find(id)
    const path = pathOf(entry)
    change(row, { path, thumb: entry.thumbTempFilePath || '', bytes: entry.size || 0, size: format.bytes(entry.size) })
    take(row, entry)
    start(id)
  }

  // Start, resume and retry are one: the file stands in line again.
  function queue(row) {
    change(row, { state: 'waiting', code: '', error: '', detail: '' })
  }

  function start(id) {
    queue(find(id))
    next()
  }

  function startAll() {
    rows.filter((row) => /^(ready|paused|failed)$/.test(row.state)).forEach(queue)
    next()
  }

  function pause(id) {
    uploaderOf(find(id)).stopUpload()
    settle(find(id), { state: 'paused' })
  }

  function stopAll() {
    rows.filter((row) => /^(waiting|uploading)$/.test(row.state)).forEach((row) => {
      uploaderOf(row).stopUpload()
      leave(row, { state: 'paused' })
    })
    next()
  }

  function cancel(id) {
    uploaderOf(find(id)).cancelFile(0)
    settle(find(id), { state: 'canceled', percent: 0, took: 0 })
  }

  function remove(id) {
    if (uploaders[id]) uploaders[id].deleteFile(0)
    delete uploaders[id]
    rows.splice(rows.indexOf(find(id)), 1)
    renderAll()
    next()
  }

  // The network is gone, or the app was away: the last speed says nothing any more.
  function still() {
    rows.filter((row) => row.state === 'uploading').forEach((row) => change(row, { speed: '', left: '' }))
    flush()
  }

  function setLanguage(chosen) {
    language = chosen
    rows.filter((row) => row.error).forEach((row) => change(row, { error: errors.text(row.code, language) }))
    flush()
  }

  return { restore, setLanguage, add, replace, start, startAll, pause, stopAll, still, cancel, remove, find, save }
}

module.exports = createUploads
