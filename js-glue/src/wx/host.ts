// The Host of one engine instance, over WeChat.
import type { EmitKind, Host, HttpAnswer, Payload } from '../host'
import * as file from './file'
import * as http from './http'
import * as storage from './storage'

export interface OwnedHost extends Host {
  /** The instance is gone: aborts what it has under way, and settles none of its promises, for they would call into it. */
  _dispose(): void
}

/** `moved`: a request sent so many bytes, or, without one, the timer is up. */
export function createHost(moved: (id: number, sent: number) => void, emit: (kind: EmitKind, id: number, payload: Payload) => void): OwnedHost {
  const tickets: { [id: number]: http.Ticket } = {}
  let timer: number | undefined
  let gone = false

  const alive = <T>(promise: Promise<T>): Promise<T> => new Promise((resolve) => promise.then((value) => gone || resolve(value)))
  const carried = (id: number, ticket: http.Ticket): Promise<HttpAnswer> => {
    tickets[id] = ticket
    return alive(
      ticket._answer.then((answer) => {
        delete tickets[id]
        return answer
      }),
    )
  }

  return {
    now: () => Date.now(),
    request: (id, ...what) => carried(id, http.request(...what)),
    upload: (id, ...what) => carried(id, http.upload((sent) => tickets[id] && moved(id, sent), ...what)),
    abort: (id) => tickets[id] && tickets[id]._abort(),
    stat: (path) => alive(file.stat(path)),
    read: (...what) => alive(file.read(...what)),
    digest: (path) => alive(file.digest(path)),
    get: storage.get,
    set: storage.set,
    remove: storage.remove,
    timer(delay) {
      clearTimeout(timer)
      timer = delay < 0 ? undefined : setTimeout(() => moved(0, 0), Math.min(delay, 2e9))
    },
    emit: (kind, id, payload) => gone || emit(kind, id, payload || {}),
    _dispose() {
      gone = true
      clearTimeout(timer)
      for (const id in tickets) tickets[id]._abort()
    },
  }
}
