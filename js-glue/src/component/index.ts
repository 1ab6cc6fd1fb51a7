// <vod-uploader>: the list of uploads as a tag. Here are its properties and taps; the uploads themselves are in upload_list.ts.
import type { Properties } from '../../types/vod-uploader'
import { choose } from './choose'
import type { ChooserOptions } from './choose'
import { formatBytes } from './format'
import type { AuthContext, Sdk } from './sdk'
import { fromChooser, mustBeChosenAgain, UploadList } from './upload_list'
import type { Row } from './upload_list'
import { patchOf, viewOf } from './view'
import type { RowView } from './view'
import { appInfo, currentRoute, wechat } from './wechat'
import type { ChosenFile } from './wechat'
import { errorMessage, isEnglish, wordsIn } from './words'
import type { Words } from './words'

declare function require(path: string): unknown
declare function Component(definition: object): void
declare function setTimeout(task: () => void, ms: number): number
declare function clearTimeout(timer: number | undefined): void

/** A bar needs no more steps than this, and each setData is a message to the page. */
const RENDER_MS = 200
/** Larger text would leave no space for the buttons on narrow phones. */
const MOST_TEXT_SCALE = 1.6
const UNLIMITED = 1000

interface Tap {
  currentTarget: { dataset: { uid: string } }
}

interface Data extends Required<Properties> {
  words: Words
  rows: RowView[]
  notice: string
  offline: boolean
}

/** What `this` is in the methods below. */
interface Tag {
  id: string
  /** Path of this component in the code package, such as `miniprogram_npm/vod-upload-miniprogram/vod-uploader/index`. */
  is: string
  data: Data
  list: UploadList
  english: boolean
  timer?: number | undefined
  screenKeptOn: boolean
  onNetwork(state: { isConnected: boolean }): void
  setData(patch: object): void
  triggerEvent(name: string, detail: object): void
  setWords(): void
  limits(): void
  render(soon: boolean): void
  show(): void
  remaining(): number
  openChooser(remaining: number, onChosen: (files: ChosenFile[]) => void): void
  choose(): void
  authorize(context: AuthContext): unknown
}

interface Definition {
  options: object
  properties: object
  data: object
  observers: object & ThisType<Tag>
  lifetimes: object & ThisType<Tag>
  methods: object & ThisType<Tag>
}

