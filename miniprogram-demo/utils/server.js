// Your own server. Only it holds an AccessKey; the phone gets credentials that last an hour and fit one job.

const config = require('../config')
const format = require('./format')
const session = require('./session')

function failure(code, message) {
  const error = new Error(message)
  error.code = code
  return error
}

// VOD's own code is passed on when it says what is wrong with the request; a broken server has nothing to say to users.
function refusal(statusCode, { code, message }) {
  return failure((statusCode < 500 && code) || 'ServerRefused', message || `HTTP ${statusCode}`)
}

function post(path, data) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: config.server + path,
      method: 'POST',
      data,
      header: Object.assign({ 'content-type': 'application/json' }, session.headers()),
      timeout: 20000,
      // WeChat calls success for every HTTP status, 500 included.
      success({ statusCode, data: answer }) {
        if (statusCode === 200 && answer && typeof answer === 'object') resolve(answer)
        else reject(refusal(statusCode, answer || {}))
      },
      fail({ errMsg }) {
        reject(failure('ServerUnreachable', errMsg))
      }
    })
  })
}

// The package passes a context; the answers are those of the VOD API, unchanged.
function getAuth({ kind, file, videoId }) {
  const body = { fileName: file.name, title: format.title(file.name), size: file.size }
  switch (kind) {
    case 'refresh-video': // the credential has expired, or the upload of an earlier day goes on
      return post('/vod/refresh', { videoId })
    case 'create-image':
      return post('/vod/image', body)
    default:
      return post('/vod/create', body)
  }
}

function getSTSToken() {
  return post('/vod/sts', {})
}

module.exports = { getAuth, getSTSToken }
