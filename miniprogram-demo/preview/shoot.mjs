// node shoot.mjs: takes the READMEs' pictures anew, of the demo in the preview. Needs Chromium, and a font with Chinese in it.
import { file, openPreview, padded } from './test/support/panel.mjs'

const target = (name) => new URL(`../screenshots/${name}.png`, import.meta.url).pathname
const preview = await openPreview()

// A landscape, painted: as a picture, or as a short film whose sun moves.
async function paint(page, name, hue, seconds) {
  const bytes = await page.evaluate(async ({ hue, seconds }) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 })
    const to = canvas.getContext('2d')
    const draw = (t) => {
      const sky = to.createLinearGradient(0, 0, 0, 360)
      sky.addColorStop(0, `hsl(${hue + 210} 45% 38%)`)
      sky.addColorStop(0.7, `hsl(${hue + 25} 80% 70%)`)
      to.fillStyle = sky
      to.fillRect(0, 0, 640, 360)
      to.fillStyle = `hsl(${hue + 45} 95% 82%)`
      to.beginPath()
      to.arc(430 - t * 10, 190 + t * 4, 42, 0, 7)
      to.fill()
      for (const [layer, light] of [[0, 42], [1, 30], [2, 18]]) {
        to.fillStyle = `hsl(${hue + 200} 32% ${light}%)`
        to.beginPath()
        to.moveTo(0, 360)
        for (let x = 0; x <= 640; x += 8) to.lineTo(x, 225 + layer * 38 - Math.sin(x / (110 - layer * 22) + layer * 2 + hue) * (34 - layer * 7))
        to.lineTo(640, 360)
        to.fill()
      }
    }
    draw(0)
    let blob
    if (seconds) {
      const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/mp4', videoBitsPerSecond: 8e6 })
      const ended = new Promise((resolve) => { recorder.ondataavailable = ({ data }) => resolve(data) })
      recorder.start()
      const start = performance.now()
      await new Promise((resolve) => {
        const step = () => {
          const t = (performance.now() - start) / 1000
          draw(t)
          if (t < seconds) requestAnimationFrame(step)
          else resolve()
        }
        step()
      })
      recorder.stop()
      blob = await ended
    } else {
      blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95))
    }
    const reader = new FileReader()
    reader.readAsDataURL(blob)
    await new Promise((resolve) => { reader.onload = resolve })
    return reader.result.split(',')[1]
  }, { hue, seconds })
  const buffer = Buffer.from(bytes, 'base64')
  return file(name, seconds ? padded(buffer, seconds * 3e6) : buffer)
}

for (const [locale, suffix] of [['en', ''], ['zh-CN', '.zh-CN']]) {
  const shoot = (panel, name) => panel.page.locator('.device').screenshot({ path: target(name + suffix), omitBackground: true })
  // An odd width, so that the phone in the middle begins on a whole pixel.
  const user = { locale, width: 1281 }

  // The page with the tag: two done, two under way.
  await preview.with(async (panel) => {
    const films = await Promise.all([paint(panel.page, 'a.mp4', 0, 6), paint(panel.page, 'b.mp4', -25, 4), paint(panel.page, 'c.mp4', 130, 5)])
    const picture = await paint(panel.page, 'd.jpg', 40)
    await panel.choose([films[0], picture])
    await panel.find('done').nth(1).waitFor()
    panel.cloud.link({ bytesPerSecond: 1500 * 1024 })
    await panel.choose(films.slice(1))
    await panel.find('percent').filter({ hasText: /[3-9]\d%/ }).first().waitFor()
    await shoot(panel, 'list')
  }, user)

  // A result, in the dark.
  await preview.with(async (panel) => {
    await panel.choose(await paint(panel.page, 'a.mp4', 0, 6))
    await panel.phone.locator('.file-success').waitFor()
    await panel.set('theme', 'dark')
    await panel.main(0)
    const video = panel.phone.locator('.media video')
    await video.evaluate((element) => new Promise((resolve) => {
      element.muted = true
      element.controls = false
      element.ontimeupdate = () => element.currentTime > 1 && resolve(element.pause())
    }))
    await shoot(panel, 'result')
  }, { ...user, byHand: true })
}
await preview.close()
