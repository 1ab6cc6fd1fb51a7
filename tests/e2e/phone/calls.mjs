// The life of one wx.request or wx.uploadFile after its arguments were accepted: queue, wire, one settlement, callbacks.
export function createCalls({ api, persona, world, clock, random, life, network, wire, meter, slots }) {
  const prefix = `${api}:fail`
  const active = new Set()
  const withErrno = !persona.lacks('fail.errno') && Object.keys(persona.net.errno).length > 0

  function failure(kind, { message = null, host = '' } = {}) {
    let errMsg = message ?? template(kind)
    errMsg = errMsg.replace('{host}', host).replace(/^request:fail/, prefix)
    if (api === 'uploadFile') errMsg = errMsg.replaceAll('createRequestTask', 'createUploadTask')
    const result = { errMsg }
    const errno = persona.net.errno[kind] ?? (kind === 'badUrl' ? 600005 : null)
    if (withErrno && errno !== null && errno !== undefined && !random.chance(persona.net.errnoMissingRate)) result.errno = errno
    return result
  }

  function template(kind) {
    const given = persona.net.errMsg[kind]
    if (given) return given
    if (kind === 'networkChange') return persona.net.errMsg.reset
    if (kind === 'interrupted' || kind === 'suspendedNewCall') return 'request:fail interrupted'
    return persona.net.errMsg.generic ?? 'request:fail'
  }

  // options: the app's callbacks. run(call): puts the request on the wire.
  function create({ options, timeoutMs, source, own, run }) {
    const call = { state: 'new', source, connection: null, timer: 0, settled: false }

    // `delivered` is called after the app's callback.
    call.settle = (name, result, delivered) => {
      if (call.settled) return
      call.settled = true
      call.state = 'done'
      clock.clearTimeout(call.timer)
      call.connection?.destroy()
      active.delete(call)
      slots.leave(call)
      meter.settled(call)
      deliver(options, name, result, delivered)
    }
    call.fail = (kind, detail) => call.settle('fail', failure(kind, detail))

    call.start = () => {
      call.state = 'running'
      if (!persona.net.timeoutIncludesQueue) startTimer()
      if (!network.connected) {
        // Nobody answers at once without a network; the client finds out a little later.
        clock.setTimeout(() => call.fail('offline'), 50)
        return
      }
      run(call)
    }
    call.refuse = () => call.settle('fail', failure('tooMany', { message: refusal() }))

    // No response will come; the timeout ends it.
    call.hang = () => {
      call.connection?.destroy()
      call.connection = null
      call.hung = true
    }

    call.abort = () => {
      if (call.settled) return
      if (call.state === 'queued' && persona.net.abortQueued === 'silent') {
        call.settled = true
        active.delete(call)
        clock.clearTimeout(call.timer)
        slots.leave(call)
        meter.settled(call)
        return
      }
      call.fail('abort')
    }

    function startTimer() {
      call.timer = clock.setTimeout(() => call.fail('timeout'), timeoutMs)
    }

    active.add(call)
    meter.called(call, own)
    if (life.suspended) {
      call.state = 'running'
      queueMicrotask(() => call.fail('suspendedNewCall'))
      return call
    }
    call.state = 'queued'
    if (persona.net.timeoutIncludesQueue) startTimer()
    // The bridge is asynchronous: nothing is on the wire before the caller's own code has ended.
    setImmediate(() => {
      if (!call.settled && !world.dead) slots.enter(call)
    })
    return call
  }

  function refusal() {
    const given = /^fail:(.+)$/.exec(persona.net.overLimit)?.[1]
    return given ? `request:fail ${given}` : persona.net.errMsg.tooMany ?? 'request:fail exceed max task count'
  }

  function deliver(options, name, result, delivered) {
    world.post(() => {
      delivered?.()
      const value = world.plain(result)
      const names = persona.net.completeFirst ? ['complete', name] : [name, 'complete']
      for (const one of names) if (typeof options?.[one] === 'function') world.enter(() => options[one](value))
    })
  }

  function timeoutOf(timeout) {
    const wanted = typeof timeout === 'number' && timeout > 0 ? timeout : persona.net.timeoutDefaultMs
    return persona.net.timeoutCapMs === null ? wanted : Math.min(wanted, persona.net.timeoutCapMs)
  }

  return {
    create,
    deliver,
    failure,
    timeoutOf,
    failAll: (kind) => {
      for (const call of [...active]) call.fail(kind)
    },
    hangAll: () => {
      for (const call of active) if (call.state === 'running') call.hang()
    },
    drop: () => {
      for (const call of [...active]) {
        call.settled = true
        clock.clearTimeout(call.timer)
        call.connection?.destroy()
        meter.settled(call)
      }
      active.clear()
      slots.clear()
    },
    get active() {
      return active.size
    },
  }
}
