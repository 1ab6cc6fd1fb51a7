// The mini program of the tests: uses the package as an app does, and reports its callbacks to the test.
const VODUpload = require('vod-upload-miniprogram')

const server = 'https://app.example.com'

function post(path, data) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: server + path,
      method: 'POST',
      data,
      header: { 'content-type': 'application/json' },
      success({ statusCode, data: answer }) {
        if (statusCode === 200) resolve(answer)
        else reject(new Error(`HTTP ${statusCode}`))
      },
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    })
  })
}

// An app's server may be out of reach for a moment; an app tries again.
function insist(work, tries) {
  return work().catch((error) => {
    if (tries <= 1) throw error
    return new Promise((resolve) => setTimeout(resolve, 1000)).then(() => insist(work, tries - 1))
  })
}
const ask = (path, data) => insist(() => post(path, data), 100)

const nameOf = (info) => (info.file && /\.\w+$/.test(info.file.name || '') ? info.file.name : info.url.split('/').pop())

// How an app hands over the engine in JavaScript.
const fallbacks = {
  require: () => require('vod-upload-miniprogram/fallback'),
  async: () => require.async('vod-upload-miniprogram/fallback'),
  subpackage: () => require.async('./packageB/fallback.js'),
}

// How an app gets its credentials, by the name of the flow.
const flows = {
  // onUploadstarted → own server → setUploadAuthAndAddress
  auth(uploader, info) {
    const known = info.videoId
    const path = info.isImage ? '/vod/image' : known ? '/vod/refresh' : '/vod/create'
    const body = known && !info.isImage ? { videoId: known } : { fileName: nameOf(info), title: 'test', size: info.fileSize }
    return ask(path, body).then((answer) => {
      const id = answer.VideoId || answer.ImageId || known
      return uploader.setUploadAuthAndAddress(info, answer.UploadAuth, answer.UploadAddress, id)
    })
  },
  // onUploadstarted → own server → setSTSToken; the package calls the VOD API
  sts(uploader, info) {
    return ask('/vod/sts', {}).then((token) => uploader.setSTSToken(info, token.AccessKeyId, token.AccessKeySecret, token.SecurityToken))
  },
  direct(uploader, info) {
    return ask('/vod/sts', {}).then((token) => uploader.setSTSTokenDirectlyUpload(info, token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration))
  },
}

const renewals = {
  auth: (uploader, info) => ask('/vod/refresh', { videoId: info.videoId }).then((answer) => uploader.resumeUploadWithAuth(answer.UploadAuth)),
  sts: (uploader) => ask('/vod/sts', {}).then((token) => uploader.resumeUploadWithSTSToken(token.AccessKeyId, token.AccessKeySecret, token.SecurityToken, token.Expiration)),
}
renewals.direct = renewals.sts

const answers = {
  getAuth({ kind, file, videoId }) {
    if (kind === 'refresh-video') return post('/vod/refresh', { videoId })
    return post(kind === 'create-image' ? '/vod/image' : '/vod/create', { fileName: file.name, title: 'test', size: file.size })
  },
  getSTSToken: () => post('/vod/sts', {}),
}

function asking(app, flow) {
  return (context) => {
    app.report('asked', null, { kind: context.kind, videoId: context.videoId, meta: context.meta })
    return answers[flow](context)
  }
}

App({
  VODUpload,
  listener: () => {},
  uploader: null,
  current: null,
  promises: null,

  report(name, info, details) {
    this.listener(Object.assign({ name, url: info && info.url, state: info && info.state, info: info && JSON.parse(JSON.stringify(info)) }, details))
  },

  // flow: 'auth', 'sts', 'direct', 'getAuth', 'getSTSToken', or 'none' when the test does it itself.
  create(flow, optionsText, hooks = {}) {
    const app = this
    const report = (name) => (info, ...rest) => app.report(name, info, { rest: JSON.parse(JSON.stringify(rest)) })
    const fail = (error) => app.report('appFailed', null, { message: String(error && error.message) })
    const callbacks = {
      addFileSuccess: report('added'),
      onUploadstarted(info) {
        app.current = info
        app.report('started', info, {})
        if (flows[flow]) flows[flow](uploader, info).then((taken) => app.report('given', info, { taken }), fail)
      },
      onUploadProgress(info, total, percent, detail) {
        app.report('progress', info, { total, percent, detail: Object.assign({}, detail) })
        if (hooks.onProgress) hooks.onProgress(percent)
      },
      onUploadSucceed: report('succeed'),
      onUploadFailed: (info, code, message) => app.report('failed', info, { code, message }),
      onUploadCanceled: report('canceled'),
      onUploadEnd: report('end'),
      onUploadTokenExpired(info) {
        app.report('expired', info, {})
        if (hooks.renew !== false && renewals[flow]) renewals[flow](uploader, info).then((taken) => app.report('renewed', info, { taken }), fail)
      },
      log: (level, event) => app.report('log', null, { level, event: JSON.parse(JSON.stringify(event)) }),
    }
    if (answers[flow]) {
      callbacks[flow] = asking(app, flow)
      delete callbacks.onUploadTokenExpired
    }
    if (hooks.fallback) callbacks.fallback = fallbacks[hooks.fallback]
    if (hooks.without) for (const name of hooks.without) delete callbacks[name]
    const uploader = new VODUpload(Object.assign({ userId: '25346073170691' }, callbacks, JSON.parse(optionsText)))
    this.uploader = uploader
    return uploader
  },

  // What the test got from the cloud by itself.
  give(uploadAuth, uploadAddress, videoId) {
    return this.uploader.setUploadAuthAndAddress(this.current, uploadAuth, uploadAddress, videoId)
  },

  // The entry of the chooser, as it comes.
  choose() {
    return new Promise((resolve) => {
      wx.chooseMedia({ count: 1, mediaType: ['video'], success: ({ tempFiles }) => resolve(this.uploader.addFile(tempFiles[0])), fail: () => resolve(false) })
    })
  },

  // Arguments come as JSON text, so that all objects are of this world.
  call(method, args) {
    return this.uploader[method](...JSON.parse(args))
  },

  createPromises(flow, optionsText) {
    const log = (level, event) => this.report('log', null, { level, event: JSON.parse(JSON.stringify(event)) })
    this.promises = VODUpload.createUploader(Object.assign({ [flow]: asking(this, flow), log }, JSON.parse(optionsText)))
  },

  // The promise interface: outcome of each upload under its name.
  promise(name, file, optionsText, hooks = {}) {
    const app = this
    const options = Object.assign(JSON.parse(optionsText), {
      onProgress(progress) {
        app.report('promised', null, { promise: name, progress: JSON.parse(JSON.stringify(progress)) })
      },
    })
    const running = this.promises.upload(JSON.parse(file), options)
    running.then(
      (result) => app.report('resolved', null, { promise: name, result: JSON.parse(JSON.stringify(result)) }),
      (error) => app.report('rejected', null, { promise: name, code: error.code, message: error.message, isUploadError: error instanceof VODUpload.UploadError }),
    )
    return running
  },
})
