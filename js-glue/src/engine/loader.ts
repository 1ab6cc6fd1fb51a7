// Fetches the wasm module: once for all uploaders, again after a failure or a crash.
import { errorMessage, UploadError } from '../errors'
import type { Platform } from '../platform/platform'
import { attempt, isFunction } from '../values'
import { withTimeout } from '../with_timeout'
import { Instance } from './instance'

export interface LoadOptions {
  wasmPath?: string
  /** The module in JavaScript: `(imports) => exports`, or whatever leads to one (a promise, a getter, a module with it as default). */
  fallback?: unknown
}

export interface Loader {
  load(options: LoadOptions): Promise<Instance>
  /** An instance that is there already. */
  loaded(options: LoadOptions): Instance | undefined
  /** Called with every instance that has crashed. */
  onCrash(listener: () => void): void
}

/** Gives the exports of an instance. */
type Instantiate = (imports: object) => PromiseLike<unknown>

export function createLoader(platform: Platform): Loader {
  const { wasm, timers } = platform
  const loading = new Map<string, Promise<Instance>>()
  const instances = new Map<string, Instance>()
  let crashed = (): void => {}

  /** Until it fails or crashes. */
  const remember = (path: string, instantiate: Instantiate): Promise<Instance> => {
    const forget = (): void => {
      if (loading.get(path) !== promise) return
      loading.delete(path)
      instances.delete(path)
    }
    const promise = makeInstance(path, instantiate, forget)
    promise.then((instance) => loading.get(path) === promise && instances.set(path, instance), forget)
    loading.set(path, promise)
    return promise
  }

  const makeInstance = async (path: string, instantiate: Instantiate, forget: () => void): Promise<Instance> => {
    const instance = new Instance(platform, () => {
      forget()
      crashed()
    })
    try {
      const result: any = await instantiate(instance.imports)
      const inner = result.instance || result
      instance.start(inner.exports || inner)
      return instance
    } catch (error) {
      throw new UploadError({
        code: 'WasmLoadFailed',
        stage: 'load',
        retryable: true,
        message: `The upload module could not be loaded from ${path} (${errorMessage(error)}). The option wasmPath says where it lies in the code package; the option fallback helps where WebAssembly is missing or fails.`,
      })
    }
  }

  const load = ({ wasmPath, fallback }: LoadOptions): Promise<Instance> => {
    const path = wasmPath || wasm.defaultPath
    const fromFile: Instantiate = (imports) => {
      const begin = (): PromiseLike<unknown> => wasm.instantiate(path, imports)
      // Once more after a failure: iPhones have been seen to fail now and then.
      return withTimeout(timers, wasm.timeoutMs, 'WebAssembly.instantiate', () => attempt(begin).catch(() => begin()))
    }
    const promise = loading.get(path) || remember(path, fromFile)
    if (!fallback) return promise
    // Whoever began the promise, such as the import of the package, may have had no fallback to offer.
    return promise.catch(() => (loading.has(path) ? load({ wasmPath, fallback }) : remember(path, (imports) => callFallback(fallback, imports))))
  }

  return { load, loaded: ({ wasmPath }) => instances.get(wasmPath || wasm.defaultPath), onCrash: (listener) => (crashed = listener) }
}

const callFallback = (given: any, imports: object): Promise<unknown> =>
  attempt(() => (isFunction(given) ? given(imports) : given)).then((value: any) => {
    const next = value && value.default ? value.default : value
    return isFunction(next) ? callFallback(next, imports) : next
  })
