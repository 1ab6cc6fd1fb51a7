// Uploads that are on their way, for tests of what the app does to them meanwhile.
import { KB, MB } from './kit.mjs'

export const slow = { partSize: 100 * KB, parallel: 2 }

/** Files of which the first has passed 30 %. */
export async function halfWay(t, { files = 1, flow = 'auth', options = slow, size = 2 * MB } = {}) {
  t.phone.setUplink(MB)
  const up = t.make(options, flow)
  for (let seed = 1; seed <= files; seed++) up.add({ url: t.file({ size, seed }) })
  up.start()
  await up.wait('onUploadProgress', (one) => one.args[2] > 30)
  return up
}
