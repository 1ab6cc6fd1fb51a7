//! What the JavaScript side offers: the seams of `js-glue/src/host.ts`, taken structurally, so that no module is imported.
//!
//! What is asked here is answered later, by [`super::Core::tell`] and with the number that the question had: a promise for
//! each of them would bring wasm-bindgen-futures into the module, 4 KB of the package.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub type Host;
    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;
    #[wasm_bindgen(method)]
    pub fn request(this: &Host, id: u32, method: &str, url: &str, headers: &str, body: JsValue, timeout: f64);
    #[wasm_bindgen(method)]
    pub fn upload(this: &Host, id: u32, url: &str, path: &str, fields: &str, timeout: f64);
    #[wasm_bindgen(method)]
    pub fn abort(this: &Host, id: u32);
    #[wasm_bindgen(method)]
    pub fn stat(this: &Host, op: u32, path: &str);
    #[wasm_bindgen(method)]
    pub fn read(this: &Host, op: u32, uses: u32, path: &str, position: f64, length: f64);
    #[wasm_bindgen(method)]
    pub fn digest(this: &Host, id: u32, path: &str);
    #[wasm_bindgen(method)]
    pub fn get(this: &Host, key: &str) -> JsValue;
    #[wasm_bindgen(method)]
    pub fn set(this: &Host, key: &str, value: &str) -> bool;
    #[wasm_bindgen(method)]
    pub fn remove(this: &Host, key: &str);
    #[wasm_bindgen(method)]
    pub fn timer(this: &Host, delay: f64);
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, kind: &str, id: u32, payload: JsValue);
    /// Bytes of an ArrayBuffer, from `at` on.
    #[wasm_bindgen(method)]
    pub fn copy(this: &Host, buffer: &JsValue, at: u32, to: &mut [u8]);

    /// A plain object of the package: `CoreOptions`, `HttpAnswer`, `FileFacts`, `FileFailure` of host.ts, an ArrayBuffer, or
    /// an array of arguments. One getter for all their fields: each of its own would cost an import, in the module and in
    /// the script.
    pub type Fields;
    #[wasm_bindgen(method, indexing_getter)]
    fn field(this: &Fields, name: &str) -> JsValue;
}

impl Fields {
    pub fn at(&self, name: &str) -> Fields {
        self.field(name).unchecked_into()
    }

    /// Empty for what is no text.
    pub fn text(&self, name: &str) -> String {
        text(&self.field(name))
    }

    /// 1 for true; not a number for what is none.
    pub fn number(&self, name: &str) -> f64 {
        self.field(name).unchecked_into_f64()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.number(name) == 1.0
    }
}

/// Empty for what is no text.
#[inline(never)]
pub fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}
