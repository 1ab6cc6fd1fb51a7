// The component's words, in Chinese and English.
import { appInfo } from './wechat'

const CHINESE = {
  choose: { video: '选择视频', image: '选择图片', media: '选择视频或图片', file: '从聊天中选择文件' },
  status: { ready: '待上传', waiting: '等待中', uploading: '上传中', paused: '已暂停', done: '已完成', failed: '上传失败' },
  action: { start: '开始上传', pause: '暂停', resume: '继续上传', retry: '重试', again: '重新选择' },
  remove: '删除',
  preview: '预览',
  removeQuestion: '确定删除？已上传的部分将作废。',
  cancel: '取消',
  left: '剩余 $',
  upTo: '单个不超过 $',
  more: '还可选 $ 个',
  oversize: '文件超过 $，请换一个小一些的：',
  listed: '文件已在列表中。',
  chooseFailed: '无法选择文件：',
  offline: '网络已断开，恢复后会自动继续上传。',
}

const ENGLISH: typeof CHINESE = {
  choose: { video: 'Choose a video', image: 'Choose a picture', media: 'Choose videos or pictures', file: 'Choose a file from a chat' },
  status: { ready: 'Ready', waiting: 'Waiting', uploading: 'Uploading', paused: 'Paused', done: 'Done', failed: 'Failed' },
  action: { start: 'Start', pause: 'Pause', resume: 'Resume', retry: 'Retry', again: 'Choose again' },
  remove: 'Remove',
  preview: 'Preview',
  removeQuestion: 'Remove this file? What has been uploaded of it is discarded.',
  cancel: 'Cancel',
  left: '$ left',
  upTo: 'Up to $ each',
  more: '$ more',
  oversize: 'Larger than $, choose a smaller file: ',
  listed: 'The file is in the list already.',
  chooseFailed: 'No file could be chosen: ',
  offline: 'No network. The upload goes on by itself once it is back.',
}

export type Words = typeof CHINESE

/** The texts for error codes: what happened, and what to do. */
const ERRORS: Array<[codes: string, chinese: string, english: string]> = [
  ['FileNotFound', '微信已清理这个文件，重新选择后继续上传。', 'WeChat has cleared this file. Choose it again to go on.'],
  ['EmptyFile FileChanged FileReadFailed', '文件读取失败或已被修改，请重新选择。', 'The file is empty, has changed or can\'t be read. Choose it again.'],
  ['FileTooLarge', '文件太大，无法上传。', 'The file is too large to be uploaded.'],
  ['InvalidFileName.Extension', '不支持这种文件格式。', 'This file format is not supported.'],
  ['NetworkError RequestTimeout IntegrityError', '网络不可用或不稳定，请检查网络后重试。', 'The network is gone or unreliable. Check it and retry.'],
  ['ClockSkew', '手机时间不正确，请设为自动后重试。', 'The phone\'s clock is wrong. Set it to automatic and retry.'],
  ['ServiceUnavailable InternalError WasmLoadFailed', '上传服务暂时不可用，请稍后重试。', 'The upload service is not available. Retry later.'],
  ['InvalidUploadAuth InvalidUploadAddress InvalidSTSToken SecurityTokenExpired', '上传凭证无效或已过期，请重试。', 'The upload credential is invalid or has expired. Retry.'],
  ['AccessDenied', '云端拒绝访问，请联系开发者。', 'The cloud refuses access. Tell the developer.'],
  ['DomainNotAllowed', '小程序后台没有配置上传域名，请联系开发者。', 'The upload domain is not on the mini program\'s list. Tell the developer.'],
]

/** `lang` as the property has it; '' follows WeChat. */
export function isEnglish(lang: string): boolean {
  return !/^zh/i.test(lang || appInfo().language || 'zh')
}

export const wordsIn = (english: boolean): Words => (english ? ENGLISH : CHINESE)

export function errorMessage(code: string, message: string, english: boolean): string {
  const known = ERRORS.find(([codes]) => codes.split(' ').indexOf(code) >= 0)
  if (known) return known[english ? 2 : 1]
  // An app's server speaks the user's language; a cloud speaks English.
  if (english) return message || code
  return /[\u4e00-\u9fff]/.test(message) ? message : `请重试或联系开发者。${code}`
}
