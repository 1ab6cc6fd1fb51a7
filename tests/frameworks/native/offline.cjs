// Loaded before miniprogram-ci, in each of its processes: answers what it asks WeChat's servers while it compiles, and lets nothing else out.
const net = require('node:net')
const requests = require('miniprogram-ci/dist/utils/request.js')
const { GET_WHITE_EXT_LIST } = require('miniprogram-ci/dist/config/url.config.js')

// Without a list of its own the server leaves the tool with the one that it brings.
const answers = new Map([[GET_WHITE_EXT_LIST, { errCode: 0, data: {} }]])

requests.request = async ({ url }) => {
  if (!answers.has(url)) throw new Error(`miniprogram-ci asks for ${url}`)
  return { body: JSON.stringify(answers.get(url)) }
}
net.Socket.prototype.connect = function () {
  throw new Error('miniprogram-ci wants to go on the network')
}
