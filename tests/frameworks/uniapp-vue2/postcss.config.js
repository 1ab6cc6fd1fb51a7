const path = require('path')

module.exports = {
  parser: 'postcss-comment',
  plugins: [
    require('postcss-import')({ resolve: (id) => (id.startsWith('~@/') ? path.resolve(process.env.UNI_INPUT_DIR, id.slice(3)) : id) }),
    require('@dcloudio/vue-cli-plugin-uni/packages/postcss'),
  ],
}
