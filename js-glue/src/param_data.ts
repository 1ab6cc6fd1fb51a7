// paramData of addFile.
import { errorMessage } from './errors'
import { isText, textOrEmpty } from './values'

export interface ParamData {
  /** JSON text; '' when none was given. */
  text: string
  /** What stands under `Vod`. */
  vod: unknown
  /** Why it is not JSON; '' when it is. */
  error: string
}

export function readParamData(given: unknown): ParamData {
  const result: ParamData = { text: textOrEmpty(given), vod: undefined, error: '' }
  if (given === undefined || given === null || given === '') return result
  try {
    if (!isText(given)) result.text = JSON.stringify(given)
    const value = JSON.parse(result.text)
    result.vod = value && value.Vod
  } catch (error) {
    result.error = errorMessage(error)
  }
  return result
}
