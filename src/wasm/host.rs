//! What the JavaScript side offers. `js-glue/src/engine/host.ts` implements it over a platform.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const HOST: &str = r#"
/**
 * What the engine needs of the platform. No method throws. A promise is rejected with the type that is named.
 * `uploaderId` is the id given to `Runtime.createUploader`; ids of requests are unique within one uploader.
 */
export interface Host {
  /** Wall clock, ms since 1970. */
  now(): number;
  /** Sends an HTTP request. Rejected with TransportError. */
  request(request: HttpRequest, body: string | ArrayBuffer): Promise<HttpResponse>;
  /** Sends a whole file as a multipart/form-data POST. Rejected with TransportError. */
  uploadFile(form: FormUpload): Promise<HttpResponse>;
  /** Aborts a request or form; its promise is rejected with the kind `abort`. */
  abort(uploaderId: number, requestId: number): void;
  /** Rejected with FileError. */
  statFile(path: string): Promise<FileStat>;
  /** Reads `length` bytes from `position`. Rejected with FileError. */
  readFile(path: string, position: number, length: number): Promise<ArrayBuffer>;
  /** MD5 of the file in lower-case hex; '' when it cannot be had. */
  fileMd5(path: string): Promise<string>;
  /** A stored value; '' when there is none. */
  getItem(key: string): string;
  /** False when the storage refuses. */
  setItem(key: string, value: string): boolean;
  removeItem(key: string): void;
  /** Calls `Uploader.handleTimeout` after `delayMs`, replacing the uploader's former timer; without a delay there is none. */
  setTimer(uploaderId: number, delayMs?: number): void;
  /** The uploader awaits neither a promise nor a timer, so the host may release it until the next command. */
  onIdle(uploaderId: number): void;
  /** An event for the app. `fileId` is 0 when it concerns no single file. Must not call the uploader. */
  emit(uploaderId: number, fileId: number, event: UploadEvent): void;
  /** A panic: its message and source line. The instance is unusable afterwards. */
  onPanic(message: string): void;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    #[wasm_bindgen(typescript_type = "Host")]
    pub type Host;

    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;
    #[wasm_bindgen(method)]
    pub fn request(this: &Host, request: &JsValue, body: &JsValue) -> Promise;
    #[wasm_bindgen(method, js_name = uploadFile)]
    pub fn upload_file(this: &Host, form: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    pub fn abort(this: &Host, uploader: u32, request: u32);
    #[wasm_bindgen(method, js_name = statFile)]
    pub fn stat_file(this: &Host, path: &str) -> Promise;
    #[wasm_bindgen(method, js_name = readFile)]
    pub fn read_file(this: &Host, path: &str, position: f64, length: f64) -> Promise;
    #[wasm_bindgen(method, js_name = fileMd5)]
    pub fn file_md5(this: &Host, path: &str) -> Promise;
    #[wasm_bindgen(method, js_name = getItem)]
    pub fn get_item(this: &Host, key: &str) -> String;
    #[wasm_bindgen(method, js_name = setItem)]
    pub fn set_item(this: &Host, key: &str, value: &str) -> bool;
    #[wasm_bindgen(method, js_name = removeItem)]
    pub fn remove_item(this: &Host, key: &str);
    #[wasm_bindgen(method, js_name = setTimer)]
    pub fn set_timer(this: &Host, uploader: u32, delay_ms: Option<f64>);
    #[wasm_bindgen(method, js_name = onIdle)]
    pub fn on_idle(this: &Host, uploader: u32);
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, uploader: u32, file: u32, event: &JsValue);
    #[wasm_bindgen(method, js_name = onPanic)]
    pub fn on_panic(this: &Host, message: &str);
}
