/** An object of headers as the engine reads it: lines `name: value`, names in lower case. */
export function toHeaderLines(headers: any): string {
  const lines = Object.keys(headers || {}).map((name) => `${name.toLowerCase()}: ${String(headers[name]).replace(/\s+/g, ' ')}\n`)
  return lines.join('')
}
