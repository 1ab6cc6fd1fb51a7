// The documented behaviour of the list (js-glue/README.md, "Methods" and "Callbacks") as a small model: the return value and effect of each call, and the
// callbacks that may follow. What only the engine can know, such as when a file has been uploaded, the model takes from the list and checks that the move is legal.
import assert from 'node:assert/strict'

const ENDED = ['Success', 'Failure', 'Canceled']

/** What may happen to a file by itself. */
const BY_ITSELF = { Ready: ['Uploading'], Uploading: ['Success', 'Failure'] }

function reaches(from, to) {
  return from === to || (BY_ITSELF[from] ?? []).some((next) => reaches(next, to))
}

export function createReference() {
  let list = []
  const left = []
  // Ended runs, and calls of onUploadEnd.
  const counts = { ends: 0, ended: 0 }
  let running = false
  // Until the module is there, calls wait in their order: a start finds the files that were added before it.
  let loaded = false
  let serial = 0
  let startedAt = 0
  let stoppedEarly = false
  // Calls were made whose callbacks may not have come yet: callbacks that come meanwhile may concern the state before them.
  let unsettled = false
  // onUploadEnd was called, and no file was added since.
  let over = false

  const entryOf = (info) => list.find((one) => one.info === info) ?? left.find((one) => one.info === info)

  /** The list as it is must be the list as it was, and what may have happened meanwhile. */
  function observe(infos) {
    assert.deepEqual(Array.from(infos, (info) => info.url), list.map((one) => one.info.url), 'the files of the list')
    for (const [i, entry] of list.entries()) {
      assert.equal(infos[i], entry.info, 'the list holds the same objects')
      const { state } = entry.info
      const legal = reaches(entry.state, state) && (running || entry.state !== 'Ready' || state === 'Ready')
      assert.ok(legal || (stoppedEarly && entry.state === 'Ready' && state === 'Stoped'), `${entry.info.url}: ${entry.state} → ${state} by itself${running ? '' : ', and nothing runs'}`)
      moved(entry)
    }
    overIfNothingIsLeft()
  }

  function moved(entry) {
    entry.state = entry.info.state
    if (entry.state !== 'Uploading') entry.awaits = entry.expiryReported = 'no'
  }

  function overIfNothingIsLeft(starting = false) {
    if (!loaded || !running || list.some((one) => one.state === 'Ready' || one.state === 'Uploading')) return
    end(starting)
  }

  /** `empty`: the start found nothing to do. After another end it has none of its own: an app that starts at each end would go on for ever. */
  function end(empty) {
    running = false
    if (!empty || !over) counts.ends++
    over = true
  }

  /** After a call: files it did not mean have at most moved by themselves. */
  function rest(infos, meant = () => false, starting = false) {
    for (const entry of list) if (!meant(entry)) assert.ok(reaches(entry.state, entry.info.state), `${entry.info.url}: ${entry.state} → ${entry.info.state} in a call that was not about it`)
    for (const entry of list) moved(entry)
    overIfNothingIsLeft(starting)
    assert.equal(infos.length, list.length)
  }

  /** A failed file that was added once more is not sent again: the later entry is. */
  const isReplaced = (entry) => list.slice(list.indexOf(entry) + 1).some((one) => one.info.url === entry.info.url && one.object === entry.object && one.state !== 'Canceled')

  /** The callback of its former end may still be due. */
  function anew(entry) {
    entry.lives++
    entry.open = false
  }

  /** It leaves the list. A file whose onUploadstarted was called gets its final callback; deleteFile cancels one in upload in any case. */
  function forget(entry, inUpload = false) {
    if (inUpload || (entry.open && !ENDED.includes(entry.state))) entry.cancels++
    list = list.filter((one) => one !== entry)
    left.push(entry)
  }

  return {
    observe,
    get list() {
      return list
    },
    get running() {
      return running
    },
    counts,
    isReplaced,
    all: () => [...list, ...left],

    settled() {
      unsettled = false
    },

    load() {
      loaded = true
      if (startedAt && !list.some((one) => one.state === 'Ready' && one.queuedAt < startedAt)) end(true)
    },

    // ---- calls: what was answered, and the list afterwards

    added(answer, url, object, broken, infos) {
      const taken = list.some((one) => one.info.url === url && !ENDED.includes(one.state))
      assert.equal(answer, Boolean(url) && !taken && !broken, `addFile(${url})`)
      if (answer) list.push({ info: infos[infos.length - 1], object, state: 'Ready', lives: 1, ends: 0, queuedAt: ++serial, added: 0, canceled: 0, cancels: 0, percent: 0, awaits: 'no', expiryReported: 'no' })
      if (answer) assert.equal(infos[infos.length - 1].url, url)
      if (answer) over = false
      rest(infos)
    },

    started(infos) {
      unsettled = true
      const again = (one) => !running && (one.state === 'Stoped' || (one.state === 'Failure' && !isReplaced(one)))
      for (const entry of list) {
        if (!again(entry)) continue
        assert.ok(reaches('Ready', entry.info.state), `${entry.info.url}: ${entry.info.state} after startUpload`)
        if (entry.state === 'Failure') anew(entry)
        entry.state = 'Ready'
      }
      running = true
      startedAt = ++serial
      rest(infos, undefined, true)
    },

    stopped(infos) {
      unsettled = true
      running = false
      if (!loaded) stoppedEarly = true
      for (const entry of list) {
        const expected = entry.state === 'Uploading' ? ['Stoped', 'Failure'] : [entry.state]
        assert.ok(expected.includes(entry.info.state), `${entry.info.url}: ${entry.state} → ${entry.info.state} in stopUpload`)
      }
      rest(infos, () => true)
    },

    cleaned(infos) {
      unsettled = true
      if (running && list.some((entry) => entry.state === 'Uploading')) end(false)
      running = false
      startedAt = 0
      for (const entry of list) forget(entry)
      assert.equal(infos.length, 0)
    },

    deleted(answer, index, infos) {
      unsettled = true
      const entry = Number.isInteger(index) ? list[index] : undefined
      assert.equal(answer, Boolean(entry), `deleteFile(${index})`)
      if (entry) forget(entry, entry.state === 'Uploading')
      rest(infos)
    },

    canceled(answer, index, infos) {
      unsettled = true
      const entry = Number.isInteger(index) ? list[index] : undefined
      assert.equal(answer, Boolean(entry) && !/Success|Canceled/.test(entry.state), `cancelFile(${index}) of ${entry?.state}`)
      if (answer) {
        if (entry.state !== 'Failure') entry.cancels++
        assert.equal(entry.info.state, 'Canceled')
      }
      rest(infos, (one) => answer && one === entry)
    },

    resumed(answer, index, infos) {
      unsettled = true
      const entry = Number.isInteger(index) ? list[index] : undefined
      const isPending = list.some((one) => one.info.url === entry?.info.url && !ENDED.includes(one.state))
      assert.equal(answer, entry?.state === 'Canceled' && !isPending, `resumeFile(${index}) of ${entry?.state}`)
      if (answer) {
        anew(entry)
        entry.percent = 0
        entry.state = 'Ready'
        entry.queuedAt = ++serial
        assert.ok(entry.info.state === 'Ready' || (running && entry.info.state === 'Uploading'), entry.info.state)
      }
      rest(infos)
    },

    /** What only asks changes nothing. */
    asked: (infos) => rest(infos),

    /** A credential for one file. `good`: nothing is wrong with it. */
    given(answer, info, good, infos) {
      const entry = list.find((one) => one.info === info)
      const waits = entry && entry.state === 'Uploading' ? entry.awaits : 'no'
      if (!good || !entry || entry.state !== 'Uploading') assert.equal(answer, false, `a credential for ${entry?.state ?? 'no file'}`)
      else if (waits === 'yes') assert.equal(answer, true, 'a credential for a file that waits for it')
      if (answer) entry.awaits = entry.expiryReported = 'no'
      if (!good && waits === 'yes') assert.equal(info.state, 'Failure')
      rest(infos)
    },

    /** A new credential after an expiry: nobody says for which file. */
    renewed(answer, good, infos) {
      const waiting = list.filter((one) => one.state === 'Uploading' && one.expiryReported !== 'no')
      const sure = waiting.some((one) => one.expiryReported === 'yes')
      if (!good || !list.some((one) => one.state === 'Uploading')) assert.equal(answer, false, 'a new credential when none may be taken')
      else if (sure) assert.equal(answer, true, 'a new credential for a file that waits for it')
      if (answer || !good) for (const entry of waiting) entry.expiryReported = entry.awaits = waiting.length === 1 ? 'no' : 'maybe'
      rest(infos)
    },

    // ---- callbacks

    onCallback(name, info, args, inside) {
      assert.equal(inside, false, `${name} inside a call`)
      if (name === 'onUploadEnd') {
        counts.ended++
        assert.ok(counts.ended <= counts.ends, 'an end of no run')
        assert.ok(info === undefined || entryOf(info), 'the end of an unknown file')
        return
      }
      const entry = entryOf(info)
      if (!entry) {
        assert.deepEqual([name, args[1]], ['onUploadFailed', 'InvalidParamData'], `${name} of an unknown file`)
        return
      }
      if (name === 'addFileSuccess') return assert.equal(++entry.added, 1, 'added twice')
      assert.ok(entry.ends < entry.lives, `${name} after its end`)
      if (name !== 'onUploadProgress' && name !== 'onUploadTokenExpired') entry.open = name === 'onUploadstarted'
      if (name === 'onUploadstarted') {
        assert.equal(info.state, 'Uploading')
        entry.awaits = unsettled ? 'maybe' : 'yes'
      }
      if (name === 'onUploadTokenExpired' && info.state === 'Uploading') entry.awaits = entry.expiryReported = unsettled ? 'maybe' : 'yes'
      if (name === 'onUploadProgress') {
        assert.ok(args[2] >= entry.percent && args[2] <= 100, `progress ${args[2]} after ${entry.percent}`)
        assert.match(info.state, /Uploading|Success/)
        entry.percent = args[2]
      }
      if (name === 'onUploadCanceled') assert.ok(++entry.canceled <= entry.cancels, 'canceled by nobody')
      if (name === 'onUploadSucceed') assert.deepEqual([info.state, entry.percent], ['Success', 100])
      if (name === 'onUploadFailed') entry.failure = `${args[1]}: ${args[2]}`
      if (/Succeed|Failed|Canceled/.test(name)) entry.ends++
    },
  }
}
