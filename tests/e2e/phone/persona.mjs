// A persona is a client as it is met in the field; a switch changes one behaviour that nobody could make sure of.
import { readFileSync } from 'node:fs'

const data = JSON.parse(readFileSync(new URL('../personas.json', import.meta.url), 'utf8'))

// Guesses of our own, beside those of personas.json: [default, alternatives…].
const own = {
  'net.networkChange': [null, 'kill-all', 'hang-until-timeout', 'none'],
  'net.dropResponseHeaders': [[], ['x-oss-request-id']],
  'life.resumeOrder': ['show-first', 'show-first', 'callbacks-first'],
  'wasm.instantiateDelayMs': [0, 0, 30000],
  'wasm.sporadicInstantiateFailure': [0, 0, 1],
  'choosers.sizeWrongOrZero': [false, false, true],
  wallClockSkewMs: [0, 0, -1200000, 86400000],
}

export const personaNames = Object.keys(data.personas)

// Every behaviour in doubt, with its alternatives: what pairwise tests go through.
export const unsure = { ...data.unsure, 'life.resumeOrder': ['show-first', 'callbacks-first'] }

export function loadPersona(name, switches = {}) {
  if (!data.personas[name]) throw new Error(`no persona "${name}"; there are ${personaNames.join(', ')}`)
  const persona = structuredClone(data.personas[name])
  persona.name = name
  for (const [path, [value]] of Object.entries(own)) if (value !== null && read(persona, path) === undefined) write(persona, path, value)
  for (const [path, value] of Object.entries(switches)) {
    if (read(persona, path) === undefined && !(path in unsure) && !(path in own)) throw new Error(`no behaviour "${path}" to switch`)
    write(persona, path, value)
  }
  persona.lacks = (api) => (persona.missingApis ?? []).includes(api)
  return persona
}

function read(object, path) {
  return path.split('.').reduce((value, key) => value?.[key], object)
}

function write(object, path, value) {
  const keys = path.split('.')
  const last = keys.pop()
  const target = keys.reduce((at, key) => (at[key] ??= {}), object)
  target[last] = value
}
