// The Host of one engine instance, over WeChat.
import { Command, type Host, type Tell } from '../host'
import * as file from './file'
import * as http from './http'
import * as storage from './storage'

export interface OwnedHost extends Host {
  /** The instance is gone: aborts what it has under way. */
  _dispose(): void
}

export function createHost(tell: Tell, emit: Host['_emit']): OwnedHost {
  const tickets: { [id: number]: http.Ticket } = {}
  let timer: number | undefined

  const carried = (id: number, ticket: http.Ticket): void => {
    tickets[id] = ticket
    ticket._answer.then((answer) => {
      delete tickets[id]
      tell(Command.Answer, id, answer)
    })
  }

  const moved = (id: number) => (sent: number) => tell(Command.UploadProgress, id, sent)

  return {
    _now: () => Date.now(),
    _request: (id, ...what) => carried(id, http.request(moved(id), ...what)),
    _upload: (id, ...what) => carried(id, http.upload(moved(id), ...what)),
    _abort: (id) => tickets[id] && tickets[id]._abort(),
    _stat: (op, path) => file.stat(path).then((found) => tell(Command.Stat, op, found)),
    _read(op, uses, path, ...where) {
      const read = file.read(path, ...where)
      // Beside the read, not after it: small files would mostly wait for the bridge.
      const looked = file.stat(path)
      read.then((bytes) => {
        const told = (found: file.Found): unknown => tell(Command.Read, op, bytes, found, uses)
        if ('failure' in bytes) told(bytes)
        else looked.then(told)
      })
    },
    _digest: (id, path) => file.digest(path).then((md5) => tell(Command.Digest, id, md5)),
    _get: storage.get,
    _set: storage.set,
    _remove: storage.remove,
    _timer(delay) {
      clearTimeout(timer)
      timer = delay < 0 ? undefined : setTimeout(() => tell(Command.Tick), Math.min(delay, 2e9))
    },
    _emit: emit,
    _copy: (buffer, at, to) => to.set(new Uint8Array(buffer, at, to.length)),
    _dispose() {
      clearTimeout(timer)
      for (const id in tickets) tickets[id]._abort()
    },
  }
}
