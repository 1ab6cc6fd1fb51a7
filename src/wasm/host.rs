//! What the JavaScript side offers: the seams of `js-glue/src/host.ts`, taken structurally, so that no module is imported.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub type Host;
    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;
    #[wasm_bindgen(method)]
    pub fn request(
        this: &Host,
        id: u32,
        method: &str,
        url: &str,
        headers: &str,
        body: &JsValue,
        timeout: f64,
    ) -> Promise;
    #[wasm_bindgen(method)]
    pub fn upload(this: &Host, id: u32, url: &str, path: &str, fields: &str, timeout: f64) -> Promise;
    #[wasm_bindgen(method)]
    pub fn abort(this: &Host, id: u32);
    #[wasm_bindgen(method)]
    pub fn stat(this: &Host, path: &str) -> Promise;
    #[wasm_bindgen(method)]
    pub fn read(this: &Host, path: &str, position: f64, length: f64) -> Promise;
    #[wasm_bindgen(method)]
    pub fn digest(this: &Host, path: &str) -> Promise;
    #[wasm_bindgen(method)]
    pub fn get(this: &Host, key: &str) -> String;
    #[wasm_bindgen(method)]
    pub fn set(this: &Host, key: &str, value: &str) -> bool;
    #[wasm_bindgen(method)]
    pub fn remove(this: &Host, key: &str);
    #[wasm_bindgen(method)]
    pub fn timer(this: &Host, delay: f64);
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, kind: &str, id: u32, payload: &JsValue);

    pub type HttpAnswer;
    #[wasm_bindgen(method, getter)]
    pub fn status(this: &HttpAnswer) -> u16;
    #[wasm_bindgen(method, getter)]
    pub fn headers(this: &HttpAnswer) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn body(this: &HttpAnswer) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn failure(this: &HttpAnswer) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &HttpAnswer) -> String;

    pub type FileFacts;
    #[wasm_bindgen(method, getter)]
    pub fn size(this: &FileFacts) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn mtime(this: &FileFacts) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn failure(this: &FileFacts) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &FileFacts) -> String;

    /// An ArrayBuffer, or why there is none. Not told apart by `instanceof`: the buffer may be of another realm.
    pub type ReadResult;
    #[wasm_bindgen(method, getter, js_name = byteLength)]
    pub fn byte_length(this: &ReadResult) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    pub fn failure(this: &ReadResult) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn detail(this: &ReadResult) -> Option<String>;

    pub type CoreOptions;
    #[wasm_bindgen(method, getter, js_name = userId)]
    pub fn user_id(this: &CoreOptions) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn region(this: &CoreOptions) -> String;
    #[wasm_bindgen(method, getter, js_name = retryCount)]
    pub fn retry_count(this: &CoreOptions) -> u32;
    #[wasm_bindgen(method, getter, js_name = retryDuration)]
    pub fn retry_duration(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn timeout(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = partSize)]
    pub fn part_size(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn parallel(this: &CoreOptions) -> u32;
    #[wasm_bindgen(method, getter, js_name = parallelFiles)]
    pub fn parallel_files(this: &CoreOptions) -> u32;
    #[wasm_bindgen(method, getter)]
    pub fn cname(this: &CoreOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn signature(this: &CoreOptions) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn crc(this: &CoreOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn checkpoint(this: &CoreOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn transport(this: &CoreOptions) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn credentials(this: &CoreOptions) -> String;
    #[wasm_bindgen(method, getter, js_name = expiredHandled)]
    pub fn expired_handled(this: &CoreOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn seed(this: &CoreOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = networkType)]
    pub fn network_type(this: &CoreOptions) -> String;
}
