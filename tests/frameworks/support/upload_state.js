// What the Vue apps do with the uploader. It lies in the framework's state, and so does all that it gives: `state` is the data of a Vue 2 page, a
// reactive object of Vue 3 or a pinia store, and every call below goes through the getters and proxies that the framework has put there.
import { credentialsFor } from './app_server'

export const emptyState = () => ({ uploader: null, files: [], unfinished: [], percent: 0, failure: '' })

export function openUploader(state, VODUpload, wasmPath) {
  const show = () => {
    state.files = state.uploader.listFiles().slice()
  }
  state.uploader = new VODUpload({
    userId: '25346073170691',
    wasmPath,
    onUploadstarted(info) {
      show()
      const shown = state.files.find((one) => one.url === info.url)
      credentialsFor(shown).then(({ UploadAuth, UploadAddress, VideoId }) => {
        state.uploader.setUploadAuthAndAddress(shown, UploadAuth, UploadAddress, VideoId)
      })
    },
    onUploadProgress(info, total, percent) {
      state.percent = percent
      show()
    },
    onUploadSucceed: show,
    onUploadFailed(info, code, message) {
      state.failure = code + ' ' + message
      show()
    },
  })
  state.unfinished = state.uploader.unfinished()
}

export function chooseFile(state) {
  wx.chooseMedia({
    count: 1,
    mediaType: ['video'],
    success({ tempFiles }) {
      state.uploader.addFile(tempFiles[0])
      state.files = state.uploader.listFiles().slice()
    },
  })
}

export function startUpload(state) {
  state.uploader.startUpload()
}

export function pauseFile(state) {
  state.uploader.pauseFile(0)
  state.files = state.uploader.listFiles().slice()
}

// After a restart: the file that was on its way.
export function takeUp(state) {
  state.uploader.addFile(state.unfinished[0])
  state.uploader.startUpload()
}

export const statusOf = (state) => (state.failure || state.files.map((file) => file.state + ' ' + Math.floor(state.percent)).join())
export const unfinishedOf = (state) => state.unfinished.map((one) => one.url + ' ' + one.loaded).join()
