// All that an app has to set.
module.exports = {
  // Your own server, which holds the AccessKey and asks VOD for credentials (see server/). No slash at the end.
  server: 'https://app.example.com',

  // Any name for your account, as in the vendor's SDK; the account's id is the usual choice.
  userId: '25346073170691',

  region: 'cn-shanghai',

  // 'auth': your server creates the video and answers with its upload address and credential.
  // 'sts':  your server answers with an STS token, and the package creates the video itself.
  mode: 'auth'
}
