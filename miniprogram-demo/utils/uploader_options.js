// What both pages give to their uploader: the account, the user's settings, who gives credentials, and where the log goes.

const config = require('../config')
const log = require('./log')
const server = require('./server')
const settings = require('./settings')

// scope: whose uploads these are, see userScope in the package's documentation.
function uploaderOptions(scope) {
  const { mode, region, parallel, retryCount } = settings.load()
  const options = { userId: config.userId, userScope: scope, region, parallel, retryCount, log: log.add }
  return Object.assign(options, mode === 'sts' ? { getSTSToken: server.getSTSToken } : { getAuth: server.getAuth })
}

module.exports = uploaderOptions
