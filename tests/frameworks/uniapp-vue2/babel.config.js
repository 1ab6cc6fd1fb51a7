process.env.UNI_LIBRARIES = process.env.UNI_LIBRARIES || '@dcloudio/uni-ui'

module.exports = { presets: [['@vue/app', { modules: 'commonjs', useBuiltIns: 'entry' }]], plugins: [] }
