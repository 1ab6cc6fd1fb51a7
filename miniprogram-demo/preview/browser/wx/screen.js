// What WeChat shows by itself, and the way from page to page.
import { choices, media, question, toast } from '../layers.js'
import { answer, Refusal } from './answer.js'

export function createScreen({ navigate, setTitle, surroundings, files }) {
  const word = (chinese, english) => (/^zh/.test(surroundings.language) ? chinese : english)
  return {
    showToast: (options) => answer('showToast', options, () => toast(options.title, options.duration)),
    showModal: (options) => answer('showModal', options, async () => {
      const confirm = await question({ confirmText: word('确定', 'OK'), cancelText: word('取消', 'Cancel'), ...options })
      return { confirm, cancel: !confirm }
    }),
    showActionSheet: (options) => answer('showActionSheet', options, async () => {
      const tapIndex = await choices(options.itemList, { cancel: word('取消', 'Cancel'), color: options.itemColor })
      if (tapIndex < 0) throw new Refusal('cancel')
      return { tapIndex }
    }),
    setClipboardData: (options) => answer('setClipboardData', options, async () => {
      surroundings.clipboard = options.data
      // Without a user's permission the browser refuses; the phone asks nobody.
      await navigator.clipboard.writeText(options.data).catch(() => {})
      toast(word('内容已复制', 'Copied'))
    }),
    setNavigationBarTitle: (options) => answer('setNavigationBarTitle', options, () => setTitle(options.title)),
    previewMedia: (options) => answer('previewMedia', options, async () => {
      const { url, type = 'image' } = options.sources[options.current ?? 0]
      media(await files.url(url), type)
    }),
    setKeepScreenOn: (options) => answer('setKeepScreenOn', options, () => {}),
    navigateTo: (options) => answer('navigateTo', options, () => navigate('to', options.url)),
    navigateBack: (options) => answer('navigateBack', options, () => navigate('back')),
  }
}
