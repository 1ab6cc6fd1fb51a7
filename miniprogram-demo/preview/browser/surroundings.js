// The environment of the phone: the settings of the panel, and the files on the disk. Both outlive the phone's
// process, so they belong to the panel's window. A phone opened without the panel gets defaults.
const alone = {
  skew: 0, // ms
  online: true,
  theme: 'light',
  language: 'zh_CN',
  files: new Map(),
  url: (file) => URL.createObjectURL(file),
  log() {},
  watch() {},
}

export const surroundings = window.parent === window ? alone : window.parent.surroundings
