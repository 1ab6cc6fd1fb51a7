// Runs a piece of app code in the phone's world; `resolve` and `reject` end it.
export function inside(phone, source) {
  return new Promise((resolve, reject) => {
    phone.eval(`return function (resolve, reject) { ${source} }`)((value) => resolve(value), reject)
  })
}

// Of the violations so far, the rules.
export const rules = (phone) => [...new Set(phone.violations.map((one) => one.rule))]

// Node's assert compares prototypes; objects of the phone's world have their own.
export const plain = (value) => JSON.parse(JSON.stringify(value))
