//! What the JavaScript side offers: the seams of `js-glue/src/host.ts`, taken structurally, so that no module is imported.
//!
//! What is asked here is answered later, by [`super::tell`] and with the number that the question had: a promise for
//! each of them would bring wasm-bindgen-futures into the module, 4 KB of the package.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub type Host;
    #[wasm_bindgen(method)]
    pub fn now(this: &Host) -> f64;
    #[wasm_bindgen(method)]
    fn ask(this: &Host, what: u32, id: u32, with: JsValue, number: f64);
    #[wasm_bindgen(method)]
    pub fn get(this: &Host, key: &str) -> JsValue;
    #[wasm_bindgen(method)]
    pub fn set(this: &Host, key: &str, value: &str) -> bool;
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, kind: &str, id: u32, payload: JsValue);
    /// Bytes of an ArrayBuffer, from `at` on.
    #[wasm_bindgen(method)]
    pub fn copy(this: &Host, buffer: &JsValue, at: u32, to: &mut [u8]);

    /// A plain object of the package: `CoreOptions`, `FileFacts` of host.ts, an ArrayBuffer, or
    /// an array of arguments. One getter for all their fields: each of its own would cost an import, in the module and in
    /// the script.
    pub type Fields;
    #[wasm_bindgen(method, indexing_getter)]
    fn field(this: &Fields, name: &str) -> JsValue;
}

/// What may be asked for. js-glue/src/host.ts has the same list with the arguments.
#[derive(Clone, Copy)]
pub enum Ask {
    Request,
    Upload,
    Abort,
    Stat,
    Read,
    Digest,
    Remove,
    Timer,
}

impl Host {
    /// One import for all of them: each of its own would have to be unpacked in the script, where a byte counts most.
    pub fn perform(&self, what: Ask, id: u32, with: impl Into<JsValue>, number: f64) {
        self.ask(what as u32, id, with.into(), number);
    }
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
