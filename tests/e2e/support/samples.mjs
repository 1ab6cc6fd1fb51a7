// The code in a document: the fenced blocks whose first line names a file.

/** @returns Map from the path that a block's first line names to the block's text. */
export function samplesOf(markdown) {
  const samples = new Map()
  for (const [, language, code] of markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (language !== 'js' && language !== 'ts') continue
    const path = /^\/\/ (\S+\.[jt]s)\n/.exec(code)?.[1]
    if (!path) throw new Error(`the first line of a sample must be a comment with its path: ${code.split('\n', 1)[0]}`)
    if (samples.has(path)) throw new Error(`two samples are called ${path}`)
    samples.set(path, code)
  }
  return samples
}
