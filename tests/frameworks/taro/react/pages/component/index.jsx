// pages/component/index.jsx
import { getAuth } from '../../utils/server'

export default function Upload() {
  const onAuth = ({ detail }) => detail.callback(getAuth(detail))
  const onSuccess = ({ detail }) => console.log(detail.file.videoId)
  return <vod-uploader accept='media' max={9} onAuth={onAuth} onSuccess={onSuccess} />
}