const definition: Definition = {
  options: { multipleSlots: true, styleIsolation: 'isolated' },

  properties: {
    files: { type: Array, value: [] },
    accept: { type: String, value: 'video' },
    max: { type: Number, value: 0 },
    maxSize: { type: Number, value: 0 },
    sizeType: { type: Array, value: ['original'] },
    sourceType: { type: Array, value: ['album', 'camera'] },
    camera: { type: String, value: 'back' },
    autoUpload: { type: Boolean, value: true },
    disabled: { type: Boolean, value: false },
    removable: { type: Boolean, value: true },
    // Any type: a function is none of WeChat's property types.
    getAuth: { type: null, value: null },
    meta: { type: null, value: null },
    options: { type: Object, value: {} },
    lang: { type: String, value: '' },
  },

  data: { words: {}, rows: [], notice: '', offline: false, hint: '', canAdd: true, textScale: 1 },

  observers: {
    files(files: Properties['files']) {
      if (this.list) this.list.setGiven(files)
    },
    options() {
      if (this.list) this.list.optionsChanged()
    },
    lang() {
      if (this.list) this.setWords()
    },
    'accept, max, maxSize'() {
      if (this.list) this.limits()
    },
  },

  lifetimes: {
    attached() {
      this.screenKeptOn = false
      // A page that has not set its data yet passes null.
      const { userScope, userId = '' } = (this.data.options || {}) as { userScope?: string; userId?: string | number }
      this.list = new UploadList({
        sdk: require('../index.js') as Sdk,
        owner: [userScope || userId, currentRoute(), this.id].join('|'),
        // The module lies in the folder that holds the component's own, wherever that was copied to.
        options: () => Object.assign({ wasmPath: this.is.replace(/[^/]+\/index$/, 'vod_upload.wasm.br') }, this.data.options),
        autoUpload: () => this.data.autoUpload,
        meta: () => this.data.meta,
        authorize: (context) => this.authorize(context),
        errorMessage: (code, message) => errorMessage(code, message, this.english),
        render: (soon) => this.render(soon),
        emit: (event, detail) => this.triggerEvent(event, detail),
      })
      this.setWords()
      this.setData({ textScale: Math.min(Math.max(appInfo().fontSizeScaleFactor || 1, 1), MOST_TEXT_SCALE) })
      this.onNetwork = ({ isConnected }: { isConnected: boolean }) => this.setData({ offline: !isConnected })
      if (wechat.onNetworkStatusChange) wechat.onNetworkStatusChange(this.onNetwork)
      this.list.restore()
      // After the page's onLoad, which may set getAuth and options.
      setTimeout(() => {
        this.list.resumeRestored()
        this.list.setGiven(this.data.files)
      }, 0)
    },
    detached() {
      clearTimeout(this.timer)
      if (wechat.offNetworkStatusChange) wechat.offNetworkStatusChange(this.onNetwork)
      this.list.close()
      keepScreenOn(this, false)
    },
  },

  methods: {
    // ---- for the app, by selectComponent

    choose() {
      const remaining = this.remaining()
      if (!remaining) return
      this.openChooser(remaining, (chosen) => {
        const { maxSize } = this.data
        const tooLarge = chosen.filter(({ size }) => maxSize > 0 && size > maxSize)
        const repeated = this.list.add(chosen.filter((file) => tooLarge.indexOf(file) < 0))
        if (tooLarge.length) this.triggerEvent('oversize', { files: tooLarge.map(fromChooser), maxSize })
        this.setData({ notice: noticeOf(this.data.words, tooLarge, maxSize, repeated) })
      })
    },
    start() {
      this.list.startAll()
    },
    pause() {
      this.list.pauseAll()
    },

    // ---- taps

    onAdd() {
      if (!this.data.disabled) this.choose()
    },
    onAction({ currentTarget: { dataset } }: Tap) {
      const row = this.list.find(dataset.uid)
      if (!row || this.data.disabled) return
      if (mustBeChosenAgain(row)) this.openChooser(1, (chosen) => chosen[0] && this.list.replace(row.uid, chosen[0]))
      else if (row.upload && row.status !== 'paused') this.list.pause(row.uid)
      else this.list.start(row.uid)
    },
    onRemove({ currentTarget: { dataset } }: Tap) {
      const row = this.list.find(dataset.uid)
      if (!row || this.data.disabled) return
      if (row.status === 'done' || row.percent === 0) return this.list.remove(row.uid)
      const { removeQuestion, remove, cancel } = this.data.words
      wechat.showModal({
        content: removeQuestion,
        confirmText: remove,
        cancelText: cancel,
        success: ({ confirm }) => confirm && this.list.remove(row.uid),
      })
    },
    onRow({ currentTarget: { dataset } }: Tap) {
      const row = this.list.find(dataset.uid)
      if (row) this.list.emitFile('click', row)
    },
    onPreview({ currentTarget: { dataset } }: Tap) {
      const row = this.list.find(dataset.uid)
      if (!row || (row.type !== 'video' && row.type !== 'image')) return
      const { url, type, thumb } = row
      wechat.previewMedia({ sources: [{ url, type, poster: thumb }], fail() {} })
    },
    onThumbError({ currentTarget: { dataset } }: Tap) {
      const row = this.list.find(dataset.uid)
      if (row) row.broken = true
      this.render(false)
    },
    onNotice() {
      this.setData({ notice: '' })
    },

    // ---- inside

    setWords() {
      this.english = isEnglish(this.data.lang)
      for (const row of this.list.rows) if (row.reason) row.message = errorMessage(row.code, row.reason, this.english)
      this.setData({ words: wordsIn(this.english) })
      this.show()
      this.limits()
    },
    /** What the add button says of them, and whether it is there at all. */
    limits() {
      const { words, max, maxSize } = this.data
      const remaining = this.remaining()
      const hint = [maxSize > 0 ? words.upTo.replace('$', formatBytes(maxSize)) : '', max > 0 ? words.more.replace('$', String(remaining)) : '']
      this.setData({ canAdd: remaining > 0, hint: hint.filter(Boolean).join(' · ') })
    },
    remaining() {
      const { max } = this.data
      return max > 0 ? Math.max(0, max - this.list.rows.length) : UNLIMITED
    },
    render(soon: boolean) {
      if (!soon) return this.show()
      if (!this.timer) this.timer = setTimeout(() => this.show(), RENDER_MS)
    },
    show() {
      clearTimeout(this.timer)
      this.timer = 0
      const count = this.data.rows.length
      const patch = patchOf(this.data.rows, this.list.rows.map((row: Row) => viewOf(row, this.data.words)))
      if (patch) this.setData(patch)
      if (count !== this.list.rows.length) this.limits()
      keepScreenOn(this, this.list.isRunning())
      this.list.reportProgress()
    },
    openChooser(remaining: number, onChosen: (files: ChosenFile[]) => void) {
      this.setData({ notice: '' })
      choose(this.data as ChooserOptions, remaining, onChosen, (message) => {
        this.setData({ notice: this.data.words.chooseFailed + message })
        this.triggerEvent('error', { code: 'ChooseFailed', message })
      })
    },
    authorize(context: AuthContext) {
      const { getAuth } = this.data
      if (getAuth) return getAuth(context)
      return new Promise((resolve, reject) => {
        const callback = (answer: unknown): void => (answer instanceof Error ? reject(answer) : resolve(answer))
        this.triggerEvent('auth', Object.assign({}, context, { callback }))
      })
    },
  },
}

/** A screen that locks puts the mini program in the background, where WeChat ends all requests. */
function keepScreenOn(tag: Tag, on: boolean): void {
  if (tag.screenKeptOn === on) return
  tag.screenKeptOn = on
  if (wechat.setKeepScreenOn) wechat.setKeepScreenOn({ keepScreenOn: on, fail() {} })
}

function noticeOf(words: Words, tooLarge: ChosenFile[], maxSize: number, repeated: number): string {
  if (tooLarge.length) return words.oversize.replace('$', formatBytes(maxSize)) + tooLarge.map(({ name, size }) => name || formatBytes(size)).join(', ')
  return repeated ? words.listed : ''
}

Component(definition)
