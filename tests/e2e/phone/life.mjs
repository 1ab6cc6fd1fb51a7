// Foreground, background, suspension, the end without notice.
export function createLife({ persona, world, clock, listeners, failNetwork, onKilled, app, log }) {
  const rules = persona.life
  const state = { hidden: false, suspended: false }
  let timers = []

  function hide() {
    if (state.hidden) return
    state.hidden = true
    world.post(() => {
      for (const listener of [...listeners('AppHide')]) world.enter(() => listener(world.plain({ reason: 0 })))
      app.appHide()
    })
    if (rules.suspendAfterMs !== null) timers.push(clock.setTimeout(suspend, rules.suspendAfterMs, { lazy: true }))
    if (Number.isFinite(rules.killAfterMs)) timers.push(clock.setTimeout(() => onKilled('killed in the background'), rules.killAfterMs, { lazy: true }))
  }

  function suspend() {
    state.suspended = true
    log('info', 'suspended')
    // What JavaScript hears of it, and when, is the client's secret.
    world.freeze({ callbacks: rules.interruptDelivery !== 'at-5s' })
    failNetwork('interrupted')
  }

  function show() {
    if (!state.hidden) return
    for (const timer of timers) clock.clearTimeout(timer)
    timers = []
    state.hidden = false
    const woken = state.suspended
    state.suspended = false
    const onShow = () => world.post(() => {
      for (const listener of [...listeners('AppShow')]) world.enter(() => listener(world.plain({ path: '', query: {}, scene: 1001 })))
      app.appShow()
    })
    if (!woken) return onShow()
    const first = rules.resumeOrder === 'callbacks-first'
    world.thaw()
    if (!first) onShow()
    world.deliverParked()
    if (first) onShow()
  }

  return {
    hide,
    show,
    get hidden() {
      return state.hidden
    },
    get suspended() {
      return state.suspended
    },
    stop() {
      for (const timer of timers) clock.clearTimeout(timer)
      timers = []
    },
  }
}
