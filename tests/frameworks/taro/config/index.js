// Two apps, one set of packages: FRAMEWORK=react or FRAMEWORK=vue3.
const framework = process.env.FRAMEWORK

module.exports = {
  projectName: 'vod-upload-frameworks-taro',
  date: '2026-01-01',
  designWidth: 750,
  sourceRoot: framework,
  outputRoot: `dist/${framework}`,
  framework,
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  cache: { enable: false },
  plugins: [`@tarojs/plugin-framework-${framework}`],
  defineConstants: {},
  copy: { patterns: [{ from: 'node_modules/vod-upload-miniprogram/miniprogram_dist', to: `dist/${framework}/vod-upload`, ignore: ['**/fallback*', '**/fallback/*', '**/*.d.ts'] }] },
  mini: {},
}
