// Compiled, never run: the handlers of a page with <vod-uploader> in it.
import type { Auth, AuthContext } from 'vod-upload-miniprogram'
import type { AuthEvent, ChangeEvent, FailEvent, Instance, OversizeEvent, Properties, SuccessEvent, UploaderFile } from 'vod-upload-miniprogram/vod-uploader/index'

declare const askServer: (context: AuthContext) => Promise<Auth>

const properties: Properties = {
  files: [{ url: 'https://example.com/a.mp4', status: 'done', videoId: 'v1' }],
  accept: 'media',
  max: 9,
  maxSize: 500 * 1024 * 1024,
  sizeType: ['original'],
  sourceType: ['album'],
  getAuth: askServer,
  options: { region: 'cn-shanghai', getSTSToken: undefined },
  lang: 'zh-CN',
}
// @ts-expect-error: no such kind
properties.accept = 'audio'
// @ts-expect-error: the tag has no such property
properties.multiple = true

const page = {
  onSuccess({ detail: { file, index } }: SuccessEvent): string {
    return `${index}: ${file.videoId || file.imageUrl}`
  },
  onFail: ({ detail: { file, error } }: FailEvent) => [file.code, file.message, error.requestId],
  onChange: ({ detail: { files } }: ChangeEvent): UploaderFile[] => files.filter(({ status }) => status === 'done'),
  onOversize: ({ detail: { files, maxSize } }: OversizeEvent) => files.every(({ size }) => size > maxSize),
  onAuth({ detail }: AuthEvent) {
    detail.callback(detail.kind === 'create-image' ? new Error('no pictures') : askServer(detail))
  },
}
declare const tag: Instance
tag.choose()
tag.start()
tag.pause()
// @ts-expect-error: a status has one of five names
const wrong: UploaderFile['status'] = 'success'
export { page, properties, wrong }
