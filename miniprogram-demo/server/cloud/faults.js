// Rules that make the cloud misbehave on purpose.

/**
 * @typedef {object} When  every given field must match; a value, a RegExp or a list of values
 * @property {string|string[]|RegExp} [op]   UploadPart, CreateUploadVideo, AppCreate …
 * @property {number|number[]} [partNumber]
 * @property {string|RegExp} [host]
 * @property {string|RegExp} [key]           object key
 * @property {number|number[]} [nth]         the nth request (from 1) that matches the other fields
 * @property {string} [via]                  'app' for requests of the sample app server; without it a fault does not apply to them
 * @property {(request: object) => boolean} [test]
 *
 * @typedef {object} Do
 * @property {number} [status] with `code`: an error in the service's own form; `message` optional
 * @property {true|string} [html]      with `status`: a page that is not the service's: an nginx error page (true) or this text; pages.js has ready-made ones
 * @property {boolean} [processed]     carry the request out before giving that answer
 * @property {number} [dropAfterBytes] reset the connection after so many bytes of the request body, or at its end (Infinity); nothing is carried out
 * @property {boolean} [dropAnswer]    carry the request out, then reset the connection
 * @property {number|true|Promise} [stall] silence of so many ms, or (true) until stop, or until the promise resolves, from byte `afterBytes` (0) of the body on
 * @property {(entry: object) => any} [call] called when the request arrives; a promise that it returns is awaited
 * @property {number} [delay]          ms before the request is looked at
 * @property {number|true} [corrupt]   one byte of the file arrives changed: at this offset, or (true) in the middle of the first chunk
 * @property {number} [tear]           from this offset on the file that arrives is another one
 * @property {number} [truncate]       only so many bytes of the file arrive
 * @property {boolean} [ignoreForbidOverwrite] x-oss-forbid-overwrite has no effect, as in a versioned bucket
 * @property {boolean} [wrongEtag] @property {boolean} [noEtag] @property {boolean} [wrongCrc]
 * @property {boolean} [expireCredential] the credential of this request is at its end
 * @property {Record<string, string|null>} [headers] answer headers to set, null removes
 * @property {number} [throttle]       bytes per second, for this request
 */

const matches = (wanted, value) => {
  if (wanted === undefined) return true
  if (wanted instanceof RegExp) return wanted.test(String(value ?? ''))
  if (Array.isArray(wanted)) return wanted.some((one) => matches(one, value))
  return wanted === value
}

export class Faults {
  #rules = []

  /** `times`: how many requests it applies to, 1 by default, Infinity for no end. @returns {{hits: number, remove(): void}} */
  add({ when = {}, times, do: action }) {
    if (!action || typeof action !== 'object') throw new TypeError('a fault needs `do`')
    const count = Array.isArray(when.nth) ? when.nth.length : 1
    const rule = { when, left: times ?? count, do: action, seen: 0, hits: 0 }
    this.#rules.push(rule)
    return {
      get hits() {
        return rule.hits
      },
      remove: () => {
        this.#rules = this.#rules.filter((one) => one !== rule)
      },
    }
  }

  clear() {
    this.#rules = []
  }

  /** The merged actions for one request; rules are counted down here, so ask once per request. */
  take(request) {
    const actions = {}
    for (const rule of this.#rules) {
      const { op, partNumber, host, key, nth, via, test } = rule.when
      if (via === undefined ? request.via !== undefined : via !== request.via) continue
      if (!matches(op, request.op) || !matches(partNumber, request.partNumber) || !matches(host, request.host)) continue
      if (!matches(key, request.key) || (test && !test(request))) continue
      rule.seen++
      if (!matches(nth, rule.seen) || rule.left <= 0) continue
      rule.left--
      rule.hits++
      Object.assign(actions, rule.do)
    }
    return actions
  }
}
