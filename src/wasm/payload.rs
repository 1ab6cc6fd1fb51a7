//! Plain objects for JavaScript: what an event tells, what WeChat is asked for.

use core::mem::ManuallyDrop;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Object)]
    type Object;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Object;
    #[wasm_bindgen(method, indexing_setter)]
    fn put(this: &Object, name: &str, value: JsValue);
}

/// An object of these values; the names stand in one text, with a blank between each two. Filled field by field:
/// serde-wasm-bindgen would do it for 2 KB more of the compressed module.
pub fn object<const N: usize>(names: &str, values: [JsValue; N]) -> JsValue {
    fill(names, &mut *ManuallyDrop::new(values))
}

/// Takes the values, so that nobody drops them: written out for each object, that would be 0.2 KB.
#[inline(never)]
fn fill(names: &str, values: &mut [JsValue]) -> JsValue {
    let object = Object::new();
    for (name, value) in names.split(' ').zip(values) {
        object.put(name, core::mem::replace(value, JsValue::UNDEFINED));
    }
    object.into()
}

/// An object of lines `name: value`.
#[inline(never)]
pub fn of_lines(lines: &str) -> JsValue {
    let object = Object::new();
    for line in lines.lines() {
        if let Some((name, value)) = line.split_once(": ") {
            object.put(name, value.into());
        }
    }
    object.into()
}
