module.exports = {
  projectName: 'vod-upload-frameworks-taro',
  date: '2026-01-01',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  cache: { enable: false },
  plugins: [],
  defineConstants: {},
  mini: {},
}
