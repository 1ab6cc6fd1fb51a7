// What the build and the platform put in place.
declare const __VERSION__: string
declare const __WASM_PATH__: string
declare const __IMPORTS_MODULE__: string

declare const WXWebAssembly: { instantiate(path: string, imports: object): Promise<unknown> } | undefined
declare const wx: import('./platform/wechat/wx').Wx | undefined
declare const console: { log(...args: unknown[]): void; warn(...args: unknown[]): void; error(...args: unknown[]): void }
declare const module: { exports: unknown }
declare function setTimeout(task: () => void, ms: number): number
declare function clearTimeout(id: number | undefined): void

/** wasm-bindgen's glue as a factory (build/glue.mjs): each call gives a copy of its own state, for one instance of the module. */
declare module 'wasm-glue' {
  interface Bindings {
    Runtime: typeof import('./engine/wasm').Runtime
    __wbg_set_wasm(exports: object): void
  }
  const createBindings: (queueMicrotask: (task: () => void) => void) => Bindings
  export default createBindings
}
