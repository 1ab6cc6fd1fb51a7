// What VOD does with a ReferenceId that is in use: whether the video of a CreateUploadVideo whose answer was lost can be found by it.
import { randomUUID } from 'node:crypto'
import { refusal } from './world.mjs'

export async function customId(account) {
  const rows = []
  const ReferenceId = `live-${randomUUID()}`
  const ask = async (request, work) => {
    try {
      const [verdict, answer] = await work()
      rows.push({ request, verdict, answer })
    } catch (error) {
      rows.push({ request, verdict: 'no', answer: refusal(error) })
    }
  }
  let first
  await ask('CreateUploadVideo with a new ReferenceId', async () => {
    first = await account.createVideo({ FileName: 'video.mp4', ReferenceId })
    return ['yes', 'carried out']
  })
  if (!first) return rows
  const same = (answer) => (answer.VideoId === first.VideoId ? ['yes', 'the same video'] : ['no', 'another video'])
  await ask('CreateUploadVideo with it again', async () => same(await account.createVideo({ FileName: 'video.mp4', ReferenceId })))
  await ask('RefreshUploadVideo by it', async () => same(await account.refreshByReference(ReferenceId)))
  return rows
}
