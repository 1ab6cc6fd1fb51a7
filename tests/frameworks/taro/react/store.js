import { configureStore, createSlice } from '@reduxjs/toolkit'

// uploadInfo goes into the store as the callbacks give it, and immer freezes it there, with all that hangs on it.
const uploads = createSlice({
  name: 'uploads',
  initialState: { info: null, state: '', percent: 0, failure: '', unfinished: [] },
  reducers: {
    found(uploads, { payload }) {
      uploads.unfinished = payload
    },
    changed(uploads, { payload }) {
      Object.assign(uploads, payload)
    },
  },
})

export const { found, changed } = uploads.actions
export const store = configureStore({ reducer: { uploads: uploads.reducer } })
