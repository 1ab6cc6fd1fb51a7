// Fetches the wasm module out of the code package: once for all uploaders, again after a failure or a trap.
import { isFunction, promised } from './short'
import createBindings from 'wasm-glue'
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
  _api: Glue
  /** What it threw. Whatever comes flying out of the module has killed it: its memory may be half written. */
  _dead: unknown
  /** Runs what calls into the module. */
  _guard<T>(task: () => T): T | undefined
}

/** What leads to the exports of an instance. */
type Obtain = (imports: object) => Promise<unknown>

const loaded: { [path: string]: Promise<Instance> | undefined } = {}
let onTrap: () => void = () => {}

export function whenTrapped(listener: () => void): void {
  onTrap = listener
}

export function load(options: Loading): Promise<Instance> {
  const path = options.wasmPath || __WASM_PATH__
  const { fallback } = options
  const promise =
    loaded[path] ||
    remember(path, (imports) => {
      const begin = (): Promise<unknown> => WXWebAssembly!.instantiate(path, imports)
      return within(DEADLINE_MS, 'WXWebAssembly', () => promised(begin).catch(begin))
    })
  // Not a part of that promise: whoever made it, such as the import itself, may have had no twin to offer.
  return fallback ? promise.catch(() => (loaded[path] ? load(options) : remember(path, (imports) => twin(fallback, imports)))) : promise
}

/** Until it fails or traps. */
function remember(path: string, obtain: Obtain): Promise<Instance> {
  const forget = (): void => {
    if (loaded[path] === promise) delete loaded[path]
  }
  const promise = instantiate(path, obtain, forget)
  promise.catch(forget)
  loaded[path] = promise
  return promise
}

function instantiate(path: string, obtain: Obtain, forget: () => void): Promise<Instance> {
  // What runs in a microtask calls into the module as well.
  const glue = createBindings((task) => void Promise.resolve().then(() => instance._guard(task)))
  const instance: Instance = {
    _api: glue,
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
  return obtain({ [__IMPORTS_MODULE__]: glue })
    .then((result: any) => {
      const inner = result.instance || result
      const exports = inner.exports || inner
      glue.__wbg_set_wasm(exports)
      return instance
    })
    .catch((error) => {
      throw new UploadError({
        code: 'WasmLoadFailed',
        stage: 'load',
        retryable: true,
        message: `The upload module could not be loaded from ${path} (${words(error)}). The option wasmPath says where it lies in the code package; fallback helps where WXWebAssembly is missing or fails.`,
      })
    })
}

const twin = (given: any, imports: object): Promise<unknown> => promised(() => (isFunction(given) ? given(imports) : given)).then((value: any) =>
  isFunction(value) || isFunction(value && value.default) ? twin(value.default || value, imports) : value,
)
