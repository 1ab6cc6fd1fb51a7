// The list of uploads behind the page that is written by hand: rows that are shown, and one VODUpload that carries them all.

const VODUpload = require('vod-upload-miniprogram')
const uploaderOptions = require('./uploader_options')
const format = require('./format')
const errors = require('./errors')
const log = require('./log')
const settings = require('./settings')

// A bar needs no more than five steps a second, and each setData is a message from the logic thread to the page.
const PROGRESS_MS = 200

// Kept apart from the other page's: what is stored belongs to a scope, usually the user who is logged in.
const SCOPE = 'written-by-hand'

const isRunning = (row) => /^(waiting|uploading)$/.test(row.state)

// render(patch) is the page's setData.
function createUploads(render, language) {
  const rows = []
  const changes = {} // by row id: changes that the page does not show yet
  let appliedSettings = ''
  let uploader = createUploader()
  let lastId = 0
  let timer = null

  const find = (id) => rows.find((row) => row.id === id)
  const rowOf = (info) => rows.find((row) => row.path === info.url)
  const indexOf = (row) => uploader.listFiles().findIndex((info) => info.url === row.path)

  // ---- updates of the page

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
    keepScreenOn()
  }

  function change(row, values) {
    Object.assign(row, values)
    changes[row.id] = Object.assign(changes[row.id] || {}, values)
  }

  function renderAll() {
    rows.forEach((row) => delete changes[row.id])
    render({ files: rows.slice() })
    keepScreenOn()
  }

  // A screen that locks puts the app in the background, where WeChat ends all requests.
  function keepScreenOn() {
    wx.setKeepScreenOn({ keepScreenOn: rows.some(isRunning), fail() {} })
  }

  // ---- the uploader

  function createUploader() {
    appliedSettings = JSON.stringify(settings.load())
    return new VODUpload(Object.assign(uploaderOptions(SCOPE), {
      onUploadstarted(info) {
        const row = rowOf(info)
        if (!row) return
        uploading(row)
        change(row, { bytes: info.fileSize, size: format.bytes(info.fileSize), videoId: info.videoId || '' })
        log.add('info', `${row.name}: ${info.videoId ? `goes on as ${info.videoId}` : 'started'}`)
        flush()
      },
      onUploadProgress(info, total, percent, detail) {
        const row = rowOf(info)
        if (!row || !isRunning(row)) return
        uploading(row)
        change(row, {
          percent: Math.floor(percent),
          speed: format.speed(detail.bytesPerSecond),
          left: format.left(detail.secondsLeft)
        })
        if (timer === null) timer = setTimeout(flush, PROGRESS_MS)
      },
      onUploadSucceed(info) {
        const row = rowOf(info)
        if (!row) return
        log.add('info', `${row.name}: done`)
        leave(row, { state: 'success', percent: 100, videoId: info.videoId || '', imageId: info.imageId || '', imageUrl: info.imageUrl || '' })
        flush()
      },
      onUploadFailed(info, code, message) {
        const row = rowOf(info)
        if (!row) return
        log.add('error', `${row.name}: ${code}: ${message}`)
        leave(row, { state: 'failed', code, error: errors.text(code, language), detail: `${code}: ${message}` })
        flush()
      },
      onUploadEnd() {
        // A file that was retried while others were under way: the next run takes it.
        if (rows.some((row) => row.state === 'waiting')) run()
      }
    }))
  }

  function uploading(row) {
    if (row.state === 'uploading') return
    row.began = Date.now()
    change(row, { state: 'uploading' })
  }

  function leave(row, values) {
    const took = row.began ? row.took + Date.now() - row.began : row.took
    row.began = 0
    change(row, Object.assign({ speed: '', left: '', took }, values))
  }

  // startUpload takes up every file of the uploader that has not ended well. Those that the user holds, or that have failed, are paused again.
  function run() {
    uploader.startUpload()
    uploader.listFiles().forEach((info, index) => {
      const row = rowOf(info)
      if (!row || !(isRunning(row) || row.state === 'success')) uploader.pauseFile(index)
    })
  }

  // Start, resume and retry are one: parts that are stored are not sent again.
  function start(chosen) {
    chosen.forEach((row) => {
      change(row, { state: 'waiting', code: '', error: '', detail: '' })
      const index = indexOf(row)
      if (index < 0) uploader.addFile(row.entry, null, null, null, JSON.stringify({ Vod: { Title: format.title(row.name) } }))
      else uploader.resumeFile(index) // has an effect on a paused or canceled file
    })
    if (chosen.length) run()
    flush()
  }

  // ---- after a restart

  // What was not finished is offered, paused. WeChat may have cleared the temporary files: those are chosen again, and the
  // package knows them by their content.
  function restore() {
    uploader.unfinished().forEach(({ name, url, size, videoId, loaded, total }) => {
      const row = push({ tempFilePath: url, name, size }, 'paused')
      Object.assign(row, { videoId, percent: Math.floor((loaded * 100) / total) })
    })
    renderAll()
    rows.forEach((row) => {
      wx.getFileSystemManager().access({
        path: row.path,
        fail() {
          change(row, { state: 'missing' })
          flush()
        }
      })
    })
    return rows.length
  }

  // ---- what the page may do

  const pathOf = (entry) => entry.tempFilePath || entry.path

  function push(entry, state) {
    lastId += 1
    const path = pathOf(entry)
    const name = format.fileName(entry, path, lastId)
    const row = {
      id: lastId,
      entry: Object.assign({}, entry, { name }), // for addFile: as WeChat's chooser gave it
      name,
      path,
      kind: format.kind(entry, path),
      thumb: entry.thumbTempFilePath || '',
      bytes: entry.size || 0,
      size: format.bytes(entry.size),
      duration: entry.duration ? format.left(entry.duration) : '',
      percent: 0,
      speed: '',
      left: '',
      began: 0, // when its present run began, ms since 1970
      took: 0, // ms
      state,
      videoId: '',
      imageId: '',
      imageUrl: '',
      code: '',
      error: '',
      detail: ''
    }
    rows.push(row)
    return row
  }

  // Takes WeChat's entries as they come; answers how many of them were in the list already.
  function add(entries) {
    const fresh = entries.filter((entry) => !rows.some((row) => row.path === pathOf(entry)))
    const added = fresh.map((entry) => push(entry, 'ready'))
    renderAll()
    if (settings.load().autoStart) start(added)
    return entries.length - fresh.length
  }

  // The file of a row that can't be read any more, chosen anew.
  function replace(id, entry) {
    const row = find(id)
    row.entry = Object.assign({}, entry, { name: row.name })
    change(row, { path: pathOf(entry), thumb: entry.thumbTempFilePath || '', bytes: entry.size || 0, size: format.bytes(entry.size) })
    start([row])
  }

  function startAll() {
    start(rows.filter((row) => /^(ready|paused|failed)$/.test(row.state)))
  }

  function pause(id) {
    uploader.pauseFile(indexOf(find(id)))
    leave(find(id), { state: 'paused' })
    flush()
  }

  function stopAll() {
    uploader.stopUpload()
    rows.filter(isRunning).forEach((row) => leave(row, { state: 'paused' }))
    flush()
  }

  function cancel(id) {
    uploader.cancelFile(indexOf(find(id)))
    leave(find(id), { state: 'canceled', percent: 0, took: 0 })
    flush()
  }

  function remove(id) {
    const row = find(id)
    rows.splice(rows.indexOf(row), 1)
    uploader.deleteFile(indexOf(row))
    renderAll()
  }

  // The network is gone, or the app was away: the last speed is no longer valid.
  function forgetSpeed() {
    rows.filter((row) => row.state === 'uploading').forEach((row) => change(row, { speed: '', left: '' }))
    flush()
  }

  // Other settings need another uploader; files under way keep theirs.
  function applySettings() {
    if (JSON.stringify(settings.load()) === appliedSettings || rows.some(isRunning)) return
    uploader = createUploader()
  }

  function setLanguage(chosen) {
    language = chosen
    rows.filter((row) => row.error).forEach((row) => change(row, { error: errors.text(row.code, language) }))
    flush()
  }

  return { restore, setLanguage, applySettings, add, replace, start: (id) => start([find(id)]), startAll, pause, stopAll, forgetSpeed, cancel, remove, find }
}

module.exports = createUploads
