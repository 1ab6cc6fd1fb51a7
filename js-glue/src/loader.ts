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

/** One instance of the module. After a trap it is dead: its memory may be half written. */
export interface Instance {
  _api: Glue['_api']
  _dead: boolean
  _trap(error: unknown): void
}

const loaded: { [path: string]: Promise<Instance> } = {}
let onTrap: (dead: Instance, error: unknown) => void = () => {}

export function whenTrapped(listener: typeof onTrap): void {
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
    Promise.resolve().then(() => {
      if (instance._dead) return
      try {
        task()
      } catch (error) {
        instance._trap(error)
      }
    })
  }
  const glue = makeGlue(encode, decode, queue)
  const instance: Instance = {
    _api: glue._api,
    _dead: false,
    _trap(error) {
      if (instance._dead) return
      instance._dead = true
      forget()
      onTrap(instance, error)
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
