import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

// A CommonJS package, of which Node's import sees the default as a member.
export default defineConfig({ plugins: [(uni.default || uni)()] })
