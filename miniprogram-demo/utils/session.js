// Who the user is, for your own server. Its sample in server/ answers 401 to a caller without a session; the local one for trying things out asks for none.
//
// After wx.login your server checks the code (code2Session) and signs a session token. Keep it where this file looks for it:
//   wx.setStorageSync('session', token)

const KEY = 'session'

// HTTP headers of each request to the server; none before the user has logged in.
function headers() {
  const token = wx.getStorageSync(KEY)
  return token ? { Authorization: `Bearer ${token}` } : {}
}

module.exports = { headers }
