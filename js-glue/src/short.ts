// What is said in many places and the bundle can't shorten where it stands. Every byte of a script counts: here each gets a name of one letter.

export const assign: typeof Object.assign = Object.assign

export const setPrototypeOf: typeof Object.setPrototypeOf = Object.setPrototypeOf

export const isText = (value: unknown): value is string => typeof value === 'string'

export const isNumber = (value: unknown): value is number => typeof value === 'number'

export const isFunction = (value: unknown): value is (...given: any[]) => any => typeof value === 'function'

/** '' for what is no text. */
export const textOf = (value: unknown): string => (isText(value) ? value : '')

/** What a function gives, promises or throws. */
export const promised = <T>(task: () => T | PromiseLike<T>): Promise<T> => new Promise((resolve) => resolve(task()))
