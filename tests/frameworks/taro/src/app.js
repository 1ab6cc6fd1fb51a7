import { useLaunch } from '@tarojs/taro'
import VODUpload from 'vod-upload-miniprogram'
import { uploadOnce } from '../../support/upload_once'

export default function App({ children }) {
  useLaunch(() => uploadOnce(VODUpload, 'static/vod_upload.wasm.br'))
  return children
}
