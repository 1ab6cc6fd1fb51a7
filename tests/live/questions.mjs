// Questions that the documentation leaves open, asked of the service by the vendor's own clients.
import { customId } from './custom-id.mjs'
import { overwriting } from './overwriting.mjs'
import { rights } from './rights.mjs'
import { refusal, vendorClient } from './world.mjs'

/**
 * @param first what VOD answered for a first video
 * @returns {Promise<{rights: object[], overwriting: object[], customId: object[]}>} rows `{request, verdict, answer}`;
 *   `verdict`: yes, no, or unknown when the question could not be asked
 */
export async function askAll(world, account, first) {
  const found = { rights: await rights(world, vendorClient(world, first)) }
  // A key of its own, under which nothing is stored yet.
  found.overwriting = await account.createVideo({ FileName: 'video.mp4' }).then(
    (second) => overwriting(world, vendorClient(world, second)),
    (error) => [{ request: 'CreateUploadVideo', verdict: 'unknown', answer: refusal(error) }],
  )
  found.customId = await customId(account)
  return found
}
