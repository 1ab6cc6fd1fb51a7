// What a mini program must have to be shown. Everything else may be missing, as in WeChat: app.js, `window` in app.json, a page's JSON and WXSS.

/** @returns the same `code`. Throws an error that says what is missing in the folder `root`. */
export function checked(code, root) {
  if (!code.has('app.json')) throw new Error(`${root} is not a mini program: it has no app.json`)
  // Of other JSON files, such as a tsconfig.json with comments, nothing is read.
  for (const name of code.files.keys()) if (name === 'theme.json' || (name.endsWith('.json') && code.has(`${name.slice(0, -5)}.wxml`))) parse(code, name)
  const pages = pagesOf(code)
  if (!pages.length) throw new Error(`app.json in ${root} names no page: add "pages": ["pages/upload/index"]`)
  for (const page of pages) {
    for (const ending of ['wxml', 'js']) {
      if (!code.has(`${page}.${ending}`)) throw new Error(`app.json names the page ${page}, and ${page}.${ending} is missing in ${root}`)
    }
  }
  return code
}

/** The paths of all pages, those of sub-packages included; the first is shown at the start. */
export function pagesOf(code) {
  const { pages = [], subPackages = [], subpackages = subPackages } = parse(code, 'app.json')
  return [...pages, ...subpackages.flatMap(({ root, pages }) => pages.map((page) => `${root.replace(/\/$/, '')}/${page}`))]
}

function parse(code, name) {
  try {
    return JSON.parse(code.text(name))
  } catch (error) {
    throw new Error(`${name} is not valid JSON: ${error.message}`)
  }
}
