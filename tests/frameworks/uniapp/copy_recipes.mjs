// The recipes for uni-app become pages of this app, as they are written.
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

for (const name of ['wot', 'uview-plus']) {
  cpSync(fileURLToPath(new URL(`../recipes/${name}.vue`, import.meta.url)), fileURLToPath(new URL(`src/pages/recipes/${name}.vue`, import.meta.url)))
}
