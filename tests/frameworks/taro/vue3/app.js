import { createPinia } from 'pinia'
import { createApp } from 'vue'

export default createApp({}).use(createPinia())
