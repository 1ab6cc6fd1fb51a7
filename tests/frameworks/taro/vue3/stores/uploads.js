import { defineStore } from 'pinia'
import VODUpload from 'vod-upload-miniprogram'
import { chooseFile, emptyState, openUploader, pauseFile, startUpload, statusOf, takeUp, unfinishedOf } from '../../../support/upload_state'

export const useUploads = defineStore('uploads', {
  state: emptyState,
  getters: { status: statusOf, leftOver: unfinishedOf },
  actions: {
    open() {
      openUploader(this, VODUpload, 'static/vod_upload.wasm.br')
    },
    choose() {
      chooseFile(this)
    },
    start() {
      startUpload(this)
    },
    pause() {
      pauseFile(this)
    },
    takeUp() {
      takeUp(this)
    },
  },
})
