// A module and its glue as wasm-bindgen writes them, small enough to read: what the build does to both is tested on it.
import binaryen from 'binaryen'

/** `Core.measure(text)`: the bytes of the text plus those of the host's name, or 1000 when it has no name. */
export function tinyModule() {
  const module = binaryen.parseText(`(module
    (import "./vod_upload_bg.js" "__wbg_name_0123456789abcdef" (func $name (param i32 i32)))
    (import "./vod_upload_bg.js" "__wbg_nick_fedcba9876543210" (func $nick (param i32 i32)))
    (import "./vod_upload_bg.js" "__wbindgen_object_drop_ref" (func $drop (param i32)))
    (memory (export "memory") 1)
    (global $at (export "__heap_base") (mut i32) (i32.const 64))
    (func $malloc (export "__wbindgen_export") (param $size i32) (param $align i32) (result i32)
      ;; Every allocation moves the memory: views kept from before would be stale.
      (drop (memory.grow (i32.const 1)))
      (global.set $at (i32.add (global.get $at) (local.get $size)))
      (i32.sub (global.get $at) (local.get $size)))
    (func (export "__wbindgen_export2") (param i32 i32 i32 i32) (result i32) (unreachable))
    (func (export "core_new") (param $host i32) (result i32) (local.get $host))
    (func (export "core_measure") (param $host i32) (param $times f64) (param $ptr i32) (param $len i32) (result i32)
      (call $name (i32.const 8) (local.get $host))
      (call $nick (i32.const 16) (local.get $host))
      (i32.mul
        (i32.trunc_f64_s (local.get $times))
        (i32.add
          (i32.add (local.get $len) (i32.load (i32.const 12)))
          (select (i32.load (i32.const 20)) (i32.const 1000) (i32.load (i32.const 16))))))
    (func (export "__wbg_core_free") (param i32 i32) (call $drop (local.get 0))))`)
  const bytes = Buffer.from(module.emitBinary())
  module.dispose()
  return bytes
}

const returned = (kind) => `
    ${kind} ptr1 = ${kind === 'var' ? 'isLikeNone(ret) ? 0 : ' : ''}passStringToWasm0(ret, wasm.__wbindgen_export, wasm.__wbindgen_export2);
    ${kind} len1 = WASM_VECTOR_LEN;
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);`.slice(1)

export const TINY_GLUE = `export class Core {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        CoreFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_core_free(ptr, 0);
    }
    /**
     * @param {any} host
     */
    constructor(host) {
        const ret = wasm.core_new(addHeapObject(host));
        this.__wbg_ptr = ret;
        CoreFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * @param {number} times
     * @param {string} text
     * @returns {number}
     */
    measure(times, text) {
        const val2 = +times;
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_export, wasm.__wbindgen_export2);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.core_measure(this.__wbg_ptr, val2, ptr0, len0);
        return ret;
    }
}
if (Symbol.dispose) Core.prototype[Symbol.dispose] = Core.prototype.free;
export function __wbg_name_0123456789abcdef(arg0, arg1) {
    const ret = getObject(arg1).name;
${returned('const')}
}
export function __wbg_nick_fedcba9876543210(arg0, arg1) {
    const ret = getObject(arg1).nick;
${returned('var')}
}
export function __wbg_unused_0000000000000000(arg0) {
    const ret = TextDecoder;
    return addHeapObject(ret);
}
export function __wbindgen_object_drop_ref(arg0) {
    takeObject(arg0);
}
const CoreFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_core_free(ptr, 1));

function addHeapObject(obj) {
    if (heap_next === heap.length) heap.push(heap.length + 1);
    const idx = heap_next;
    heap_next = heap[idx];

    heap[idx] = obj;
    return idx;
}

let cachedDataViewMemory0 = null;
function getDataViewMemory0() {
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true) {
        cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    }
    return cachedDataViewMemory0;
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function getObject(idx) { return heap[idx]; }

let heap = new Array(1024).fill(undefined);
heap.push(undefined, null, true, false);

let heap_next = heap.length;

function isLikeNone(x) {
    return x === undefined || x === null;
}

function passStringToWasm0(arg, malloc, realloc) {
    throw new Error('rests on TextEncoder');
}

function takeObject(idx) {
    const ret = getObject(idx);
    heap[idx] = heap_next;
    heap_next = idx;
    return ret;
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const cachedTextEncoder = new TextEncoder();

let WASM_VECTOR_LEN = 0;


let wasm;
export function __wbg_set_wasm(val) {
    wasm = val;
}
`
