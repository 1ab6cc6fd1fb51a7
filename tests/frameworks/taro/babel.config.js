module.exports = { presets: [['taro', { framework: process.env.FRAMEWORK, ts: false }]] }
