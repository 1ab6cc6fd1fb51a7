// A persona is a client as it is met in the field; a switch changes one behaviour that nobody could make sure of.
import { readFileSync } from 'node:fs'

const data = JSON.parse(readFileSync(new URL('../personas.json', import.meta.url), 'utf8'))

// Behaviours beyond those of personas.json, with what they are when nobody says otherwise.
const own = {
  'net.dropResponseHeaders': [],
  'life.resumeOrder': 'show-first',
  'wasm.instantiateDelayMs': 0,
  'wasm.sporadicInstantiateFailure': 0,
  'choosers.sizeWrongOrZero': false,
  wallClockSkewMs: 0,
  'js.browserGlobals': false,
  'net.completeFirst': false,
}

export const personaNames = Object.keys(data.personas)

// Every behaviour in doubt, with its alternatives: what pairwise tests go through.
export const unsure = {
  ...data.unsure,
  'life.resumeOrder': ['show-first', 'callbacks-first'],
  // A phone on which TextDecoder, WebAssembly and the like are there after all, as in DevTools.
  'js.browserGlobals': [false, true],
  'net.completeFirst': [false, true],
  // Room for next to nothing: each persona refuses in its own words.
  'storage.totalLimitBytes': [10 * 1024 * 1024, 1000],
}

export function loadPersona(name, switches = {}) {
  if (!data.personas[name]) throw new Error(`no persona "${name}"; there are ${personaNames.join(', ')}`)
  const persona = structuredClone(data.personas[name])
  persona.name = name
  for (const [path, value] of Object.entries(own)) if (read(persona, path) === undefined) write(persona, path, value)
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
