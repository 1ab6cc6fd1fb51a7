// The base library lets ten requests through at a time. What the eleventh meets differs.
export function createSlots({ limit, policy }) {
  const running = new Set()
  let queue = []

  function enter(call) {
    if (running.size < limit && !(policy === 'queue-batch-of-10' && queue.length > 0)) return start(call)
    if (policy.startsWith('fail')) return call.refuse(policy)
    queue.push(call)
  }

  function start(call) {
    running.add(call)
    call.start()
  }

  function leave(call) {
    queue = queue.filter((one) => one !== call)
    if (!running.delete(call)) return
    if (policy === 'queue-batch-of-10' && running.size > 0) return
    while (running.size < limit && queue.length > 0) start(queue.shift())
  }

  return {
    enter,
    leave,
    // Requests of other code of the same app.
    occupy(count) {
      const others = Array.from({ length: count }, () => ({ start() {}, refuse() {} }))
      for (const one of others) running.add(one)
      return () => {
        for (const one of others) leave(one)
      }
    },
    clear() {
      running.clear()
      queue = []
    },
    get running() {
      return running.size
    },
  }
}
