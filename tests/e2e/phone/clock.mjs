// One clock for the phone and the cloud it talks to, so that a wait of minutes costs none.
//
// speed      phone milliseconds per real millisecond, while there is work.
// skipIdle   when nothing moves (no file read, no socket byte, no callback on its way), time jumps to the next timer.
//            A retry wait is then free, and a slow machine never causes a timeout.
// advance()  the same, for a while.
//
// While it skips, what the process sleeps through because others have the processor is neither time nor silence: its own work stood still as well.
const tickMs = 50 // so often somebody looks
const lateMs = 5 // a look that comes later than this has been kept waiting

export function createClock({ start = Date.now(), speed = 1, skipIdle = false, stallMs = 1000 } = {}) {
  let virtualBase = start
  let realBase = 0
  let lost = performance.now() // real milliseconds in which this process could not run
  let expected = Infinity // by then it looks again, in milliseconds awake
  let timers = [] // sorted by due, then by id
  let ids = 0
  let pending = null
  let quietTurns = 0
  let advances = 0
  const holds = new Set()

  const skips = () => (skipIdle || advances > 0) && timers.some((timer) => !timer.lazy)
  const awake = () => Math.min(performance.now() - lost, expected)
  const now = () => virtualBase + (awake() - realBase) * speed

  function setNow(value) {
    virtualBase = value
    realBase = awake()
  }

  function lookAgainIn(wait) {
    lost += Math.max(0, performance.now() - lost - expected)
    expected = Infinity
    expected = awake() + Math.max(0, wait) + lateMs
  }

  // A lazy timer is nothing to skip to: it happens on the way to others, or when its time has really come.
  function add(callback, delay = 0, { lazy = false } = {}) {
    const timer = { id: ++ids, due: now() + Math.max(0, Number(delay) || 0), callback, lazy }
    let at = timers.length
    while (at > 0 && timers[at - 1].due > timer.due) at--
    timers.splice(at, 0, timer)
    stir()
    return timer.id
  }

  function remove(id) {
    timers = timers.filter((timer) => timer.id !== id)
  }

  // Something real is going on. With `stalls`, it stops counting when it has not been touched for stallMs: a server that never answers must not
  // stop the clock.
  function hold({ stalls = false } = {}) {
    const token = { stalls, touched: awake(), paused: false }
    holds.add(token)
    const release = () => {
      if (holds.delete(token)) stir()
    }
    release.touch = () => {
      token.touched = awake()
    }
    release.pause = (paused) => {
      token.paused = paused
      token.touched = awake()
      if (paused) stir()
    }
    return release
  }

  function quietIn() {
    let wait = 0
    for (const token of holds) {
      if (token.paused) continue
      if (!token.stalls) return Infinity
      wait = Math.max(wait, stallMs - (awake() - token.touched))
    }
    return wait
  }

  function stir() {
    quietTurns = 0
    plan()
  }

  function plan() {
    if (pending) pending()
    pending = null
    lookAgainIn(Infinity)
    if (timers.length === 0) return
    const due = (timers[0].due - now()) / speed
    const wait = skips() ? Math.min(due, quietIn(), tickMs) : due
    if (skips()) lookAgainIn(wait)
    if (wait <= 0) {
      const handle = setImmediate(wake)
      pending = () => clearImmediate(handle)
    } else {
      const handle = setTimeout(wake, Math.min(wait, 0x7fffffff))
      pending = () => clearTimeout(handle)
    }
  }

  function wake() {
    pending = null
    if (timers.length === 0) return lookAgainIn(Infinity)
    const early = timers[0].due > now()
    if (early && skips() && quietIn() <= 0) {
      // Promise jobs and immediates that are still on their way may be about to start something.
      if (++quietTurns < 4) return plan()
      setNow(timers[0].due)
    }
    if (timers[0].due <= now()) fire()
    stir()
  }

  function fire() {
    const timer = timers.shift()
    timer.callback()
  }

  // Lets ms of phone time go by: what moves is waited for, what waits is skipped.
  async function advance(ms) {
    advances++
    await new Promise((resolve) => add(resolve, ms))
    advances--
    await settle()
  }

  async function settle() {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    now,
    hold,
    advance,
    settle,
    setTimeout: add,
    clearTimeout: remove,
    sleep: (ms) => new Promise((resolve) => add(resolve, ms)),
    // Time passes and nobody is awake to see it: timers fire late.
    jump(ms) {
      setNow(now() + ms)
      stir()
    },
    stop() {
      timers = []
      plan()
    },
    get speed() {
      return speed
    },
    set speed(value) {
      setNow(now())
      speed = value
      stir()
    },
    get skipIdle() {
      return skipIdle
    },
    set skipIdle(value) {
      skipIdle = value
      stir()
    },
    get stallMs() {
      return stallMs
    },
    set stallMs(value) {
      stallMs = value
      stir()
    },
  }
}
