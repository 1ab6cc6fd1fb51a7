// WeChat's choosers, and the limits of the list.
import type { Properties } from '../../types/vod-uploader'
import { wechat } from './wechat'
import type { ChosenFile } from './wechat'

/** chooseMedia takes no more at once on base libraries before 2.25. */
const MOST_MEDIA = 9
const MOST_MESSAGE_FILES = 100

export type ChooserOptions = Required<Pick<Properties, 'accept' | 'sourceType' | 'sizeType' | 'camera'>>

/** `onFail` is not called when the user goes back without choosing. */
export function choose(options: ChooserOptions, remaining: number, onChosen: (files: ChosenFile[]) => void, onFail: (message: string) => void): void {
  const { accept, sourceType, sizeType, camera } = options
  const callbacks = {
    success: ({ tempFiles }: { tempFiles: ChosenFile[] }) => onChosen(tempFiles.slice(0, remaining)),
    fail({ errMsg }: { errMsg: string }) {
      if (!/cancel/.test(errMsg)) onFail(errMsg)
    },
  }
  if (accept === 'file') {
    wechat.chooseMessageFile(Object.assign({ count: Math.min(remaining, MOST_MESSAGE_FILES), type: 'all' }, callbacks))
  } else {
    const mediaType = accept === 'media' ? ['video', 'image'] : [accept]
    wechat.chooseMedia(Object.assign({ count: Math.min(remaining, MOST_MEDIA), mediaType, sourceType, sizeType, camera, maxDuration: 60 }, callbacks))
  }
}
