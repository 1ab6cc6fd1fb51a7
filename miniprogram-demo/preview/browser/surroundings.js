// What the phone finds around itself: the desk's switches, and the files that lie on its disk. Both outlive the phone's
// process, so they belong to the desk's window. A phone opened alone, without a desk, has quiet surroundings.
const alone = {
  skew: 0, // ms
  online: true,
  theme: 'light',
  language: 'zh_CN',
  files: new Map(),
  url: (file) => URL.createObjectURL(file),
  say() {},
  watch() {},
}

export const surroundings = window.parent === window ? alone : window.parent.surroundings
