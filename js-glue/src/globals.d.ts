// What the build and WeChat put in place.
declare const __VERSION__: string
declare const __WASM_PATH__: string
declare const __IMPORTS_MODULE__: string

declare const WXWebAssembly: { instantiate(path: string, imports: object): Promise<unknown> } | undefined
declare const wx: import('./wx/api').Wx | undefined
declare const console: { log(...args: unknown[]): void; warn(...args: unknown[]): void; error(...args: unknown[]): void }
declare const module: { exports: unknown }
declare function setTimeout(task: () => void, ms: number): number
declare function clearTimeout(id: number | undefined): void

/** wasm-bindgen's glue as a factory: build/glue.mjs. */
declare module 'wasm-glue' {
  const createBindings: (queueMicrotask: (task: () => void) => void) => import('./host').Glue
  export default createBindings
}
