// The uploader in the component's state, uploadInfo and the list in the redux store.
import { Button, Text, View } from '@tarojs/components'
import Taro, { useLoad } from '@tarojs/taro'
import { useState } from 'react'
import { useDispatch, useSelector } from 'react-redux'
import VODUpload from 'vod-upload-miniprogram'
import { credentialsFor } from '../../../../support/app_server'
import { changed, found } from '../../store'

function createUploader(dispatch) {
  const uploader = new VODUpload({
    userId: '25346073170691',
    wasmPath: 'static/vod_upload.wasm.br',
    addFileSuccess: (info) => dispatch(changed({ info, state: 'Ready' })),
    onUploadstarted(info) {
      dispatch(changed({ info, state: 'Uploading' }))
      credentialsFor(info).then(({ UploadAuth, UploadAddress, VideoId }) => uploader.setUploadAuthAndAddress(info, UploadAuth, UploadAddress, VideoId))
    },
    onUploadProgress: (info, total, percent) => dispatch(changed({ info, state: 'Uploading', percent })),
    onUploadSucceed: (info) => dispatch(changed({ info, state: 'Success' })),
    onUploadFailed: (info, code, message) => dispatch(changed({ info, failure: `${code} ${message}` })),
  })
  return uploader
}

export default function Index() {
  const dispatch = useDispatch()
  const uploads = useSelector((all) => all.uploads)
  const [uploader] = useState(() => createUploader(dispatch))
  useLoad(() => dispatch(found(uploader.unfinished())))

  const choose = () => Taro.chooseMedia({ count: 1, mediaType: ['video'] }).then(({ tempFiles }) => uploader.addFile(tempFiles[0]))
  const pause = () => {
    uploader.pauseFile(0)
    dispatch(changed({ state: 'Stoped' }))
  }
  const takeUp = () => {
    uploader.addFile(uploads.unfinished[0])
    uploader.startUpload()
  }

  return (
    <View>
      <Button id='choose' onClick={choose}>Choose</Button>
      <Button id='start' onClick={() => uploader.startUpload()}>Start</Button>
      <Button id='pause' onClick={pause}>Pause</Button>
      <Button id='takeUp' onClick={takeUp}>Go on</Button>
      <Text id='status'>{uploads.failure || (uploads.info ? `${uploads.state} ${Math.floor(uploads.percent)}` : '')}</Text>
      <Text id='unfinished'>{uploads.unfinished.map((one) => `${one.url} ${one.loaded}`).join()}</Text>
    </View>
  )
}
