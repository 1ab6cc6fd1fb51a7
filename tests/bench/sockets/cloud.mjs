// The local cloud in a process of its own, so that clients and cloud do not wait for each other's processor.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startCloud } from '../../../miniprogram-demo/server/cloud/index.js'
import { Traffic } from '../../../miniprogram-demo/server/cloud/traffic.js'

const self = fileURLToPath(import.meta.url)
const decode = (text) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'))

/** Bodies of parts and objects are struck; each with its own luck, drawn from a seed. */
const STRUCK = ['UploadPart', 'PutObject', 'PostObject']

/** A cloud elsewhere: `port`, and what can be asked of it. */
export async function openCloud(dir) {
  const child = fork(self, [dir])
  const [{ port }] = await once(child, 'message')
  const ask = async (what, argument) => {
    child.send({ what, argument })
    const [answer] = await once(child, 'message')
    return answer
  }
  return {
    port,
    /** @param shape {bytesPerSecond, perConnection, rttMs} */
    link: (shape) => ask('link', shape),
    /** Resets this share of the bodies under way. */
    resets: (share, seed) => ask('resets', { share, seed }),
    /** A new video: its upload address and credential, as VOD hands them out and decoded. */
    async video(size) {
      const answer = await ask('video', size)
      return { ...answer, auth: decode(answer.UploadAuth), address: decode(answer.UploadAddress) }
    },
    /**
     * Since the last video: requests, bytes of bodies that carry the file, the most and the mean of the bytes at risk, and the times at
     * which parts were acknowledged (ms of the epoch).
     */
    traffic: () => ask('traffic'),
    async close() {
      child.send({ what: 'close' })
      await once(child, 'exit')
    },
  }
}

/** Uniform in [0, 1), the same for the same seed (a 32-bit linear congruential generator, constants of Numerical Recipes). */
function dice(seed) {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/** Mean over time of what changes at the times of `history`. */
function mean(history) {
  let sum = 0
  for (let i = 1; i < history.length; i++) sum += ((history[i - 1].atRisk + history[i].atRisk) / 2) * (history[i].at - history[i - 1].at)
  const span = history.length ? history.at(-1).at - history[0].at : 0
  return span ? sum / span : 0
}

async function serve(dir) {
  const cloud = await startCloud({ dir, onEvent: (event) => observed.observe(event) })
  let since = 0
  let observed = new Traffic()
  const tasks = {
    link: (shape) => cloud.link(shape),
    resets({ share, seed }) {
      cloud.faults.clear()
      if (!share) return
      const roll = dice(seed)
      // The number of bytes is made up when the request comes: one rule for each tenth of a megabyte would not be chance.
      const action = { get dropAfterBytes() { return Math.floor(roll() * 500_000) } }
      cloud.faults.add({ when: { op: STRUCK, test: () => roll() < share }, times: Infinity, do: action })
    },
    video(size) {
      since = cloud.requests.length
      observed = new Traffic()
      return cloud.createVideo({ size, ttl: 3600 })
    },
    traffic() {
      const requests = cloud.requests.slice(since)
      const sent = requests.filter((one) => STRUCK.includes(one.op)).reduce((sum, one) => sum + one.bytesReceived, 0)
      const { peakAtRisk, history, acknowledgements } = observed
      return { requests: requests.length, sent, peakAtRisk, meanAtRisk: mean(history), acknowledged: acknowledgements.map((one) => one.acknowledged) }
    },
  }
  process.on('message', async ({ what, argument }) => {
    if (what !== 'close') return process.send(tasks[what](argument) ?? {})
    await cloud.stop()
    process.disconnect()
  })
  process.send({ port: cloud.port })
}

if (process.argv[1] === self) await serve(process.argv[2])
