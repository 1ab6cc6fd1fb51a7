// Fetches the wasm module out of the code package: once for all uploaders, again after a failure or a trap.
import makeGlue from 'wasm-glue'
import { decode, encode } from './codec'
import { within } from './deadline'
import type { Glue } from './host'
import { UploadError, words } from './upload_error'

/** The iPhones that refuse a module have been seen to say so after 176 s. */
const DEADLINE_MS = 20_000

export interface Loading {
  wasmPath?: string
  /** A JavaScript twin of the module: `(imports) => exports`, or whatever leads to one (a promise, a getter, a module with it as default). */
  fallback?: unknown
}

/** One instance of the module. */
export interface Instance {
  _api: Glue['_api']
  /** What it threw. Whatever comes flying out of the module has killed it: its memory may be half written. */
  _dead: unknown
  /** Runs what calls into the module. */
  _guard<T>(task: () => T): T | undefined
}

const loaded: { [path: string]: Promise<Instance> } = {}
let onTrap: () => void = () => {}

export function whenTrapped(listener: () => void): void {
  onTrap = listener
}

export function load(options: Loading): Promise<Instance> {
  const path = options.wasmPath || __WASM_PATH__
  if (!loaded[path]) {
    const forget = (): void => {
      if (loaded[path] === promise) delete loaded[path]
    }
    const promise = instantiate(path, options.fallback, forget)
    promise.catch(forget)
    loaded[path] = promise
  }
  return loaded[path]
}

function instantiate(path: string, fallback: unknown, forget: () => void): Promise<Instance> {
  // wasm-bindgen-futures runs its tasks through this.
  const queue = (task: () => void): void => {
    Promise.resolve().then(() => instance._dead || instance._guard(task))
  }
  const glue = makeGlue(encode, decode, queue)
  const instance: Instance = {
    _api: glue._api,
    _dead: 0,
    _guard(task) {
      try {
        return task()
      } catch (error) {
        instance._dead = error || 1
        forget()
        onTrap()
      }
    },
  }
  const imports = { [__IMPORTS_MODULE__]: glue._imports }

  const attempt = (): Promise<unknown> => WXWebAssembly!.instantiate(path, imports)

  return within(DEADLINE_MS, 'WXWebAssembly', () => new Promise((resolve) => resolve(attempt())).catch(attempt))
    .catch((error) => {
      if (fallback) return twin(fallback, imports)
      throw error
    })
    .then(
      (result: any) => {
        const inner = result.instance || result
        const exports = inner.exports || inner
        glue._bind(exports)
        if (exports.__wbindgen_start) exports.__wbindgen_start()
        return instance
      },
    )
    .catch((error) => {
      throw new UploadError({
        code: 'WasmLoadFailed',
        stage: 'load',
        retryable: true,
        message: `The upload module could not be loaded from ${path} (${words(error)}). If it stands elsewhere in the code package, say where with the option wasmPath.`,
      })
    })
}

function twin(given: any, imports: object): Promise<unknown> {
  return Promise.resolve(typeof given === 'function' ? given(imports) : given).then((value: any) =>
    typeof value === 'function' || typeof (value && value.default) === 'function' ? twin(value.default || value, imports) : value,
  )
}
