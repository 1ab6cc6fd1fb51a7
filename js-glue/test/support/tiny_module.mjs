// A module and its glue as wasm-bindgen 0.2.130 writes them, small enough to read: what the build does to both is tested on it.
import binaryen from 'binaryen'
import { transformSync } from 'esbuild'
import { bundle } from '../../build/bundle.mjs'

/** `measure(host, times, text)`: `times` the bytes of the text plus those of the host's name, or 1000 when it has no nickname; `first(text)`: its first byte. */
export function tinyModule() {
  const module = binaryen.parseText(`(module
    (import "./vod_upload_bg.js" "__wbg_name_0123456789abcdef" (func $name (param i32 i32)))
    (import "./vod_upload_bg.js" "__wbg_nick_fedcba9876543210" (func $nick (param i32 i32)))
    (import "./vod_upload_bg.js" "__wbindgen_object_drop_ref" (func $drop (param i32)))
    (memory (export "memory") 1)
    (global $at (mut i32) (i32.const 64))
    (func $malloc (export "__wbindgen_malloc") (param $size i32) (param $align i32) (result i32)
      ;; Every allocation grows the memory: views kept from before are stale.
      (drop (memory.grow (i32.const 1)))
      (global.set $at (i32.add (global.get $at) (local.get $size)))
      (i32.sub (global.get $at) (local.get $size)))
    (func (export "__wbindgen_realloc") (param $old i32) (param $length i32) (param $size i32) (param $align i32) (result i32)
      (local $new i32)
      (local.set $new (call $malloc (local.get $size) (i32.const 1)))
      (loop $copy
        (if (local.get $length) (then
          (local.set $length (i32.sub (local.get $length) (i32.const 1)))
          (i32.store8 (i32.add (local.get $new) (local.get $length)) (i32.load8_u (i32.add (local.get $old) (local.get $length))))
          (br $copy))))
      (local.get $new))
    (func (export "first") (param $ptr i32) (param $len i32) (result i32) (i32.load8_u (local.get $ptr)))
    (func (export "measure") (param $host i32) (param $times f64) (param $ptr i32) (param $len i32) (result i32)
      (call $name (i32.const 8) (local.get $host))
      (call $nick (i32.const 16) (local.get $host))
      (call $drop (local.get $host))
      (i32.mul
        (i32.trunc_f64_s (local.get $times))
        (i32.add
          (i32.add (local.get $len) (i32.load (i32.const 12)))
          (select (i32.load (i32.const 20)) (i32.const 1000) (i32.load (i32.const 16)))))))`)
  const bytes = Buffer.from(module.emitBinary())
  module.dispose()
  return bytes
}

const returned = (kind) => `
    ${kind} ptr1 = ${kind === 'var' ? 'isLikeNone(ret) ? 0 : ' : ''}passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    ${kind} len1 = WASM_VECTOR_LEN;
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
    getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);`.slice(1)

export const TINY_GLUE = `/**
 * @param {any} host
 * @param {number} times
 * @param {string} text
 * @returns {number}
 */
export function measure(host, times, text) {
    const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    const ret = wasm.measure(addHeapObject(host), times, ptr0, len0);
    return ret;
}
/**
 * @param {string} text
 * @returns {number}
 */
export function first(text) {
    const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    const ret = wasm.first(ptr0, len0);
    return ret;
}
export function __wbg_name_0123456789abcdef(arg0, arg1) {
    const ret = getObject(arg1).name;
${returned('const')}
}
export function __wbg_nick_fedcba9876543210(arg0, arg1) {
    const ret = getObject(arg1).nick;
${returned('var')}
}
export function __wbg_queueMicrotask_0000000000000000(arg0) {
    queueMicrotask(getObject(arg0));
}
export function __wbg_queueMicrotask_1111111111111111(arg0) {
    const ret = getObject(arg0).queueMicrotask;
    return addHeapObject(ret);
}
export function __wbg_static_accessor_GLOBAL_THIS_0000000000000000() {
    const ret = typeof globalThis === 'undefined' ? null : globalThis;
    return isLikeNone(ret) ? 0 : addHeapObject(ret);
}
export function __wbg_static_accessor_WINDOW_0000000000000000() {
    const ret = typeof window === 'undefined' ? null : window;
    return isLikeNone(ret) ? 0 : addHeapObject(ret);
}
export function __wbindgen_object_drop_ref(arg0) {
    takeObject(arg0);
}
export const CoreFinalization = (typeof FinalizationRegistry === 'undefined')
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
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {
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
    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;

    const mem = getUint8ArrayMemory0();

    let offset = 0;

    for (; offset < len; offset++) {
        const code = arg.charCodeAt(offset);
        if (code > 0x7F) break;
        mem[ptr + offset] = code;
    }
    if (offset !== len) {
        if (offset !== 0) {
            arg = arg.slice(offset);
        }
        ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0;
        const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
        const ret = cachedTextEncoder.encodeInto(arg, view);

        offset += ret.written;
        ptr = realloc(ptr, len, offset, 1) >>> 0;
    }

    WASM_VECTOR_LEN = offset;
    return ptr;
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

if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}

let WASM_VECTOR_LEN = 0;


let wasm;
export function __wbg_set_wasm(val) {
    wasm = val;
}
`

/** Globals that phones lack. */
const ABSENT = ['globalThis', 'self', 'window', 'global', 'queueMicrotask', 'TextEncoder', 'TextDecoder', 'FinalizationRegistry', 'WebAssembly', 'Buffer', 'process', 'require']

/** Evaluates a CommonJS script as a phone does. */
export function evaluate(code) {
  const module = { exports: {} }
  new Function('module', 'exports', ...ABSENT, code)(module, module.exports)
  return module.exports
}

/** The factory of a glue's bindings, bundled as in index.js. */
export async function bindingsOf(glue, buildId = '') {
  const code = await bundle({ glue, buildId, entry: 'wasm-glue' })
  return evaluate(transformSync(code, { target: 'es2015' }).code).default
}
