/**
 * A Uint8Array that has no bytes once its buffer is detached.
 *
 * wasm-bindgen's glue keeps a view of the module's memory and makes a new one when the view's byteLength is 0, which it is after a
 * WebAssembly.Memory has grown. The fallback in JavaScript cannot detach the ArrayBuffer that it outgrows; it marks it by a property
 * `detached` instead (build/fallback.mjs).
 */
export class MemoryView extends Uint8Array {
  /** What subarray() makes: views that are used at once need no check. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array
  }

  override get byteLength(): number {
    return (this.buffer as { detached?: boolean }).detached ? 0 : super.byteLength
  }
}
