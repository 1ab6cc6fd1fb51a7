// The recipes for uni-app, as they are written, built with the upload components' own code, on simulated phones.
import { severalFiles } from '../support/recipe_run.mjs'
import { find, mountUniComponent } from '../support/uni_component.mjs'

// Which field of the component's data its WXML shows where: the compiler names them anew with each version.
const recipes = {
  wot: {
    name: 'wd-upload',
    states: { done: 'success', failed: 'fail' },
    fields: (wxml) => ({
      list: find(wxml, /wx:for="\{\{(\w+)\}\}"/),
      choose: find(wxml, /bindtap="\{\{(\w+)\}\}" class="\{\{\[[^\]]*'wd-upload__evoke'/),
      pending: find(wxml, /wx:if="\{\{file\.(\w+)\}\}" class="wd-upload__mask/),
      percent: find(wxml, /wd-upload__progress-txt[^>]*>\{\{file\.(\w+)\}\}%/),
      failed: find(wxml, /<view wx:if="\{\{file\.(\w+)\}\}"[^>]*><wd-icon[^>]*><\/wd-icon><text class="wd-upload__progress-txt/),
      remove: find(wxml, /<wd-icon wx:if[^>]*bindclick="\{\{file\.(\w+)\}\}"/),
    }),
  },
  'uview-plus': {
    name: 'up-upload',
    states: { done: 'success', failed: 'fail' },
    fields: (wxml) => ({
      list: find(wxml, /wx:for="\{\{(\w+)\}\}"/),
      choose: find(wxml, /bindtap="\{\{(\w+)\}\}" class="\{\{\['u-upload__button'/),
      pending: find(wxml, /wx:if="\{\{item\.(\w+)\}\}" class="u-upload__status /),
      percent: find(wxml, /u-upload__status__message[^>]*>\{\{item\.(\w+)\}\}/),
      failed: find(wxml, /u-upload__status__icon[^>]*><up-icon wx:if="\{\{item\.(\w+)\}\}"/),
      remove: find(wxml, /u-upload__deletable [^>]*catchtap="\{\{item\.(\w+)\}\}"/),
    }),
  },
}

export const recipeNames = Object.keys(recipes)

export async function runRecipe({ recipe, code, persona }) {
  const { name, states, fields } = recipes[recipe]
  await severalFiles({
    code,
    persona,
    states,
    atOnce: 1,
    // Both show the button that removes a file only before and after its upload.
    cancels: false,
    async open(phone, until) {
      const { component, wxml } = await mountUniComponent({ phone, until, code, page: `pages/recipes/${recipe}`, name })
      const at = fields(wxml)
      const tap = (handler) => phone.world.enter(() => component[handler]({ type: 'tap', detail: {}, target: { dataset: {} }, currentTarget: { dataset: {} } }))
      const rows = () => component.data[at.list] ?? []
      const status = (row) => (row[at.failed] && row[at.pending] ? states.failed : row[at.pending] ? 'uploading' : states.done)
      return {
        choose: () => tap(component.data[at.choose]),
        remove: (index) => tap(rows()[index][at.remove]),
        files: () => rows().map((row) => ({ status: status(row), percent: parseInt(row[at.percent], 10) })),
      }
    },
  })
}
