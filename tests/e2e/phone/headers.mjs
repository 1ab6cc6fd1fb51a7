// Header names arrive in the case that the protocol and the client's library happen to give them.
export function headerObject(rawHeaders, persona) {
  const header = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = spelt(rawHeaders[i], persona.net.headerCase)
    if (persona.net.dropResponseHeaders?.includes(name.toLowerCase())) continue
    header[name] = name in header ? header[name] + persona.net.multiHeaderJoin + rawHeaders[i + 1] : rawHeaders[i + 1]
  }
  return header
}

function spelt(name, rule) {
  if (rule === 'lower') return name.toLowerCase()
  if (rule === 'title') return name.toLowerCase().replace(/(^|-)([a-z])/g, (all, dash, letter) => dash + letter.toUpperCase())
  return name
}
