// The Host of one engine instance, over WeChat.
import { Command, type Host, type Tell } from '../host'
import { isText } from '../short'
import * as file from './file'
import * as http from './http'
import * as storage from './storage'

export interface OwnedHost extends Host {
  /** The instance is gone: aborts what it has under way. */
  _dispose(): void
}

export function createHost(tell: Tell, emit: Host['emit']): OwnedHost {
  const tickets: { [id: number]: http.Ticket } = {}
  let timer: number | undefined

  const carry = (id: number, send: http.Send): void => {
    const ticket = (tickets[id] = http.carry((sent) => tell(Command.UploadProgress, id, sent), send))
    ticket._answer.then((answer) => {
      delete tickets[id]
      tell(Command.Answer, id, ...answer)
    })
  }

  // By their places in the list of `Ask`; a list of functions is shorter than any `switch`.
  const ask = (id: number, options: any, number: number): (() => unknown)[] => [
    () => carry(id, http.request(options)),
    () => carry(id, http.upload(options)),
    () => tickets[id] && tickets[id]._abort(),
    () => file.stat(options).then((found) => tell(Command.Stat, id, found)),
    () => {
      const read = file.read(options)
      // Beside the read, not after it: small files would mostly wait for the bridge.
      const looked = file.stat(options.filePath)
      read.then((bytes) => {
        const told = (found: file.Found): unknown => tell(Command.Read, id, bytes, found, number)
        if (isText(bytes)) told(bytes)
        else looked.then(told)
      })
    },
    () => file.digest(options).then((md5) => tell(Command.Digest, id, md5)),
    () => storage.remove(options),
    () => {
      clearTimeout(timer)
      timer = number < 0 ? undefined : setTimeout(() => tell(Command.Tick), Math.min(number, 2e9))
    },
  ]

  return {
    now: () => Date.now(),
    ask: (what, id, options, number) => ask(id, options, number)[what](),
    get: storage.get,
    set: storage.set,
    emit: emit,
    copy: (buffer, at, to) => to.set(new Uint8Array(buffer, at, to.length)),
    _dispose() {
      clearTimeout(timer)
      for (const id in tickets) tickets[id]._abort()
    },
  }
}
